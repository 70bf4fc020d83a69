/** Parses a number as C's strtod does the whole of a text, blanks before it included; null where it does not read all. */
export function toNumber(bytes: string): number | null {
  const [text = ''] = bytes.split('\0', 1)
  if (text === '') return 0
  const match =
    /^[ \t-\r]*([+-]?)(?:(inf(?:inity)?)|(nan(?:\([0-9a-z_]*\))?)|(0x(?:[0-9a-f]+\.?[0-9a-f]*|\.[0-9a-f]+)(?:p[+-]?[0-9]+)?)|((?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:e[+-]?[0-9]+)?))$/i.exec(
      text,
    )
  if (match === null) return null
  const [, sign, infinity, nan, hexadecimal, decimal] = match
  const size =
    infinity !== undefined
      ? Infinity
      : nan !== undefined
        ? NaN
        : hexadecimal !== undefined
          ? fromHexadecimal(hexadecimal)
          : Number(decimal)
  return sign === '-' ? -size : size
}

function fromHexadecimal(text: string): number {
  const [, whole = '', fraction = '', exponent = '0'] =
    /^0x([0-9a-f]*)\.?([0-9a-f]*)(?:p([+-]?[0-9]+))?$/i.exec(text) ?? []
  const power = Number(exponent) - 4 * fraction.length
  return Number(BigInt(`0x0${whole}${fraction}`)) * 2 ** power
}

export const isSpace = (char: string | undefined): boolean => char !== undefined && /^[ \t-\r]$/.test(char)
export const isDigit = (char: string | undefined): boolean => char !== undefined && char >= '0' && char <= '9'
export const isLetter = (char: string | undefined): boolean => char !== undefined && /^[a-z]$/i.test(char)
