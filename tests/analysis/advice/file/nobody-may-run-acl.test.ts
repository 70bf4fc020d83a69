import { expect, test } from 'vitest'
import { found, verdicts } from '../found'

test('nobody-may-run-acl', async () => {
  expect(await found('nobody-may-run-acl', 'user default off\nuser app on #… ~app:* +get')).toMatchInlineSnapshot(`
    "info 1:6 default
    No user who can log in may run ACL SETUSER or ACL LOAD: users can be changed by a restart only.
    (Keep an administrator, say user admin on #hash ~* &* +@all, or +acl|load for whoever deploys the file.)"
  `)
  expect(await verdicts('user app on #… ~app:* +get', ['ACL LOAD'])).toBe('ACL LOAD: command')
})

test.each([
  'user app on #… ~app:* +get',
  'user default on nopass ~* +@all',
  'user default off\nuser admin on #… +@all',
  'user default off\nuser deploy on #… +acl|load',
])('somebody may: %s', async (file) => {
  expect(await found('nobody-may-run-acl', file)).toBe('')
})

test('an administrator who cannot log in is none', async () => {
  expect(await found('nobody-may-run-acl', 'user default off\nuser admin off #… +@all')).not.toBe('')
  expect(await found('nobody-may-run-acl', 'user default off\nuser admin on +@all', 'redis-6.2')).not.toBe('')
})
