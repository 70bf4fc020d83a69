import { expect, test } from 'vitest'
import { endsSubscriptions } from '../../src/acl/subscriptions'
import { usersOf } from './targets'

const cases: readonly [was: string, becomes: string, subscribed: string[], patterns: string[], ends: boolean][] = [
  ['&*', '&news*', ['news1'], [], false],
  ['&*', '&news*', ['other'], [], true],
  ['&*', '&news*', [], ['news*'], false],
  ['&*', '&news*', [], ['news1*'], true],
  ['&a', '&a &b', ['c'], [], false],
  ['&a &b', '&a (&b)', ['b'], [], false],
  ['&a', '&a*', ['a'], [], false],
  ['&a', 'resetchannels', ['a'], [], true],
  ['&a', '(&*)', ['a'], [], false],
]

test.each(cases)('%s becoming %s with %j and %j: ends %s', async (was, becomes, channels, patterns, ends) => {
  const { users } = await usersOf('redis-8.0')
  const [a, b] = [users.newUser('a'), users.newUser('b')]
  for (const rule of was.split(' ')) a.apply(rule)
  for (const rule of becomes.split(' ')) b.apply(rule)
  expect(endsSubscriptions(a, b, { channels, patterns })).toBe(ends)
})
