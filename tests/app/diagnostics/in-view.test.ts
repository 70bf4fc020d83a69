import { expect, test } from 'vitest'
import type { Diagnostic } from '../../../src/analysis/diagnostic'
import { around } from '../../../src/app/diagnostics/in-view'

const diagnostic = (from: number): Diagnostic => ({
  code: 'x',
  severity: 'info',
  message: '',
  hint: null,
  span: { source: 'users.acl', line: 1, from, to: from + 1 },
  fixes: [],
})
const many = Array.from({ length: 100 }, (_, i) => diagnostic(i * 10))

test.each([
  [0, 0, 9],
  [500, 45, 54],
  [999, 90, 99],
])('around %d of a long list', (place, first, last) => {
  const part = around(many, place, 10)
  expect(part).toHaveLength(10)
  expect(part[0]).toBe(many[first])
  expect(part.at(-1)).toBe(many[last])
})

test('a short list is shown whole', () => {
  expect(around(many, 0, 100)).toBe(many)
})
