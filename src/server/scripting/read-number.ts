import type { Bytes } from '../../acl/bytes'

const DECIMAL = /[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/y
const HEXADECIMAL = /([+-]?)0[xX]([0-9a-fA-F]*)\.?([0-9a-fA-F]*)(?:[pP]([+-]?\d+))?/y
const WORD = /([+-]?)(?:(inf(?:inity)?)|nan(?:\([0-9A-Za-z_]*\))?)/iy

/** Parses the longest number at an offset, like C's strtod; null where there is none. */
export function readNumber(text: Bytes, at: number): { readonly value: number; readonly end: number } | null {
  HEXADECIMAL.lastIndex = at
  const hexadecimal = HEXADECIMAL.exec(text)
  if (hexadecimal !== null) {
    const [all, sign, whole = '', fraction = '', power = '0'] = hexadecimal
    if (whole + fraction !== '') {
      const value = Number(`0x${whole + fraction}`) * 2 ** (Number(power) - 4 * fraction.length)
      return { value: sign === '-' ? -value : value, end: at + all.length }
    }
  }
  DECIMAL.lastIndex = at
  const decimal = DECIMAL.exec(text)
  if (decimal !== null) return { value: Number(decimal[0]), end: at + decimal[0].length }
  WORD.lastIndex = at
  const word = WORD.exec(text)
  if (word === null) return null
  const value = word[2] === undefined ? NaN : Infinity
  return { value: word[1] === '-' ? -value : value, end: at + word[0].length }
}
