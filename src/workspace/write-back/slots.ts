/** A text within a file, in the form in which it is written there. */
export interface Slot {
  readonly from: number
  readonly to: number
  /** The lines of the text, without escapes and indent. */
  readonly lines: readonly string[]
  /** True for a list of words in place of a text. */
  readonly isList: boolean
  /**
   * Returns the source of these lines in the same form. A line that is given as the index of an old one stays byte for byte
   * where the form has lines.
   */
  encode(lines: readonly (string | number)[]): string
}

/** Returns the lines that are meant, old ones by their text. */
export const linesOf = (slot: Pick<Slot, 'lines'>, lines: readonly (string | number)[]): string[] =>
  lines.map((line) => (typeof line === 'number' ? (slot.lines[line] ?? '') : line))

/**
 * Makes a slot of lines that are written as they are, each with the same indent: a block scalar of YAML, a heredoc.
 * @param first the first line without its indent
 */
export function linesSlot(source: string, from: number, to: number, first: string): Slot | null {
  const raw = source.slice(from, to).split('\n')
  const start = raw.find((line) => line.trim() !== '')?.replace(/\r$/, '')
  if (start === undefined || !start.endsWith(first)) return null
  const indent = start.slice(0, start.length - first.length)
  const end = raw[0]?.endsWith('\r') === true ? '\r' : ''
  if (indent.trim() !== '') return null
  return {
    from,
    to,
    isList: false,
    lines: raw.map((line) =>
      (line.startsWith(indent) ? line.slice(indent.length) : line.trimStart()).replace(/\r$/, ''),
    ),
    encode: (lines) =>
      lines.map((line) => (typeof line === 'number' ? (raw[line] ?? '') : `${indent}${line}${end}`)).join('\n'),
  }
}
