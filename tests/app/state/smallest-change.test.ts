import fc from 'fast-check'
import { expect, test } from 'vitest'
import { smallestChange } from '../../../src/app/state/smallest-change'

test.each([
  ['abc', 'abc', { from: 3, to: 3, insert: '' }],
  ['user a on\nuser b', 'user a on +get\nuser b', { from: 9, to: 9, insert: ' +get' }],
  ['aaa', 'aa', { from: 2, to: 3, insert: '' }],
])('%j to %j', (before, after, change) => {
  expect(smallestChange(before, after)).toEqual(change)
})

test('the change makes one text into the other', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (before, after) => {
      const { from, to, insert } = smallestChange(before, after)
      expect(before.slice(0, from) + insert + before.slice(to)).toBe(after)
    }),
  )
})
