import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import Redis from 'ioredis'
import { createClient } from 'redis'
import { afterEach, describe, expect, test } from 'vitest'
import { running } from './running'
import { installedOracles, LiveServer } from '../live/oracle'

const cleanups: (() => Promise<unknown> | void)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

async function simulated(): Promise<number> {
  const server = await running('redis-7.2')
  cleanups.push(() => server.stop())
  return server.port
}

async function asAdmin(port: number, ...commands: string[][]): Promise<void> {
  const admin = new Redis(port, '127.0.0.1', { lazyConnect: true })
  await admin.connect()
  for (const [name = '', ...args] of commands) await admin.call(name, ...args)
  admin.disconnect()
}

/** A queue and a worker as an application runs them; what became of one job, or the refusal that came first. */
async function runJob(port: number, username: string): Promise<string> {
  const script = fileURLToPath(new URL('./bullmq-job.mjs', import.meta.url))
  return (await promisify(execFile)(process.execPath, [script, String(port), username], { timeout: 15_000 })).stdout
}

const good = [
  'on',
  '>pw',
  '~bull:*',
  '-@all',
  '+@read',
  '+@write',
  '+@scripting',
  '+@transaction',
  '+@connection',
  '-@dangerous',
  '+info',
  '+client|list',
  '-function',
  '-script',
  '+script|load',
  '-keys',
  '-randomkey',
  '-scan',
]
/** What many try first: it takes INFO away, which BullMQ asks for when it starts. */
const bad = ['on', '>pw', '~bull:*', '+@all', '-@dangerous']

describe('BullMQ', () => {
  test('works with its tight policy', async () => {
    const port = await simulated()
    await asAdmin(port, ['ACL', 'SETUSER', 'queue', ...good])
    expect(await runJob(port, 'queue')).toBe('welcome: sent to ada')
  })

  test('with +@all -@dangerous alone it is refused INFO', async () => {
    const port = await simulated()
    await asAdmin(port, ['ACL', 'SETUSER', 'queue', ...bad])
    expect(await runJob(port, 'queue')).toBe("NOPERM User queue has no permissions to run the 'info' command")
  })

  const redis = installedOracles().find(({ target }) => target === 'redis-8.0')
  if (redis !== undefined) {
    test('does the same on the real server', async () => {
      const live = await LiveServer.start(redis.program)
      cleanups.push(() => live.stop())
      await asAdmin(live.port, ['ACL', 'SETUSER', 'queue', ...good], ['ACL', 'SETUSER', 'plain', ...bad])
      expect(await runJob(live.port, 'queue')).toBe('welcome: sent to ada')
      expect(await runJob(live.port, 'plain')).toBe("NOPERM User plain has no permissions to run the 'info' command")
    })
  }
})

test('a session store keeps to its prefix', async () => {
  const port = await simulated()
  await asAdmin(port, [
    'ACL',
    'SETUSER',
    'web',
    'on',
    '>pw',
    '~sess:*',
    'resetchannels',
    '-@all',
    '+@connection',
    '+get',
    '+set',
    '+setex',
    '+del',
    '+expire',
    '+ttl',
    '+exists',
    '+mget',
    '+unlink',
    '+touch',
    '+pexpire',
    '+persist',
  ])
  const client = createClient({ socket: { host: '127.0.0.1', port }, username: 'web', password: 'pw', RESP: 3 })
  await client.connect()
  cleanups.push(() => client.destroy())
  expect(await client.set('sess:1', '{"user":1}', { expiration: { type: 'EX', value: 60 } })).toBe('OK')
  expect(await client.get('sess:1')).toBe('{"user":1}')
  expect(await client.ttl('sess:1')).toBeGreaterThan(58)
  expect(await client.del('sess:1')).toBe(1)
  await expect(client.get('other:1')).rejects.toThrow('NOPERM No permissions to access a key')
  await expect(client.keys('*')).rejects.toThrow("NOPERM User web has no permissions to run the 'keys' command")
})

test('a rate limiter counts in a script', async () => {
  const port = await simulated()
  await asAdmin(port, [
    'ACL',
    'SETUSER',
    'api',
    'on',
    '>pw',
    '~rl:*',
    '-@all',
    '+incr',
    '+incrby',
    '+expire',
    '+pexpire',
    '+ttl',
    '+pttl',
    '+get',
    '+eval',
    '+evalsha',
    '+script|load',
    '+del',
  ])
  const client = new Redis(port, '127.0.0.1', { username: 'api', password: 'pw', enableReadyCheck: false })
  cleanups.push(() => client.disconnect())
  client.on('error', () => {})
  client.defineCommand('take', {
    numberOfKeys: 1,
    lua: `local n = redis.call('INCR', KEYS[1])
          if n == 1 then redis.call('EXPIRE', KEYS[1], ARGV[1]) end
          return {n <= tonumber(ARGV[2]) and 1 or 0, redis.call('TTL', KEYS[1])}`,
  })
  const take = (key: string): Promise<unknown> =>
    (client as unknown as { take(key: string, seconds: number, limit: number): Promise<unknown> }).take(key, 60, 2)
  expect(await take('rl:ada')).toEqual([1, 60])
  expect(await take('rl:ada')).toEqual([1, 60])
  expect(await take('rl:ada')).toEqual([0, 60])
  await expect(take('other:ada')).rejects.toThrow('No permissions to access a key')
})

test('a publisher and a subscriber talk on their own channels', async () => {
  const port = await simulated()
  await asAdmin(port, [
    'ACL',
    'SETUSER',
    'chat',
    'on',
    '>pw',
    'resetchannels',
    '&chat:*',
    '-@all',
    '+@pubsub',
    '-pubsub',
    '+ping',
  ])
  const options = { username: 'chat', password: 'pw', enableReadyCheck: false }
  const [publisher, subscriber] = [new Redis(port, '127.0.0.1', options), new Redis(port, '127.0.0.1', options)]
  for (const client of [publisher, subscriber]) {
    client.on('error', () => {})
    cleanups.push(() => client.disconnect())
  }
  const heard = new Promise((resolve) => subscriber.on('message', (channel, message) => resolve([channel, message])))
  await subscriber.subscribe('chat:1')
  expect(await publisher.publish('chat:1', 'hello')).toBe(1)
  expect(await heard).toEqual(['chat:1', 'hello'])
  await expect(subscriber.subscribe('secret')).rejects.toThrow('NOPERM No permissions to access a channel')
  await expect(publisher.publish('secret', 'x')).rejects.toThrow('NOPERM No permissions to access a channel')
})
