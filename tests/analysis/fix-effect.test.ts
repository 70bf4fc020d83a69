import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Users } from '../../src/acl/users'
import { Checker } from '../../src/analysis/diagnostics/checker'
import { allDiagnostics } from '../../src/analysis/diagnostics/settings'
import { effectOfFix } from '../../src/analysis/fix-effect'
import { loadTarget } from '../../src/targets/load'
import { runs } from '../runs'

const target = await loadTarget('redis-8.0')

test('what a fix changes is said with a command line', () => {
  const text = 'user default off\nuser app on >pw ~app:* +@all\n'
  const at = text.indexOf(' +@all') + 6
  const fix = (insert: string) => ({ label: 'x', edits: [{ from: at, to: at, insert }] })
  expect(effectOfFix(text, fix(' -acl|setuser'), target)).toBe(
    'app can no longer run ACL SETUSER, such as ACL SETUSER x',
  )
  expect(effectOfFix(text, fix(' ~b:*'), target)).toMatch(/^app can also run .* on ~b:\*, such as /)
  expect(effectOfFix(text, fix(' off'), target)).toBe('app can no longer log in (off)')
  expect(effectOfFix(text, fix(' ~app:1'), target)).toBe(null)
  expect(effectOfFix(text, fix(' +nosuch'), target)).toBe(null)
})

test('users of the same rules have the same effect, whatever their names and passwords', () => {
  const one = '1'.repeat(64)
  const other = '2'.repeat(64)
  const effect = (user: string, insert: string, conf = ''): string | null => {
    const text = `user default off\n${user}\n`
    const at = text.length - 1
    return effectOfFix(text, { label: 'x', edits: [{ from: at, to: at, insert }] }, target, conf)
  }
  expect(effect(`user a on #${one} ~k +get`, ' +set')).toBe('a can also run SET, such as SET k x')
  expect(effect(`user b:2 on #${other} ~k +get`, ' +set')).toBe('b:2 can also run SET, such as SET k x')
  expect(effect(`user b on #${other} ~k +get`, ' +set', 'rename-command SET ""')).toBe(null)
  expect(effect(`user a on #${one} +get`, ` #${one}`)).toBe(null)
  expect(effect(`user a on #${one} +get`, ` #${other}`)).toBe('a a password added')
  expect(effect(`user c on #${one} +get`, ` !${one}`)).toBe('c a password removed')
  expect(effect(`user d on #${other} #${one} +get`, ` !${one} !${other}`)).toBe('d 2 passwords removed')
  expect(effect('user default on nopass', ' off')).toBe('default can no longer log in (off)')
})

test('a fix of a user counts its roles, and a fix of a role is told of a user that holds it', async () => {
  const valkey = await loadTarget('valkey-9.2')
  const text = 'role reader ~c* +get\nuser default off\nuser app on >pw ~x +ping role=reader\n'
  const effect = (after: string, insert: string): string | null => {
    const at = text.indexOf(after) + after.length
    return effectOfFix(text, { label: 'x', edits: [{ from: at, to: at, insert }] }, valkey)
  }
  expect(effect('+ping', ' ~c1 (~c2 +get)')).toBe(null)
  expect(effect('+ping', ' +set')).toBe('app can also run SET, such as SET x x')
  expect(effect('+get', ' +set')).toBe('app can also run SET, such as SET c x')
  expect(effect('+get', ' (~c1 +get)')).toBe(null)
  expect(effect('role=reader', ' resetroles')).toBe('app can no longer run GET, such as GET c')
})

test('a fix that is called safe changes nothing', () => {
  const rule = fc.constantFrom(
    ...['~app:*', '~*', '%R~b*', '+@all', '+@read', '-@dangerous', '+get', '+set', '+config|get', '&news', '+@pubsub'],
    ...['(+get ~c)', '~app', '+acl|setuser', '+keys', 'nopass', '+select|0', '-get', '~{a,b}', '+eval', '+migrate'],
  )
  fc.assert(
    fc.property(fc.array(rule, { minLength: 1, maxLength: 7 }), (rules) => {
      const text = `user default off\nuser app on ${rules.join(' ')}\n`
      for (const { fixes } of new Checker(new Users(target.table, target.behaviours), target).diagnose(
        text,
        allDiagnostics,
      )) {
        for (const { label, edits, safe } of fixes)
          if (safe === true)
            expect([text, label, effectOfFix(text, { label, edits }, target)]).toEqual([text, label, null])
      }
    }),
    { numRuns: runs(75) },
  )
})
