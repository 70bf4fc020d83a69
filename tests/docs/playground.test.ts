import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { expect, test, vi } from 'vitest'
import { exportFormats } from '../../src/workspace/export'
import { importFormats } from '../../src/workspace/import'

const document = readFileSync('docs/playground.md', 'utf8')
const page = ['src/app', 'src/editor']
  .flatMap((folder) => readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)))
  .filter((name) => /\.(svelte|ts)$/.test(name))
  .map((name) => readFileSync(name, 'utf8'))
  .join('\n')

test('every name of a button, pane or tab in the guide is one in the page', () => {
  const names = [...document.matchAll(/\*\*([^*]+)\*\*/g)].map(([, name = '']) => name)
  expect(names.length).toBeGreaterThan(30)
  expect(names.filter((name) => !name.split(/ … | \/ /).every((part) => page.includes(part)))).toEqual([])
})

test('the table of keys is the page’s own list', async () => {
  vi.stubGlobal('navigator', { userAgent: '' })
  const { shortcuts } = await import('../../src/app/shell/shortcut-table')
  vi.unstubAllGlobals()
  const [, table = ''] = /\n## Keyboard\n\n\| \| \|\n\| --- \| --- \|\n([^]*)$/.exec(document) ?? []
  expect(table.trimEnd().split('\n')).toEqual(shortcuts.map(({ keys, does }) => `| \`${keys}\` | ${does} |`))
})

test('the formats that it lists are those that there are', () => {
  const [, formats = ''] = /\*\*Import \/ Export\*\*([^]*?)\n\n/.exec(document) ?? []
  const words = formats.replace(/\s+/g, ' ').toLowerCase()
  for (const { label } of [...importFormats, ...exportFormats]) {
    const parts = label
      .toLowerCase()
      .split(/ or |, |: | \(|\)/)
      .filter((part) => part !== '')
    expect({
      label,
      missing: parts.filter((part) => !part.split(' ').every((word) => words.includes(word.replace(/s$/, '')))),
    }).toEqual({ label, missing: [] })
  }
})

test('links between documents lead somewhere', () => {
  const documents = [
    'README.md',
    'CONTRIBUTING.md',
    ...readdirSync('docs')
      .filter((name) => name.endsWith('.md'))
      .map((name) => `docs/${name}`),
  ]
  const broken = documents.flatMap((name) =>
    [...readFileSync(name, 'utf8').matchAll(/\]\((?!https?:|#)([^)#\s]+)(?:#[^)]*)?\)/g)].flatMap(([, to = '']) =>
      existsSync(normalize(join(dirname(name), to))) ? [] : [`${name}: ${to}`],
    ),
  )
  expect(broken).toEqual([])
})
