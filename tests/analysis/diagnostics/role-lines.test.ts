import fc from 'fast-check'
import { expect, test } from 'vitest'
import { loadAclFile } from '../../../src/acl/load'
import { Users } from '../../../src/acl/users'
import { applyFix } from '../../../src/analysis/diagnostic'
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

test('a deny that a role undoes is said at the deny, with the commands and the role', () => {
  const file = 'role ops ~* +@read +flushall -sort_ro\nuser app on >x ~app:* +@all -@dangerous -get role=ops'
  expect(said(file, 'role-undoes-deny')).toEqual([
    {
      code: 'role-undoes-deny',
      message: expect.stringMatching(
        /^-@dangerous does not deny .*FLUSHALL.* to app: its role ops allows them\.$/,
      ) as string,
      place: '-@dangerous',
    },
    { code: 'role-undoes-deny', message: '-get does not deny GET to app: its role ops allows it.', place: '-get' },
  ])
  expect(said(file.replace(' role=ops', ''), 'role-undoes-deny')).toEqual([])
  expect(said('role ops +get\nuser app on >x ~app:* +@all -get role=ops', 'role-undoes-deny')).toEqual([])
})

test('a role that opens all databases or channels to a user limited to some is reported', () => {
  const file = 'role ops ~* &* +@all\nuser app on >x db=2,1 ~app:* &news +get +publish role=ops'
  expect(said(file, 'role-opens-all').map(({ message }) => message)).toEqual([
    'The role ops allows commands on keys in every database, while app’s own rules are limited to db=1,2.',
    'The role ops allows commands on every channel, while app’s own rules are limited to &news.',
  ])
  expect(said(file.replace('~* &*', '~* &news db=1'), 'role-opens-all')).toEqual([])
  expect(said(file.replace('db=2,1 ', '').replace('&news ', ''), 'role-opens-all')).toEqual([])
})

test('a role that nobody holds, or that has the name of a user, is reported at its name', () => {
  const file = 'role a ~a +get\nrole b ~b +get\nuser a on >x role=b resetroles role=a\nuser c on >x ROLE=b reset'
  expect(said(file, 'unused-role', 'role-named-as-user')).toEqual([
    {
      code: 'role-named-as-user',
      message: 'The role a and the user of line 3 have the same name, but are two things.',
      place: 'a',
    },
    { code: 'unused-role', message: 'No user has the role b.', place: 'b' },
  ])
})

test('an unused role is removed without a change, and a used one is not reported', () => {
  const name = fc.constantFrom('a', 'b', 'c')
  const rule = fc.oneof(
    fc.tuple(name, name).map(([one, two]) => `role=${one},${two}`),
    fc.constantFrom('resetroles', 'reset', '+get', '~x'),
  )
  const user = fc.array(rule, { maxLength: 4 })
  fc.assert(
    fc.property(fc.uniqueArray(name), fc.array(user, { maxLength: 3 }), (roles, users) => {
      const text = [
        ...roles.map((one) => `role ${one} ~x +get`),
        ...users.map((rules, i) => ['user', `u${i}`, ...rules].join(' ')),
      ].join('\n')
      const read = (file: string) => loadAclFile(new Users(target.table, target.behaviours), file, 'users.acl')
      const loaded = read(text)
      if (!loaded.ok) return
      const held = new Set([...loaded.users.values()].flatMap((one) => one.roles))
      const unused = checker()
        .diagnose(text)
        .filter(({ code }) => code === 'unused-role')
      expect(unused.map(({ span }) => text.slice(span.from, span.to))).toEqual(roles.filter((one) => !held.has(one)))
      for (const { fixes } of unused)
        for (const fix of fixes) {
          const fixed = read(applyFix(text, fix))
          expect(fixed.ok && [...fixed.users.values()].map((one) => one.describe())).toEqual(
            [...loaded.users.values()].map((one) => one.describe()),
          )
        }
    }),
    { numRuns: runs(100) },
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
