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
