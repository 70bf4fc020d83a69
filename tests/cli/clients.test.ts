import Redis from 'ioredis'
import { createClient } from 'redis'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { running, type Running } from './running'

let server: Running
beforeAll(async () => {
  server = await running('redis-7.2')
})
afterAll(() => server.stop())

async function ioredis<T>(
  options: { username?: string; password?: string },
  use: (client: Redis) => Promise<T>,
): Promise<T> {
  const client = new Redis({ port: server.port, lazyConnect: true, retryStrategy: null, ...options })
  client.on('error', () => undefined)
  try {
    await client.connect()
    return await use(client)
  } finally {
    client.disconnect()
  }
}

test('ioredis: users, a refusal, a pipeline, a transaction, pub/sub', async () => {
  await ioredis({}, async (admin) => {
    await admin.call('ACL', 'SETUSER', 'io', 'on', '>pw', '~app:*', '&news', '+@all', '-@dangerous', '+info')
  })
  await ioredis({ username: 'io', password: 'pw' }, async (client) => {
    expect(await client.set('app:1', 'v')).toBe('OK')
    await expect(client.get('other')).rejects.toThrow('NOPERM No permissions to access a key')
    await expect(client.keys('*')).rejects.toThrow("NOPERM User io has no permissions to run the 'keys' command")
    const results = await client.pipeline().get('app:1').get('other').incr('app:n').exec()
    expect(results?.map(([error, value]) => error?.message ?? value)).toEqual([
      'v',
      'NOPERM No permissions to access a key',
      1,
    ])
    expect(await client.multi().set('app:2', 'x').get('app:2').exec()).toEqual([
      [null, 'OK'],
      [null, 'x'],
    ])
    await ioredis({ username: 'io', password: 'pw' }, async (subscriber) => {
      const message = new Promise((done) => subscriber.on('message', (channel, text) => done([channel, text])))
      await subscriber.subscribe('news')
      await expect(subscriber.subscribe('other')).rejects.toThrow('NOPERM No permissions to access a channel')
      expect(await client.publish('news', 'hello')).toBe(1)
      expect(await message).toEqual(['news', 'hello'])
    })
  })
  await expect(ioredis({ username: 'io', password: 'wrong' }, (client) => client.ping())).rejects.toThrow()
})

test.each([2, 3] as const)('node-redis in RESP%i: users, a refusal, a transaction, pub/sub', async (RESP) => {
  const connect = async (username?: string, password?: string) => {
    const client = createClient({
      url: `redis://127.0.0.1:${server.port}`,
      RESP,
      ...(username !== undefined && { username }),
      ...(password !== undefined && { password }),
      socket: { reconnectStrategy: false },
    })
    client.on('error', () => undefined)
    await client.connect()
    return client
  }
  const admin = await connect()
  await admin.sendCommand(['ACL', 'SETUSER', 'node', 'reset', 'on', '>pw', '~app:*', '&news', '+@all', '-@dangerous'])
  const client = await connect('node', 'pw')
  expect(await client.set('app:1', 'v')).toBe('OK')
  await expect(client.get('other')).rejects.toThrow('NOPERM No permissions to access a key')
  await client.hSet('app:h', { a: '1', b: '2' })
  expect({ ...(await client.hGetAll('app:h')) }).toEqual({ a: '1', b: '2' })
  expect(await client.multi().set('app:2', 'x').get('app:2').exec()).toEqual(['OK', 'x'])
  const subscriber = await connect('node', 'pw')
  const message = new Promise((done) => void subscriber.subscribe('news', (text, channel) => done([channel, text])))
  await expect.poll(() => client.publish('news', 'hello')).toBe(1)
  expect(await message).toEqual(['news', 'hello'])
  for (const one of [admin, client, subscriber]) one.destroy()
})
