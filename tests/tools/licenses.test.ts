import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

/** Packages that each build bundles, workers and lazily loaded chunks included. `npm test` builds both. */
const bundled: Readonly<Record<string, readonly string[]>> = {
  'dist/page': [
    '@codemirror/autocomplete',
    '@codemirror/merge',
    '@codemirror/search',
    '@codemirror/state',
    '@codemirror/view',
    '@floating-ui/dom',
    '@lezer/common',
    '@lezer/lr',
    '@lucide/svelte',
    '@noble/hashes',
    'Lua',
    'bits-ui',
    'picomatch',
    'style-mod',
    'svelte',
    'wasmoon-lua5.1',
    'yaml',
  ],
  'dist/cli': [
    '@codemirror/autocomplete',
    '@codemirror/state',
    '@noble/hashes',
    'Lua',
    'commander',
    'picomatch',
    'vscode-jsonrpc',
    'vscode-languageserver',
    'vscode-languageserver-textdocument',
    'wasmoon-lua5.1',
    'yaml',
  ],
}

test.each(Object.entries(bundled))('%s carries the license and the notices of what it bundles', (folder, names) => {
  expect(readFileSync(`${folder}/LICENSE.txt`, 'utf8')).toBe(readFileSync('LICENSE', 'utf8'))
  const sections = readFileSync(`${folder}/licenses.txt`, 'utf8').split(/^## /m).slice(1)
  expect(sections.map((section) => section.split(' - ')[0])).toEqual(expect.arrayContaining([...names]))
  for (const section of sections) expect(section).toMatch(/copyright/i)
})
