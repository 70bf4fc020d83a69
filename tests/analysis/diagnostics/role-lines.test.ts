import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Users } from '../../../src/acl/users'
import { Checker } from '../../../src/analysis/diagnostics/checker'
import { loadTarget } from '../../../src/targets/load'
import { runs } from '../../runs'

const target = await loadTarget('valkey-9.2')
const checker = (): Checker => new Checker(new Users(target.table, target.behaviours), target)

/** The diagnostics of some codes on a file whose default user is off. */
function said(file: string, ...codes: readonly string[]): { code: string; message: string; place: string }[] {
  const text = `${file}\nuser default off\n`
  return checker()
    .diagnose(text)
    .filter(({ code }) => codes.includes(code))
    .map(({ code, message, span }) => ({ code, message, place: text.slice(span.from, span.to) }))
}

test('what a user gets by a role is said of the user, at the role', () => {
  expect(said('role ops +@admin\nuser app on >x ~app:* +get role=ops', 'privilege-escalation')).toEqual([
    {
      code: 'privilege-escalation',
      message: expect.stringMatching(/^app can change its own rules.*, by its role ops\.$/) as string,
      place: 'role=ops',
    },
  ])
  expect(said('role ops ~* &* +@all\nuser app on >x ~app:* +get role=ops', 'privilege-escalation')).toEqual([])
})

test('a user that may change the role it holds can give itself every permission', () => {
  const file = (roles: string): string => `role reader ~c +get\nuser app on >x ~app:* +get +acl|setrole${roles}`
  expect(said(file(' role=reader'), 'privilege-escalation')[0]?.message).toBe(
    'app can change the rules of its own role (ACL SETROLE).',
  )
  expect(said(file(''), 'privilege-escalation')[0]?.message).toBe(
    'app can change the rules of whoever holds a role (ACL SETROLE).',
  )
})

test('the keys of a user and the commands of its role are not combined', () => {
  expect(said('role reader +get\nuser app on >x ~app:* role=reader', 'keys-no-commands')).toEqual([
    {
      code: 'keys-no-commands',
      message: 'No command is allowed outside the roles, so the keys there have no effect.',
      place: '~app:*',
    },
  ])
  expect(said('role reader ~c\nuser app on >x +get role=reader', 'commands-no-keys')[0]?.message).toBe(
    'No key is granted outside the roles: commands that take a key need a role or selector that allows them.',
  )
})

test('a change of a role changes what is said of those who hold it', () => {
  const part = fc.constantFrom('~a*', '+get', '+@all', '+config', '~*', '&*', '(~b +set)', '+nosuch')
  const role = fc
    .tuple(fc.constantFrom('reader', 'ops'), fc.array(part, { maxLength: 4 }))
    .map(([name, rules]) => ['role', name, ...rules].join(' '))
  const user = fc
    .tuple(fc.array(part, { maxLength: 3 }), fc.constantFrom('', 'role=ops', 'role=reader,ops', 'role=nobody'))
    .map(([rules, roles]) => ['user app on >x', ...rules, roles].join(' '))
  const file = fc.array(fc.oneof(role, user, fc.constant('')), { maxLength: 5 }).map((lines) => lines.join('\n'))
  fc.assert(
    fc.property(fc.array(file, { minLength: 2, maxLength: 4 }), (files) => {
      const incremental = checker()
      const plain = (one: Checker, text: string): unknown =>
        one.diagnose(text).map(({ code, message, span, fixes }) => [code, message, span, fixes])
      for (const text of files) expect(plain(incremental, text)).toEqual(plain(checker(), text))
    }),
    { numRuns: runs(100) },
  )
})
