import { styleText } from 'node:util'
import { withCommas } from '../../analysis/numbers'
import { lineOf, locationOf, type FileDiagnostic, type Severity } from '../diagnostic'
import { onOneLine, printable } from '../printable'
import { columnsOf } from './width'

export type Style = 'red' | 'yellow' | 'blue' | 'green' | 'bold' | 'dim'

/** Styles text for a terminal, or returns it unchanged where colour is off. */
export type Paint = (style: Style, text: string) => string

/** Returns a Paint. The caller decides about colour, so that the stream and the environment are not consulted again. */
export function painter(color: boolean): Paint {
  return (style, text) => (color ? styleText(style, text, { validateStream: false }) : text)
}

/** Returns a number with its noun, without commas as other programs read it: `1 user`, `12345 users`. */
export const plural = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`

/** The number of diagnostics of a file, or of changed users, that the text format shows. */
export const MOST_SHOWN = 200

/** The maximum length of a server's message in the text format: it may hold a sentence for every line of the file. */
const WORDS = 2_000

/** Truncates a long message of the server. */
export function shortened(words: string): string {
  return words.length <= WORDS
    ? words
    : `${words.slice(0, WORDS)}… (${withCommas(words.length - WORDS)} more characters)`
}

const styles: Readonly<Record<Severity, Style>> = { refused: 'red', error: 'red', warning: 'yellow', info: 'blue' }

/** The maximum number of characters of a source line to show. */
const WIDTH = 100

/** Renders a diagnostic as text: the message, the source line with a caret under the place, and the notes. */
export function renderDiagnostic(diagnostic: FileDiagnostic, paint: Paint): string {
  const at = locationOf(diagnostic)
  const head = `${onOneLine(diagnostic.source.name)}${diagnostic.place === null ? '' : `:${at.line}:${at.column}`}`
  const lines = [
    `${paint('bold', head)}: ${paint(styles[diagnostic.severity], diagnostic.severity)}: ${printable(diagnostic.message)} ${paint('dim', `[${diagnostic.code}]`)}`,
  ]
  const number = String(at.line)
  if (diagnostic.place !== null) {
    const { text, before, marked } = excerpt(
      lineOf(diagnostic.source, at.line),
      at.column - 1,
      at.endLine === at.line ? at.endColumn - 1 : Infinity,
    )
    lines.push(`${paint('dim', `${number.padStart(5)} |`)} ${text}`)
    lines.push(
      `${paint('dim', '      |')} ${' '.repeat(before)}${paint(styles[diagnostic.severity], '^'.repeat(Math.max(1, marked)))}`,
    )
  }
  for (const note of diagnostic.notes) {
    const [first = '', ...more] = printable(note).split('\n')
    lines.push(`${paint('dim', '      =')} ${first}`, ...more.map((line) => `        ${line}`))
  }
  return lines.join('\n')
}

/** Returns the part of a line to show, and the terminal columns before and under the caret. */
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
    before: lead.length + columnsOf(part(start, from)),
    marked: columnsOf(part(from, Math.min(to, end))),
  }
}
