import { expect, test } from 'vitest'
import { keepSame } from '../../../src/app/state/keep-same'

test('an object with the same fields is the one before, also after none; one with others is new', () => {
  const same = keepSame<{ a: string; list?: readonly number[] }>()
  const first = same({ a: 'x' })
  expect(same({ a: 'x' })).toBe(first)
  expect(same(null)).toBeNull()
  expect(same({ a: 'x' })).toBe(first)
  const list = [1]
  const second = same({ a: 'x', list })
  expect(second).not.toBe(first)
  expect(same({ a: 'x', list })).toBe(second)
  expect(same({ a: 'x', list: [1] })).not.toBe(second)
})
