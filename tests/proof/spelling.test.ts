import fc from 'fast-check'
import { expect, test } from 'vitest'
import { union } from '../../src/proof/language'
import { patternOutside } from '../../src/proof/inclusion'
import { shorterPattern } from '../../src/proof/spelling'
import { runs } from '../runs'

test.each([
  ['[a]*', 'a*'],
  ['b**', 'b*'],
  ['*?*', '?*'],
  ['[abcd]x', '[a-d]x'],
  ['[x]', 'x'],
  ['\\a', 'a'],
  ['[*]', '\\*'],
  ['a*', 'a*'],
  ['a\\*', 'a\\*'],
])('%s is %s', (pattern, shorter) => {
  expect(shorterPattern(pattern)).toBe(shorter)
})

test('a shorter pattern matches the same names', () => {
  const part = fc.constantFrom(...'ab*?-^\\[]', '[a]', '[^a]', '[a-c]', '[abcd]', '\\*', '[^', '[]', 'é', '\xff')
  fc.assert(
    fc.property(fc.array(part, { maxLength: 8 }), (parts) => {
      const pattern = parts.join('')
      const shorter = shorterPattern(pattern)
      expect(shorter.length).toBeLessThanOrEqual(pattern.length)
      for (const [one, other] of [
        [pattern, shorter],
        [shorter, pattern],
      ] as const)
        expect(patternOutside(one, union([other]), { left: 100_000 }).kind).toBe('included')
    }),
    { numRuns: runs(500) },
  )
})
