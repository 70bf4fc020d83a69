import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const question = /^(?:Whether|What|Where|How|Which|Why|Whom?|When)\b/

/** Returns the doc comments of a file that start with a question word, as `path:line: first words`. */
function questionsIn(path: string, text: string): string[] {
  return Array.from(text.matchAll(/\/\*\*[\s*]*([^\n]*)/g)).flatMap(({ 0: comment, 1: words = '', index }) => {
    const line = text.slice(0, index + comment.length - words.length).split('\n').length
    return question.test(words) ? [`${path}:${line}: ${words.slice(0, 60)}`] : []
  })
}

test('a doc comment that starts with a question word is found', () => {
  const text = [
    '/** Whether a user is on. */',
    'const on = true',
    '/**',
    ' * What a user may do.',
    ' */',
    'class Permissions {',
    '  /** How many there are. */',
    '  count = 0',
    '}',
  ].join('\n')
  expect(questionsIn('a.ts', text)).toEqual([
    'a.ts:1: Whether a user is on. */',
    'a.ts:4: What a user may do.',
    'a.ts:7: How many there are. */',
  ])
})

test('verbs, noun phrases and comments within code are not found', () => {
  const text = '/** Returns true where a user is on. */\n// What follows is sorted.\n/** Whatever it takes. */'
  expect(questionsIn('a.ts', text)).toEqual([])
})

test('every doc comment starts with a verb or a noun phrase', () => {
  const files = readdirSync('src', { encoding: 'utf8', recursive: true }).filter((name) =>
    /\.(?:ts|svelte)$/.test(name),
  )
  expect(files.length).toBeGreaterThan(300)
  expect(files.flatMap((path) => questionsIn(path, readFileSync(`src/${path}`, 'utf8')))).toEqual([])
})
