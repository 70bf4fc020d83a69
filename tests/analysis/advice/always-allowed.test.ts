import { expect, test } from 'vitest'
import { found, verdicts } from './found'

test('always-allowed: commands that everybody may run', async () => {
  const file = 'user app on #… ~* +@all -auth -hello -reset -quit -get'
  expect(await found('always-allowed', file)).toMatchInlineSnapshot(`
    "warning 1:88 -auth
    This has no effect: every client may run AUTH, whatever its user's rules.
    safe: Remove this rule → user app on #… ~* +@all -hello -reset -quit -get

    warning 1:94 -hello
    This has no effect: every client may run HELLO, whatever its user's rules.
    safe: Remove this rule → user app on #… ~* +@all -auth -reset -quit -get

    warning 1:101 -reset
    This has no effect: every client may run RESET, whatever its user's rules.
    safe: Remove this rule → user app on #… ~* +@all -auth -hello -quit -get

    warning 1:108 -quit
    This has no effect: every client may run QUIT, whatever its user's rules.
    safe: Remove this rule → user app on #… ~* +@all -auth -hello -reset -get"
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
