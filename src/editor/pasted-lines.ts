/** The effect of pasting several lines into a prompt. */
export interface PastedLines {
  /** The lines to run, in order. */
  readonly lines: readonly string[]
  /** The text that stays in the prompt, after the last line break. */
  readonly rest: string
}

/**
 * Splits pasted text into the lines that redis-cli would run; null where it has no line break. The first line is
 * inserted between the text before and after the cursor.
 */
export function pastedLines(before: string, text: string, after: string): PastedLines | null {
  const parts = text.split(/\r\n?|\n/)
  const rest = parts.pop() ?? ''
  const [first, ...others] = parts
  return first === undefined ? null : { lines: [before + first + after, ...others], rest }
}
