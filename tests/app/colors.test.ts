import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const folder = join(import.meta.dirname, '../../src/app')

/** Returns the declarations of colors that hold for some sizes of the window or some pointers only, in a file of the page. */
function colorsBySize(text: string): string[] {
  return [...text.matchAll(/@media[^{]*\b(?:width|height|pointer|hover)\b[^{]*\{/g)].flatMap((media) => {
    let end = media.index + media[0].length
    for (let depth = 1; depth > 0 && end < text.length; end++)
      depth += text[end] === '{' ? 1 : text[end] === '}' ? -1 : 0
    return [...text.slice(media.index, end).matchAll(/[\w-]*(?:color|background|opacity|filter)[\w-]*\s*:[^;]+/g)].map(
      ([declaration]) => declaration,
    )
  })
}

test('colors are the same in every window: the contrast in the dark is checked in one (tests/browser/look.ts)', () => {
  const found = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(?:svelte|css)$/.test(name))
    .flatMap((name) => colorsBySize(readFileSync(join(folder, name), 'utf8')).map((color) => `${name}: ${color}`))
  expect(found).toEqual(['replay/Verdicts.svelte: color: var(--ink3)'])
})
