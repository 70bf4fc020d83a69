import { expect, test } from 'vitest'
import { attemptPause } from '../../src/workspace/course/calm'

const line = 'user app on ~app:* +get'

test.each([
  ['a letter within a word', line, `${line}d`, 2_500],
  ['a letter deleted', line, line.slice(0, -1), 2_500],
  ['a space behind a word', line, `${line} `, 1_000],
  ['a word completed', `${line} +s`, `${line} +set`, 1_000],
  ['a pasted file', line, 'user default off', 1_000],
  ['a line break', line, `${line}\n`, 0],
  ['a pasted line', line, `${line}\nuser b on`, 0],
])('%s counts as an attempt after its pause', (_, before, after, pause) => {
  expect(attemptPause(before, after)).toBe(pause)
})
