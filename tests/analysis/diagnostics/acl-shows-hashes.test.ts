import { expect, test } from 'vitest'
import { found, verdicts } from './found'

test('acl-shows-hashes', async () => {
  const file = 'user app on #… +acl|list +acl|getuser +acl|whoami'
  expect(await found('acl-shows-hashes', file)).toMatchInlineSnapshot(`
    "warning 1:79 +acl|list
    ACL LIST and ACL GETUSER print every user’s password hashes: whoever reads them can search for a weak password offline.
    (ACL WHOAMI, ACL CAT and ACL DRYRUN print none. Give every user a long random password.)"
  `)
  expect(await verdicts(file, ['ACL LIST', 'ACL SETUSER x'])).toMatchInlineSnapshot(`
    "ACL LIST: allowed
    ACL SETUSER x: command"
  `)
  expect(await found('acl-shows-hashes', 'user app on #… +acl|whoami')).toBe('')
})
