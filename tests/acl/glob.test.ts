import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compileGlob } from '../../src/acl/glob'

const matching: readonly [pattern: string, text: string][] = [
  ['', ''],
  ['*', 'a'],
  ['a*', 'a'],
  ['a*', 'ab'],
  ['**', 'abc'],
  ['a?c', 'abc'],
  ['a*c*', 'abc'],
  ['[abc]', 'b'],
  ['[^abc]', 'd'],
  ['[a-c]', 'b'],
  ['[c-a]', 'b'],
  ['[a-]', '^'],
  ['[a-', '-'],
  ['[abc', 'c'],
  ['[^', 'x'],
  ['[^]', 'x'],
  ['[\\]]', ']'],
  ['[\\^]', '^'],
  ['\\*', '*'],
  ['a\\', 'a\\'],
  ['{a,b}', '{a,b}'],
  ['!(x)', '!(x)'],
  ['\xc3\xa9', '\xc3\xa9'],
  ['??', '\xc3\xa9'],
  ['[\x80-\xff]', '\xc3'],
  ['[^a-\x80]', 'b'],
  ['[^a]', '^'],
  ['[^a]', '['],
  ['[a\\', '\\'],
  ['[\\]', ']'],
  ['[ab][ac]', 'bc'],
  ['[ab][ab]', 'ba'],
]
const notMatching: readonly [pattern: string, text: string][] = [
  ['*', ''],
  ['', 'a'],
  ['a*', ''],
  ['a', 'A'],
  ['[]', 'a'],
  ['[]a]', 'a'],
  ['[', 'a'],
  ['[^a-c]', 'b'],
  ['\\*', 'a'],
  ['?', '\xc3\xa9'],
  ['a?', 'a'],
  ['[a-\x80]', 'b'],
  ['[a-]', 'b'],
  ['[ab][ac]', 'bb'],
  ['[a][b]', 'aa'],
  ['[a][b][a]', 'abb'],
]

test.each(matching)('%s matches %s', (pattern, text) => {
  expect(compileGlob(pattern).matches(text)).toBe(true)
})

test.each(notMatching)('%s does not match %s', (pattern, text) => {
  expect(compileGlob(pattern).matches(text)).toBe(false)
})

/** The same rules once more, by trying everything: what a star takes, and a class byte by byte. */
function naive(pattern: string, text: string): boolean {
  if (text === '') return pattern === ''
  return rest(pattern, text)

  function rest(p: string, t: string): boolean {
    if (p === '') return t === ''
    if (p[0] === '*') return rest(p.slice(1), t) || (t !== '' && rest(p, t.slice(1)))
    if (t === '') return false
    if (p[0] === '?') return rest(p.slice(1), t.slice(1))
    if (p[0] === '[') {
      const { takes, after } = inClass(p.slice(1), signed(t))
      return takes && rest(after, t.slice(1))
    }
    const literal = p[0] === '\\' && p.length > 1 ? p.slice(1) : p
    return literal[0] === t[0] && rest(literal.slice(1), t.slice(1))
  }

  function signed(s: string): number {
    const code = s.charCodeAt(0)
    return code > 127 ? code - 256 : code
  }

  function inClass(p: string, byte: number): { takes: boolean; after: string } {
    const negated = p[0] === '^'
    let at = negated ? p.slice(1) : p
    let takes = false
    while (at !== '' && at[0] !== ']') {
      if (at[0] === '\\' && at.length > 1) {
        if (signed(at.slice(1)) === byte) takes = true
        at = at.slice(2)
      } else if (at[1] === '-' && at.length > 2) {
        const [a, b] = [signed(at), signed(at.slice(2))].sort((x, y) => x - y) as [number, number]
        if (byte >= a && byte <= b) takes = true
        at = at.slice(3)
      } else {
        if (signed(at) === byte) takes = true
        at = at.slice(1)
      }
    }
    return { takes: takes !== negated, after: at.slice(1) }
  }
}

const letters = fc.string({
  unit: fc.constantFrom('a', 'b', 'c', '-', '^', ']', '[', '*', '?', '\\', '\xff'),
  maxLength: 12,
})

test('agrees with trying everything', () => {
  fc.assert(
    fc.property(letters, letters, (pattern, text) => {
      expect(compileGlob(pattern).matches(text)).toBe(naive(pattern, text))
    }),
    { numRuns: 5000 },
  )
})

/** Patterns that are mostly of whole classes. */
const withClasses = fc
  .array(
    fc.oneof(
      fc.tuple(
        fc.constantFrom('[', '[^'),
        fc.array(fc.constantFrom('a', 'b', 'c', 'a-b', '\\]', '^'), { maxLength: 2 }),
      ),
      fc.constantFrom('*', '?', 'a'),
    ),
    { maxLength: 4 },
  )
  .map((parts) => parts.map((part) => (typeof part === 'string' ? part : `${part[0]}${part[1].join('')}]`)).join(''))
const short = fc.string({ unit: fc.constantFrom('a', 'b', 'c', '^', ']', '['), maxLength: 4 })

test('patterns with several classes agree with trying everything', () => {
  fc.assert(
    fc.property(withClasses, short, (pattern, text) => {
      expect(compileGlob(pattern).matches(text)).toBe(naive(pattern, text))
    }),
    { numRuns: 2000 },
  )
})

test('a text with every special byte escaped matches itself only', () => {
  fc.assert(
    fc.property(letters, letters, (text, other) => {
      const glob = compileGlob(text.replace(/[*?[\\]/g, '\\$&'))
      expect(glob.matches(text)).toBe(true)
      expect(glob.matches(other)).toBe(other === text)
    }),
  )
})

test('more than a thousand stars match nothing, as on servers that limit their recursion', () => {
  expect(compileGlob(`${'*a'.repeat(1000)}`).matches('a'.repeat(1_000))).toBe(true)
  expect(compileGlob(`${'*a'.repeat(1001)}`).matches('a'.repeat(1_001))).toBe(false)
  // A star at the end takes the rest without recursion.
  expect(compileGlob(`${'*a'.repeat(1000)}*`).matches('a'.repeat(1_001))).toBe(true)
  expect(compileGlob(`${'*a'.repeat(1001)}*`).matches('a'.repeat(1_001))).toBe(false)
})

test('any number of stars side by side are one star', () => {
  expect(compileGlob(`a${'*'.repeat(2_000)}b`).matches('ab')).toBe(true)
  expect(compileGlob(`${'**a'.repeat(1000)}`).matches('a'.repeat(1_000))).toBe(true)
  expect(compileGlob('a**').matches('a')).toBe(true)
})
