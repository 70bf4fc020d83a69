import { expect, test } from 'vitest'
import { findInDocs } from '../../../src/app/docs/find'
import { type Block, type Inline, parsePage } from '../../../src/app/docs/markdown'
import { pageAddress } from '../../../src/workspace/site'
import { hrefOf, loadPage, pageNames } from '../../../src/app/docs/pages'

const pages = await Promise.all(pageNames.map(loadPage))

/** Returns the addresses of all links in blocks. */
function linksOf(blocks: readonly Block[]): (string | null)[] {
  const inLine = (content: readonly Inline[]): (string | null)[] =>
    content.flatMap((piece) =>
      'text' in piece ? [] : [...(piece.kind === 'link' ? [piece.href] : []), ...inLine(piece.content)],
    )
  return blocks.flatMap((block) => {
    if (block.kind === 'code') return []
    if (block.kind === 'quote') return linksOf(block.blocks)
    if (block.kind === 'list') return block.items.flatMap(linksOf)
    if (block.kind === 'table') return [block.head, ...block.rows].flatMap((row) => row.flatMap(inLine))
    return inLine(block.content)
  })
}

test('the pages of docs are listed, that of the page first, each with its title', () => {
  expect(pageNames.slice(0, 3)).toEqual(['playground', 'diagnostics', 'expectations'])
  for (const { title, name } of pages) expect(title, name).not.toBe(name)
})

test('every link between pages leads to a heading that is there', () => {
  let count = 0
  for (const { name, blocks } of pages)
    for (const href of linksOf(blocks)) {
      const [, target, anchor] = /^#docs\/([\w-]+)(?:\/(.+))?$/.exec(href ?? '') ?? []
      if (target === undefined) continue
      count++
      const page = pages.find((one) => one.name === target)
      expect(page, `${name} links to ${target}`).toBeDefined()
      if (anchor !== undefined)
        expect(
          page?.sections.map((section) => section.anchor),
          `${name} links to ${href}`,
        ).toContain(anchor)
    }
  expect(count).toBeGreaterThan(3)
})

test('links are mapped to this page; files that are no pages have none', () => {
  expect(hrefOf('playground', 'diagnostics.md#nopass')).toBe('#docs/diagnostics/nopass')
  expect(hrefOf('playground', '#keyboard')).toBe('#docs/playground/keyboard')
  expect(hrefOf('playground', `${pageAddress}#v1.abc`)).toBe('#v1.abc')
  expect(hrefOf('playground', 'https://redis.io/docs')).toBe('https://redis.io/docs')
  for (const target of ['examples/users.acl', 'nosuch.md', 'javascript:alert(1)', '../README.md'])
    expect(hrefOf('playground', target), target).toBeNull()
})

test('anchors are those of GitHub, HTML is text, and code keeps its characters', () => {
  const blocks = parsePage(
    '## Fix & mute `x`\n\n## Fix & mute `x`\n\n<img src=x onerror=alert(1)> a < b\n\n    a <b> & c\n',
    () => null,
  )
  expect(blocks.flatMap((block) => (block.kind === 'heading' ? block.anchor : []))).toEqual([
    'fix--mute-x',
    'fix--mute-x-1',
  ])
  expect(blocks.at(-1)).toEqual({ kind: 'code', text: 'a <b> & c' })
  expect(JSON.stringify(blocks)).toContain('<img src=x onerror=alert(1)>')
})

test('a search finds the sections with all words, titles first, and marks the words', () => {
  const [best] = findInDocs(pages, 'keys-command-leaks', 5)
  expect(best?.section.anchor).toBe('keys-command-leaks')
  const [found] = findInDocs(pages, 'terraform JSON', 5)
  expect(found?.page.name).toBe('playground')
  expect(found?.excerpt.filter(({ marked }) => marked).map(({ text }) => text.toLowerCase())).toContain('terraform')
  expect(findInDocs(pages, 'xyzzy (', 5)).toEqual([])
})
