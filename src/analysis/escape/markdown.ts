/** Renders results as Markdown for a pull request: names, patterns and commands stay plain text, whatever they contain. */
import { visible } from './visible'

const entity = (char: string): string => `&#${char.codePointAt(0) ?? 0};`

/** Returns backticks that are more than the longest run of them in a text. */
function fenceFor(text: string, least: number): string {
  const longest = Math.max(0, ...Array.from(text.matchAll(/`+/g), ([run]) => run.length))
  return '`'.repeat(Math.max(least, longest + 1))
}

/** The characters that Markdown formats or links, or takes for the start of a list or heading. */
const SYNTAX = /[\\`*_{}[\]<>#|~&!@]|^[-+=:]|(?<=^\d+)[.)]|(?<=https?|ftp):|(?<=www)\./gi

/**
 * Returns a text as the words of a paragraph, without formatting, links or HTML. GitHub may still turn names into
 * mentions: where a text is posted, use `inlineCode`.
 */
export const markdownText = (text: string): string => visible(text).replace(SYNTAX, (mark) => `\\${mark}`)

/** Returns a text as inline code on one line, also in a cell of a table. */
export function inlineCode(text: string): string {
  const shown = visible(text)
  if (shown === '') return '(empty)'
  // Renderers disagree on a backslash before a `|` in a table.
  if (shown.includes('\\|')) return `<code>${shown.replace(/[^\p{L}\p{N}]/gu, entity)}</code>`
  const fence = fenceFor(shown, 1)
  const pad = /^[` ]|[` ]$/.test(shown) && shown.trim() !== '' ? ' ' : ''
  return `${fence}${pad}${shown}${pad}${fence}`
}

/** Returns lines as a block of code that none of them can end. */
export function codeBlock(lines: readonly string[], language: string): string {
  const text = lines.map(visible).join('\n')
  const fence = fenceFor(text, 3)
  return `${fence}${language}\n${text}\n${fence}\n`
}

/** Returns Markdown as a cell of a table: a `|` does not end the cell, in code neither. */
const cell = (markdown: string): string => markdown.replaceAll('|', '\\|')

/** Returns a table of cells that are Markdown already. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(cell).join(' | ')} |\n`
  return `${line(head)}${line(head.map(() => '---'))}${rows.map(line).join('')}`
}
