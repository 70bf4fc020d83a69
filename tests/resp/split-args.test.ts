import fc from 'fast-check'
import { expect, test } from 'vitest'
import { splitWords } from '../../src/acl/split'
import { splitArgs } from '../../src/resp/split-args'

const words = (line: string) => splitArgs(line).words.map((word) => word.text)
const problem = (line: string) => {
  const found = splitArgs(line).problem
  return found === null ? null : [found.kind, line.slice(found.from, found.to)]
}

test('words and quotes', () => {
  expect(words('  set k  "a b"  \'c d\' e"f"')).toEqual(['set', 'k', 'a b', 'c d', 'ef'])
  expect(splitArgs('get "a b"').words[1]).toEqual({ text: 'a b', from: 4, to: 9 })
  expect(problem('get a')).toBeNull()
})

test('what is wrong is told with its place, and the words before it stand', () => {
  expect(problem('set k "a b')).toEqual(['unclosed-quote', '"a b'])
  expect(problem("set 'a\\'")).toEqual(['unclosed-quote', "'a\\'"])
  expect(problem('set "a"b c')).toEqual(['text-after-quote', 'b'])
  expect(problem('"a" x"y')).toEqual(['unclosed-quote', '"y'])
  expect(words('set k "a b')).toEqual(['set', 'k', '"a b'])
  expect(words('"a b" pre"x y')).toEqual(['a b', 'pre"x y'])
})

test("never fails, agrees with the servers' splitting, and places lie in the line", () => {
  const line = fc
    .array(fc.constantFrom('a', ' ', '"', "'", '\\', 'x41', '\n', '\0', '\xe9'), { maxLength: 25 })
    .map((parts) => parts.join(''))
  fc.assert(
    fc.property(line, (text) => {
      const split = splitArgs(text)
      expect(split.problem === null).toBe(splitWords(text) !== null)
      for (const { from, to } of [...split.words, ...(split.problem === null ? [] : [split.problem])]) {
        expect(from).toBeGreaterThanOrEqual(0)
        expect(to).toBeLessThanOrEqual(text.length)
        expect(from).toBeLessThanOrEqual(to)
      }
    }),
    { numRuns: 2000 },
  )
})
