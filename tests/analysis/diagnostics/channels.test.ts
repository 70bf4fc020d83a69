import { expect, test } from 'vitest'
import { found, verdicts } from './found'

test('pubsub-no-channels', async () => {
  const file = 'user app on #… ~* +@all'
  expect(await found('pubsub-no-channels', file)).toMatchInlineSnapshot(`
    "warning 1:82 +@all
    PUBLISH, SUBSCRIBE and PSUBSCRIBE are denied: no channel is granted.
    (From Redis 7.0 on, a user starts without channels. Grant them, for example &app:*.)
    Grant every channel (&*) → user app on #… ~* +@all &*"
  `)
  expect(await verdicts(file, ['PUBLISH news x', 'SUBSCRIBE news'])).toMatchInlineSnapshot(`
    "PUBLISH news x: channel
    SUBSCRIBE news: channel"
  `)
})

test('channels-by-default', async () => {
  const file = 'user app on #… ~app:* +@pubsub'
  expect(await found('channels-by-default', file, 'redis-6.2')).toMatchInlineSnapshot(`
    "warning 1:6 app
    On Redis 6.2 a new user may use every channel unless the line says resetchannels.
    (Write resetchannels, then the channels it may use. From Redis 7.0 on, a new user starts without channels.)"
  `)
  expect(await verdicts(file, ['PUBLISH news x'], 'redis-6.2')).toMatchInlineSnapshot(`"PUBLISH news x: allowed"`)
})

test('psubscribe-literal', async () => {
  const file = 'user app on #… &app:* +@pubsub'
  expect(await found('psubscribe-literal', file)).toMatchInlineSnapshot(`
    "info 1:79 &app:*
    A channel pattern allows PSUBSCRIBE with exactly the same pattern: app:*. Narrower patterns, and single channels that it matches, are denied.
    (Write a rule for every pattern that a client subscribes to. SUBSCRIBE and PUBLISH are allowed on any channel that matches.)"
  `)
  expect(
    await verdicts(file, [
      'PSUBSCRIBE app:*',
      'PSUBSCRIBE app:x*',
      'PSUBSCRIBE app:x',
      'SUBSCRIBE app:x',
      'PUBLISH app:x m',
    ]),
  ).toMatchInlineSnapshot(`
    "PSUBSCRIBE app:*: allowed
    PSUBSCRIBE app:x*: channel
    PSUBSCRIBE app:x: channel
    SUBSCRIBE app:x: allowed
    PUBLISH app:x m: allowed"
  `)
})
