import fc from 'fast-check'
import { expect, test } from 'vitest'
import { plural, withCommas } from '../../src/analysis/numbers'

test('groups digits as English does', () => {
  fc.assert(
    fc.property(fc.oneof(fc.integer(), fc.maxSafeInteger()), (n) => {
      expect(withCommas(n)).toBe(n.toLocaleString('en'))
    }),
  )
})

test('counts a noun', () => {
  expect([0, 1, 2, 1000].map((n) => plural(n, 'user'))).toEqual(['0 users', '1 user', '2 users', '1,000 users'])
})
