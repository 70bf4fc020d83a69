import { expect, test } from 'vitest'
import { fromText } from '../../../src/acl/bytes'
import { loadAclFile } from '../../../src/acl/load'
import { Users } from '../../../src/acl/users'
import { applyFix } from '../../../src/analysis/diagnostic'
import { setPassword, type Earlier } from '../../../src/app/checklist/set-password'
import { loadTarget } from '../../../src/targets/load'

const target = await loadTarget('redis-8.0')
const rule = `#${'ab'.repeat(32)}`

function changed(acl: string, user: string, earlier: Earlier): string | null {
  const fix = setPassword(acl, user, rule, earlier, target)
  return fix && applyFix(acl, fix)
}

function passwordsOf(acl: string, user: string): readonly string[] {
  const read = loadAclFile(new Users(target.table, target.behaviours), fromText(acl), 'users.acl')
  return read.ok ? (read.users.get(fromText(user))?.passwords ?? []).map(({ hash }) => hash) : []
}

test.each([
  ['user app on >old ~app:* +get', `user app on ~app:* +get ${rule}`],
  ['user app on nopass ~app:*', `user app on ~app:* ${rule}`],
  [`user app on #${'cd'.repeat(32)} >b (~x:* +get)`, `user app on (~x:* +get) ${rule}`],
  ['user app on resetpass', `user app on ${rule}`],
])('replaces what let the user in before: %s', (before, after) => {
  expect(changed(before, 'app', 'replace')).toBe(after)
  expect(passwordsOf(after, 'app')).toEqual(['ab'.repeat(32)])
})

test('keeps the earlier password where it is to stay valid', () => {
  const after = changed('user default off\nuser é on >old\nuser app on >old\n', 'app', 'keep')
  expect(after).toBe(`user default off\nuser é on >old\nuser app on >old ${rule}\n`)
  expect(passwordsOf(after ?? '', 'app')).toHaveLength(2)
})

test('finds names beyond ASCII, and says where', () => {
  expect(setPassword('user default off\nuser é on >old', 'é', rule, 'replace', target)?.label).toBe(
    'Write its hash to line 2',
  )
  expect(changed('user é on >old', 'é', 'replace')).toBe(`user é on ${rule}`)
})

test('a user without a line gets none', () => {
  expect(setPassword('user default off\n', 'app', rule, 'replace', target)).toBe(null)
})
