import { lineOf, locationOf, type Problem, type Severity } from '../problem'
import { onOneLine, printable } from '../printable'

/** Colours text for a terminal, or leaves it as it is. */
export interface Paint {
  (style: Style, text: string): string
}

export type Style = 'red' | 'yellow' | 'blue' | 'green' | 'bold' | 'dim'

const codes: Readonly<Record<Style, number>> = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, blue: 34 }

export function painter(color: boolean): Paint {
  return (style, text) => (color ? `\x1b[${codes[style]}m${text}\x1b[0m` : text)
}

/** People are shown this many problems of a file, or users that change. */
export const MOST_SHOWN = 200

/** The longest part of a server's own words that is shown to people: it may say a sentence a line of the file. */
const WORDS = 2_000

/** A server's words, cut where they go on and on. */
export function shortened(words: string): string {
  return words.length <= WORDS
    ? words
    : `${words.slice(0, WORDS)}… (${(words.length - WORDS).toLocaleString('en')} more characters)`
}

const styles: Readonly<Record<Severity, Style>> = { refused: 'red', error: 'red', warning: 'yellow', info: 'blue' }

/** The longest part of a line that is shown around a place. */
const WIDTH = 100

/** A problem for people: the message, the line with a caret under the place, what to do. */
export function renderProblem(problem: Problem, paint: Paint): string {
  const at = locationOf(problem)
  const head = `${onOneLine(problem.source.name)}${problem.place === null ? '' : `:${at.line}:${at.column}`}`
  const lines = [
    `${paint('bold', head)}: ${paint(styles[problem.severity], problem.severity)}: ${printable(problem.message)} ${paint('dim', `[${problem.code}]`)}`,
  ]
  const number = String(at.line)
  if (problem.place !== null) {
    const { text, before, marked } = excerpt(
      lineOf(problem.source, at.line),
      at.column - 1,
      at.endLine === at.line ? at.endColumn - 1 : Infinity,
    )
    lines.push(`${paint('dim', `${number.padStart(5)} |`)} ${text}`)
    lines.push(
      `${paint('dim', '      |')} ${' '.repeat(before)}${paint(styles[problem.severity], '^'.repeat(Math.max(1, marked)))}`,
    )
  }
  for (const note of problem.notes) {
    const [first = '', ...more] = printable(note).split('\n')
    lines.push(`${paint('dim', '      =')} ${first}`, ...more.map((line) => `        ${line}`))
  }
  return lines.join('\n')
}

/** The part of a line to show, with the columns before and under the mark as a terminal shows them. */
function excerpt(
  line: string,
  from: number,
  to: number,
): { readonly text: string; readonly before: number; readonly marked: number } {
  const start = from > WIDTH * 0.7 ? from - Math.floor(WIDTH / 2) : 0
  const end = Math.min(line.length, start + WIDTH)
  const part = (a: number, b: number): string => printable(line.slice(a, b))
  const lead = start > 0 ? '…' : ''
  return {
    text: `${lead}${part(start, end)}${end < line.length ? '…' : ''}`,
    before: columns(lead + part(start, from)),
    marked: columns(part(from, Math.min(to, end))),
  }
}

/** Terminal columns of a text: wide East Asian characters take two, combining marks none. */
function columns(text: string): number {
  let count = 0
  for (const char of text)
    count += /\p{M}/u.test(char)
      ? 0
      : /[\u1100-\u115f\u2e80-\u9fff\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u.test(
            char,
          )
        ? 2
        : 1
  return count
}
