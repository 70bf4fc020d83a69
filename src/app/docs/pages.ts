import { pageAddress } from '../../workspace/site'
import { type Block, parsePage, plainText } from './markdown'

/** A page of the documentation. */
export interface DocsPage {
  /** The file's name without `.md`. */
  readonly name: string
  readonly title: string
  readonly blocks: readonly Block[]
  readonly sections: readonly Section[]
}

/** The part of a page from one heading to the next. */
export interface Section {
  readonly anchor: string
  readonly depth: number
  readonly title: string
  readonly text: string
}

const files = import.meta.glob<string>(['../../../docs/*.md', '!../../../docs/tests.md'], {
  query: '?raw',
  import: 'default',
})
const first = ['playground', 'diagnostics', 'expectations', 'proof', 'ci', 'server']

/** The names of all pages, in the order in which they are listed. */
export const pageNames: readonly string[] = Object.keys(files)
  .map((path) => path.replace(/^.*\/|\.md$/g, ''))
  .sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1))

function rank(name: string): number {
  const at = first.indexOf(name)
  return at < 0 ? first.length : at
}

const loaded = new Map<string, Promise<DocsPage>>()

/** Loads and parses a page. Rejects where it cannot be fetched, or does not exist. */
export function loadPage(name: string): Promise<DocsPage> {
  let page = loaded.get(name)
  if (page === undefined) {
    page = read(name)
    loaded.set(name, page)
    page.catch(() => loaded.delete(name))
  }
  return page
}

async function read(name: string): Promise<DocsPage> {
  const load = files[`../../../docs/${name}.md`]
  if (load === undefined) throw new Error(`There is no page ${name}.`)
  const blocks = parsePage(await load(), (target) => hrefOf(name, target))
  const sections = sectionsOf(blocks)
  return { name, title: sections[0]?.title ?? name, blocks, sections }
}

/**
 * Returns the address of a link's target on a page: other pages by their address here, links to the playground as links
 * of this page. Null for files that are not part of the documentation.
 */
export function hrefOf(page: string, target: string): string | null {
  if (target.startsWith(pageAddress)) return target.slice(pageAddress.length) || null
  if (/^https?:/.test(target)) return target
  const [, name = page, anchor = ''] = /^(?:([\w-]+)\.md)?(?:#(.*))?$/.exec(target) ?? []
  if (!pageNames.includes(name) || !/^(?:[\w-]+\.md)?(?:#.*)?$/.test(target)) return null
  return `#docs/${name}${anchor === '' ? '' : `/${anchor}`}`
}

function sectionsOf(blocks: readonly Block[]): readonly Section[] {
  const sections: { anchor: string; depth: number; title: string; text: string }[] = []
  for (const block of blocks)
    if (block.kind === 'heading')
      sections.push({ anchor: block.anchor, depth: block.depth, title: plainText(block.content), text: '' })
    else {
      const section = sections.at(-1)
      if (section !== undefined) section.text += `${textOf(block)} `
    }
  return sections
}

function textOf(block: Block): string {
  switch (block.kind) {
    case 'heading':
    case 'paragraph':
      return plainText(block.content)
    case 'code':
      return block.text
    case 'list':
      return block.items.map((item) => item.map(textOf).join(' ')).join(' ')
    case 'quote':
      return block.blocks.map(textOf).join(' ')
    case 'table':
      return [block.head, ...block.rows].map((row) => row.map(plainText).join(' ')).join(' ')
  }
}
