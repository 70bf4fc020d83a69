import { expect, test } from 'vitest'
import { clientIds } from '../../../src/analysis/diagnostics/clients'
import { found } from './found'

/** What a worker, an event consumer and the result backend were seen to send. */
const celery =
  'user celery on #… ~celery* ~_kombu.binding.* ~unacked* ~*.reply.celery.pidbox* &/0.celery.pidbox &/0.celeryev/worker.* &celery-task-meta-* &celery-taskset-meta-* +@all -@dangerous'

test('celery: its keys and channels, and no delimiter that would break them', async () => {
  expect(await found('client-needs', celery, 'redis-8.0', 'celery')).toBe('')
  expect(await found('no-delimiter', celery, 'redis-8.0', 'celery')).toBe('')
  // Whether or not the client is chosen.
  expect(await found('no-delimiter', celery, 'redis-8.0')).toBe('')
  expect(await found('no-delimiter', 'user app on #… ~_kombu* ~celery* +get')).toBe('')
  expect(await found('no-delimiter', 'user app on #… ~bull* +get')).toContain('~bull:*')
})

test('celery: what is missing', async () => {
  expect(await found('client-needs', 'user app on #… ~celery &celery* +@all -@dangerous', 'redis-8.0', 'celery'))
    .toMatchInlineSnapshot(`
    "warning 1:79 ~celery
    Celery keeps its own keys under celery*, _kombu.binding.*, unacked*, *.reply.celery.pidbox*: no pattern grants them.
    (Its key names bear no prefix unless global_keyprefix sets one. 0 in a channel is the number of its database.)
    Add ~celery* ~_kombu.binding.* ~unacked* ~*.reply.celery.pidbox* → user app on #… ~celery &celery* +@all -@dangerous ~celery* ~_kombu.binding.* ~unacked* ~*.reply.celery.pidbox*

    warning 1:87 &celery*
    Celery uses the channels /0.celery.pidbox, /0.celeryev/worker.*: no pattern grants them.
    (Its key names bear no prefix unless global_keyprefix sets one. 0 in a channel is the number of its database.)
    Add &/0.celery.pidbox &/0.celeryev/worker.* → user app on #… ~celery &celery* +@all -@dangerous &/0.celery.pidbox &/0.celeryev/worker.*"
  `)
})

test('celery: the channels of another database', async () => {
  const other = celery.replaceAll('&/0.', '&/3.')
  expect(await found('client-needs', other, 'redis-8.0', 'celery')).toBe('')
})

test('a client’s rules, once added, leave nothing to add', async () => {
  for (const client of clientIds) {
    const file = 'user sentinel-replica-exporter on #… +ping'
    const fixed = (await found('client-needs', file, 'redis-8.0', client))
      .split('\n')
      .flatMap((line) => /^Add (.+) →/.exec(line)?.[1] ?? [])
      .join(' ')
    expect(await found('client-needs', `${file} ${fixed}`, 'redis-8.0', client), client).toBe('')
  }
})

test.each(['replica', 'sentinel', 'redis-exporter'] as const)(
  '%s: users of the application are left alone',
  async (client) => {
    expect(await found('client-needs', 'user app on #… ~app:* +get', 'redis-8.0', client)).toBe('')
  },
)

test('a replica, as documented', async () => {
  const file = 'user replica-user on #… +psync +replconf +ping'
  expect(await found('client-needs', file, 'redis-8.0', 'replica')).toBe('')
  expect(await found('privilege-escalation', file, 'redis-8.0', 'replica')).not.toContain('error')
})

test('a cluster client asks where the slots are', async () => {
  for (const client of ['ioredis-cluster', 'cluster-client'] as const)
    expect(await found('client-needs', 'user app on #… ~app:* +get', 'redis-8.0', client)).toContain(
      'does not work without CLUSTER SLOTS',
    )
})

test('ioredis: keyPrefix does not reach channels', async () => {
  expect(
    await found('client-handshake', 'user app on #… ~app:* &app:* +get +publish', 'redis-8.0', 'ioredis-cluster'),
  ).toContain('not before channels')
})
