import { expect, test } from 'vitest'
import { logInAlike } from '../../../src/analysis/diagnostics/effects'
import { sameness } from '../../../src/analysis/roles/meaning'
import { Users } from '../../../src/acl/users'
import type { User } from '../../../src/acl/user'
import { loadTarget } from '../../../src/targets/load'

const target = await loadTarget('valkey-9.2')

function userOf(rules: string): User {
  const user = new Users(target.table, target.behaviours).newUser('u')
  for (const rule of rules.split(' ')) expect(user.apply(rule)).toBeNull()
  return user
}

const kindOf = (a: string, b: string, states = 100_000): string =>
  sameness(userOf(a), userOf(b), target, { left: states }, 16).kind

const rest = '?'.repeat(24)
const halves = `~k*a${rest} ~k*[^a]${rest} +get`

test.each([
  ['~a:* +get', '~a:* ~a:1 +get', 'equal'],
  ['~a:* +get', '~a:* +get +set', 'differs'],
  ['~a:* +get +set', '~a:* +get', 'differs'],
  ['~a:* +get db=1', '~a:* +get', 'differs'],
  [halves, `~k*?${rest} +get`, 'undecided'],
  [`~k*?${rest} +get`, halves, 'undecided'],
] as const)('%s and %s: %s', (a, b, kind) => {
  expect(kindOf(a, b)).toBe(kind)
})

test('with no budget, users whose rules differ are not said to be equal', () => {
  expect(kindOf('~a:* ~a:1* +get', '~a:* +get', 0)).toBe('undecided')
})

test.each([
  ['on >a', 'on >a', true],
  ['on >a', 'off >a', false],
  ['on >a', 'on >a nopass', false],
  ['on >a', 'on >b', false],
  ['on >a', 'on >a >b', false],
  ['on >a >b', 'on >b >a', true],
  ['on >a', 'on >a skip-sanitize-payload', false],
] as const)('%s and %s log in alike: %s', (a, b, alike) => {
  expect([logInAlike(userOf(a), userOf(b)), logInAlike(userOf(b), userOf(a))]).toEqual([alike, alike])
})
