import document from '../../../docs/diagnostics.md?raw'

/** The documentation of a diagnostic, in Markdown: the paragraphs **What.**, **Why.** and **Instead.** of its section. */
export interface RuleHelp {
  readonly what: string
  readonly why: string
  readonly instead: string
}

/** Returns the documentation of a diagnostic by its code; null where it has none. */
export function helpOf(code: string): RuleHelp | null {
  const from = document.indexOf(`\n### ${code}\n`)
  if (from < 0) return null
  const section = document.slice(from + 1).split(/\n#|\n```/, 2)[0] ?? ''
  // Links of the document are relative to it.
  const paragraph = (title: string): string =>
    (new RegExp(`\\*\\*${title}\\.\\*\\* (.+)`).exec(section)?.[1] ?? '').replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
  return { what: paragraph('What'), why: paragraph('Why'), instead: paragraph('Instead') }
}

/** Returns Markdown of the documentation as plain text, without emphasis and code marks. */
export function plain(markdown: string): string {
  return markdown.replace(/\*\*(.+?)\*\*/g, '$1').replace(/`([^`]*)`/g, '$1')
}
