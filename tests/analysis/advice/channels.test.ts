import { expect, test } from 'vitest'
import { found, verdicts } from './found'

test('pubsub-no-channels', async () => {
  const file = 'user app on #… ~* +@all'
  expect(await found('pubsub-no-channels', file)).toMatchInlineSnapshot(`
    "warning 1:82 +@all
    PUBLISH, SUBSCRIBE, PSUBSCRIBE will be refused: no channel is granted.
    (From Redis 7 on, a user starts without channels. Name them, say &app:*.)
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
    Redis 6.2 gives a new user every channel unless a rule takes them away.
    (Write resetchannels, then the channels it may use; from Redis 7 on that is the start.)"
  `)
  expect(await verdicts(file, ['PUBLISH news x'], 'redis-6.2')).toMatchInlineSnapshot(`"PUBLISH news x: allowed"`)
})

test('psubscribe-literal', async () => {
  const file = 'user app on #… &app:* +@pubsub'
  expect(await found('psubscribe-literal', file)).toMatchInlineSnapshot(`
    "info 1:79 &app:*
    PSUBSCRIBE must ask for exactly app:*: a narrower pattern, or a channel that it matches, is refused.
    (Give every pattern that a client subscribes to a rule of its own; SUBSCRIBE and PUBLISH take any channel that matches.)"
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
