import fc from 'fast-check'
import { expect, test } from 'vitest'
import { splitWords } from '../../src/acl/split'

const texts = (line: string): string[] | undefined => splitWords(line)?.map((word) => word.text)

test('white space separates, whatever its kind', () => {
  expect(texts('  +get \t~a\r\n')).toEqual(['+get', '~a'])
  expect(texts('')).toEqual([])
})

test('double quotes take escapes, single quotes take only an apostrophe', () => {
  expect(texts('"a b" "\\x41\\n\\"" \'it\\\'s\' \'\\n\'')).toEqual(['a b', 'A\n"', "it's", '\\n'])
})

test('quotes may start within a word and end it', () => {
  expect(texts('~"a b"')).toEqual(['~a b'])
  expect(splitWords('~"a b"c')).toBeNull()
})

test('quotes left open are an error', () => {
  expect(splitWords('"a')).toBeNull()
  expect(splitWords("'a")).toBeNull()
})

test('words know their place, quotes included', () => {
  expect(splitWords(' "a" bc')).toEqual([
    { text: 'a', from: 1, to: 4 },
    { text: 'bc', from: 5, to: 7 },
  ])
})

test('never throws, and finds words in order', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('a', ' ', '"', "'", '\\', 'x', '4', '\0', '\t') }), (line) => {
      const words = splitWords(line) ?? []
      for (const [i, word] of words.entries()) expect(word.from).toBeGreaterThanOrEqual(words[i - 1]?.to ?? 0)
    }),
  )
})
