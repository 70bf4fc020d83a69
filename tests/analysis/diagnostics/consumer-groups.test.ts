import { expect, test } from 'vitest'
import { found, verdicts } from './found'

test('consumer-groups', async () => {
  const file = 'user app on #… ~orders +xreadgroup +xack'
  expect(await found('consumer-groups', file)).toMatchInlineSnapshot(`
    "info 1:87 +xreadgroup
    Rules limit the stream, not the group or the consumer: with XREADGROUP and XACK the user can act as any consumer of any group of its streams.
    (To keep groups apart, give each a stream of its own.)"
  `)
  expect(
    await verdicts(file, [
      'XREADGROUP GROUP billing c1 STREAMS orders >',
      'XREADGROUP GROUP other c2 STREAMS orders >',
    ]),
  ).toMatchInlineSnapshot(`
    "XREADGROUP GROUP billing c1 STREAMS orders >: allowed
    XREADGROUP GROUP other c2 STREAMS orders >: allowed"
  `)
  expect(await found('consumer-groups', 'user app on #… ~orders +xadd')).toBe('')
})
