import { expect, test } from 'vitest'
import { found, verdicts } from '../found'

const saved = 'user app on sanitize-payload #… ~app:* resetchannels -@all +get'
const off = 'user default off sanitize-payload resetchannels -@all'

test('nobody-may-run-acl: a file that a server saved', async () => {
  expect(await found('nobody-may-run-acl', `${saved}\n${off}`)).toMatchInlineSnapshot(`
    "info 2:6 default
    No user who can log in may run ACL SETUSER or ACL LOAD: users can only be changed by a restart.
    (Keep an administrator, for example user admin on #hash ~* &* +@all, or allow +acl|load to whoever deploys the file.)"
  `)
  expect(await verdicts(saved, ['ACL LOAD'])).toBe('ACL LOAD: command')
})

test('a file that is deployed usually wants just that', async () => {
  expect(await found('nobody-may-run-acl', 'user default off\nuser app on #… ~app:* +get')).toBe('')
})

test.each([
  saved,
  `user default on nopass sanitize-payload ~* &* +@all\n${saved}`,
  `${off}\nuser admin on sanitize-payload #… resetchannels +@all`,
  `${off}\nuser deploy on sanitize-payload #… resetchannels -@all +acl|load`,
])('somebody may: %s', async (file) => {
  expect(await found('nobody-may-run-acl', file)).toBe('')
})

test('an administrator who cannot log in is none', async () => {
  expect(await found('nobody-may-run-acl', `${off}\nuser admin off sanitize-payload #… resetchannels +@all`)).not.toBe(
    '',
  )
  expect(await found('nobody-may-run-acl', 'user default off &* -@all\nuser admin on &* +@all', 'redis-6.2')).not.toBe(
    '',
  )
})
