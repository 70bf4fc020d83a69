import fc from 'fast-check'
import { expect, test } from 'vitest'
import { common, DEFAULT_STATES, outside, patternOutside } from '../../src/proof/inclusion'
import { contains, everything, intersection, union, type Language } from '../../src/proof/language'
import { runs } from '../runs'

const budget = () => ({ left: DEFAULT_STATES })
const between = (a: readonly string[], b: readonly string[]) => outside(union(a), union(b), budget())

test.each([
  [['app:*'], ['app:*'], 'included'],
  [['app:1'], ['app:*'], 'included'],
  [['app:*'], ['app:?*', 'app:'], 'included'],
  [['app:*'], ['app:?*'], 'app:'],
  [['*'], ['[a-z]*', '[^a-z]*'], 'included'],
  [['*'], ['?'], 'xx'],
  [['t:*:cart:*'], ['t:*'], 'included'],
  [['a*b*'], ['a*', '*b'], 'included'],
  [['*a', '*b'], ['*a*'], 'b'],
  [[''], ['*'], ''],
  [['*'], [''], 'x'],
  [['**'], ['*'], 'included'],
  [['*ba'], ['ba'], 'xba'],
  [['*aa'], ['aa', ''], 'xaa'],
  [['[^]'], ['?'], 'included'],
  [['[]x'], [], 'included'],
  [['\xc3\xa9*'], ['\xc3*'], 'included'],
])('%j within %j: %s', (a, b, expected) => {
  const found = between(a, b)
  expect(found.kind === 'witness' ? found.text : found.kind).toBe(expected)
})

test('every key covers the empty name, and the pattern * does not', () => {
  expect(outside(everything, union(['*']), budget())).toEqual({ kind: 'witness', text: '' })
  expect(outside(union(['*']), everything, budget())).toEqual({ kind: 'included' })
})

/** Patterns that are alike enough for the places of one to be a part of those of another. */
const alike = fc.array(fc.constantFrom('a', 'b', '*', '?'), { maxLength: 6 }).map((pieces) => pieces.join(''))
const alikes = fc.array(alike, { minLength: 1, maxLength: 3 })

test('of patterns that are alike, inclusion agrees with trying every short string', () => {
  const short = all('abx', 6)
  fc.assert(
    fc.property(alikes, alikes, (a, b) => {
      const [mine, others] = [union(a), union(b)]
      const found = outside(mine, others, budget())
      const counter = short.find((word) => word !== '' && contains(mine, word) && !contains(others, word))
      if (found.kind === 'witness') expect(contains(mine, found.text) && !contains(others, found.text)).toBe(true)
      if (counter === undefined) return
      expect(found).toMatchObject({ kind: 'witness' })
      expect(found.kind === 'witness' && found.text.length).toBe(counter.length)
    }),
    { numRuns: runs(200) },
  )
})

/** All strings of up to so many bytes over an alphabet, shortest first. */
function all(alphabet: string, most: number): string[] {
  let layer = ['']
  const found = ['']
  for (let n = 0; n < most; n++) {
    layer = layer.flatMap((text) => [...alphabet].map((c) => text + c))
    found.push(...layer)
  }
  return found
}
const words = all('ab:1', 5)

const piece = fc.constantFrom('a', 'b', ':', '1', '*', '?', '[ab]', '[^a]', '[a-', '\\*', '[b-:]', '**', 'a:*')
const pattern = fc.array(piece, { maxLength: 5 }).map((pieces) => pieces.join(''))
const language: fc.Arbitrary<Language> = fc.oneof(
  { weight: 8, arbitrary: fc.array(pattern, { minLength: 1, maxLength: 4 }).map(union) },
  { weight: 1, arbitrary: fc.constant(everything) },
  {
    weight: 2,
    arbitrary: fc.tuple(pattern, pattern, pattern).map(([a, b, c]) => intersection(union([a, c]), union([b]))),
  },
)

test('inclusion agrees with trying every short string, and a witness is the shortest', () => {
  fc.assert(
    fc.property(language, language, (a, b) => {
      const found = outside(a, b, budget())
      expect(found.kind).not.toBe('undecided')
      const counter = words.filter((word) => contains(a, word) && !contains(b, word))
      if (found.kind === 'included') expect(counter).toEqual([])
      else if (found.kind === 'witness') {
        expect(contains(a, found.text) && !contains(b, found.text)).toBe(true)
        const shortest = counter.find((word) => word !== '')
        if (shortest !== undefined) expect(found.text.length).toBeLessThanOrEqual(shortest.length)
      }
    }),
    { numRuns: runs(300) },
  )
})

test('a common string agrees with trying every short string', () => {
  fc.assert(
    fc.property(language, language, (a, b) => {
      const found = common(a, b, budget())
      const shared = words.filter((word) => contains(a, word) && contains(b, word))
      if (found.kind === 'included') expect(shared).toEqual([])
      else if (found.kind === 'witness') expect(contains(a, found.text) && contains(b, found.text)).toBe(true)
    }),
    { numRuns: runs(150) },
  )
})

test('a hundred overlapping patterns take few steps', () => {
  const many = Array.from({ length: 101 }, (_, i) => `tenant-${i}:*:*`)
  const spent = { left: DEFAULT_STATES }
  expect(outside(union(['tenant-*']), union([...many, 'tenant-*']), spent).kind).toBe('included')
  expect(outside(union(many), union([...many.slice(0, 100), 'tenant-100:*']), spent).kind).toBe('included')
  expect(DEFAULT_STATES - spent.left).toBeLessThan(2000)
})

test('a question that takes too long is left undecided', () => {
  const hard = Array.from({ length: 24 }, (_, i) => `*${String.fromCharCode(97 + i)}*z`)
  expect(outside(union(['*zz']), union(hard.map((p) => `${p}??`)), { left: 5 }).kind).toMatch(/undecided|witness/)
})

test('one pattern of many takes its share of the budget, and leaves the rest', () => {
  const started = performance.now()
  const budget = { left: 20_000 }
  const hard = Array.from({ length: 60 }, (_, i) => `${'?*'.repeat(i % 9)}${'[ab]*'.repeat(i % 7)}x${i}*`)
  expect(patternOutside('*a*b*c*d*e*f*g*h*', union(hard), budget).kind).not.toBe('included')
  expect(patternOutside('*'.padEnd(800, 'a*'), union([`${'*a'.repeat(900)}b`]), budget).kind).not.toBe('included')
  expect(budget.left).toBeGreaterThan(10_000)
  expect(patternOutside('app:1', union(['app:?']), budget).kind).toBe('included')
  expect(performance.now() - started).toBeLessThan(1000)
})

test('with no budget left, only what can be seen is decided', () => {
  const ask = (pattern: string, others: string[]) => patternOutside(pattern, union(others), { left: 0 }).kind
  expect(ask('app:*', ['app:*'])).toBe('included')
  expect(ask('app:1*', ['b', 'app:*'])).toBe('included')
  expect(ask('a*b', ['a*b', 'c'])).toBe('included')
  expect(ask('app:1', ['app:?'])).toBe('undecided')
  expect(ask('app:1', ['b:*'])).toBe('undecided')
})
