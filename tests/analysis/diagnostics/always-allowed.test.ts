import { expect, test } from 'vitest'
import { found, verdicts } from './found'

test('always-allowed: commands that everybody may run', async () => {
  const file = 'user app on #… ~* +@all -auth -hello -reset -quit -get'
  expect(await found('always-allowed', file)).toMatchInlineSnapshot(`
    "warning 1:88 -auth
    4 rules have no effect: every client may run AUTH, HELLO, RESET and QUIT.
    safe: Remove the 4 rules → user app on #… ~* +@all -get"
  `)
  expect(await verdicts(file, ['AUTH x', 'HELLO 3', 'RESET', 'QUIT', 'GET a'])).toMatchInlineSnapshot(`
    "AUTH x: allowed
    HELLO 3: allowed
    RESET: allowed
    QUIT: allowed
    GET a: command"
  `)
})

test('always-allowed: RESET can be taken away on 6.2', async () => {
  expect(await found('always-allowed', 'user app on #… ~* +@all -reset', 'redis-6.2')).toBe('')
})
