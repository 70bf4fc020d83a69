import type { DocsPage, Section } from './pages'

/** A section that holds what was searched for. */
export interface Found {
  readonly page: DocsPage
  readonly section: Section
  /** The text around the first word, in pieces: those that were searched for are marked. */
  readonly excerpt: readonly { readonly text: string; readonly marked: boolean }[]
}

const AROUND = 60

/** Returns the sections with all words of a query, those with the words in their titles first. */
export function findInDocs(pages: readonly DocsPage[], query: string, most: number): readonly Found[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean)
  if (words.length === 0) return []
  const found: { readonly page: DocsPage; readonly section: Section; readonly rank: number }[] = []
  for (const page of pages)
    for (const section of page.sections) {
      const title = section.title.toLowerCase()
      const all = `${title} ${section.text.toLowerCase()}`
      if (!words.every((word) => all.includes(word))) continue
      const inTitle = words.filter((word) => title.includes(word)).length
      found.push({ page, section, rank: inTitle + (title.startsWith(words[0] ?? '') ? 0.5 : 0) })
    }
  return found
    .sort((a, b) => b.rank - a.rank)
    .slice(0, most)
    .map(({ page, section }) => ({ page, section, excerpt: excerptOf(section.text, words) }))
}

function excerptOf(text: string, words: readonly string[]): Found['excerpt'] {
  const lower = text.toLowerCase()
  const at = Math.max(0, Math.min(...words.map((word) => lower.indexOf(word)).filter((one) => one >= 0), text.length))
  const from = at === text.length ? 0 : Math.max(0, at - AROUND)
  const part = text.slice(from, from + 3 * AROUND).replace(/\s+/g, ' ')
  const pattern = new RegExp(`(${words.map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|')})`, 'gi')
  const pieces = part.split(pattern).map((piece, i) => ({ text: piece, marked: i % 2 === 1 }))
  return [...(from > 0 ? [{ text: '…', marked: false }] : []), ...pieces]
}
