import { expect, test } from 'vitest'
import { found } from './found'

test('keys-no-commands: a default user that is shut on purpose', async () => {
  expect(await found('keys-no-commands', 'user default off nopass ~* -@all')).toBe('')
  expect(await found('keys-no-commands', 'user default on nopass ~* -@all')).toContain('No command is allowed')
})

test('firstarg-deprecated: nothing is said of what is refused', async () => {
  expect(await found('firstarg-deprecated', 'user app on +get|a|b')).toBe('')
  expect(await found('firstarg-deprecated', 'user app on +get|a')).toContain('this rule allows GET with a')
})
