import { describe, expect, test } from 'vitest'
import { start } from '../helper'

const conf = ['enable-debug-command yes']

describe('DEBUG', () => {
  test('SLEEP replies after its time, and nothing runs meanwhile', async () => {
    const world = await start('redis-8.0', [...conf, 'slowlog-log-slower-than 100000'])
    const sleeper = world.client()
    const other = world.client()
    other.say('set short x px 100')
    expect(sleeper.exchange('debug sleep 0.5')).toMatchObject({ replies: [], blocked: true })
    expect(other.exchange('get short')).toMatchObject({ replies: [], blocked: true })
    world.wait(400)
    expect([sleeper.heard(), other.heard()]).toEqual([[], []])
    world.wait(200)
    expect([sleeper.heard(), other.heard()]).toEqual([['+OK'], [null]])
    expect(other.say('slowlog get')).toMatchObject([
      [0, 1_700_000_000, 500000, ['debug', 'sleep', '0.5'], expect.any(String), ''],
    ])
  })

  test('SLEEP in a transaction delays the commands after it', async () => {
    const world = await start('redis-8.0', conf)
    const client = world.client()
    client.say('multi')
    client.say('debug sleep 0.2')
    expect(client.say('exec')).toEqual(['+OK'])
    expect(client.exchange('ping').blocked).toBe(true)
    world.wait(250)
    expect(client.heard()).toEqual(['+PONG'])
  })

  test('PAUSE-CRON and SET-ACTIVE-EXPIRE leave expired keys where they are', async () => {
    const world = await start('redis-8.0', conf)
    const client = world.client()
    for (const [off, on] of [
      ['pause-cron 1', 'pause-cron 0'],
      ['set-active-expire 0', 'set-active-expire 1'],
    ] as const) {
      client.say('set short x px 100')
      client.say(`debug ${off}`)
      world.wait(1000)
      expect(client.say('dbsize')).toBe(1)
      client.say(`debug ${on}`)
      world.wait(1000)
      expect(client.say('dbsize')).toBe(0)
    }
  })

  test('RELOAD packs values again and keeps their expiry', async () => {
    const world = await start('redis-8.0', conf)
    const client = world.client()
    client.say('sadd s 1 2 x')
    client.say('srem s x')
    client.say('pexpire s 5000')
    expect(client.say('object encoding s')).toBe('listpack')
    const digest = client.say('debug digest')
    expect(client.say('debug reload')).toBe('+OK')
    expect(client.say('object encoding s')).toBe('intset')
    expect(client.say('pttl s')).toBe(5000)
    expect(client.say('debug digest')).toBe(digest)
  })

  test('RELOAD NOFLUSH ends a server with keys, as their names are taken', async () => {
    const world = await start('redis-8.0', conf)
    expect(world.client().say('debug reload noflush')).toBe('+OK')
    world.client().say('set a 1')
    const client = world.client()
    client.say('debug reload noflush')
    expect(world.server.stopped).toBe('crash')
    expect(client.hungUp).toBe(true)
  })

  test('POPULATE ends where memory does', async () => {
    const world = await start('redis-8.0', conf, { options: { memoryLimit: 100_000 } })
    const client = world.client()
    expect(client.say('debug populate 1000000 key 1000')).toBe('-ERR OOM in dictTryExpand')
    expect(client.say('dbsize')).toBeLessThan(100)
  })

  test('OBJECT finds a key that has expired', async () => {
    const world = await start('redis-8.0', conf)
    const client = world.client()
    client.say('debug set-active-expire 0')
    client.say('set gone x px 10')
    world.wait(100)
    expect(client.say('debug object gone')).toMatch(
      /^\+Value at:0x\w+ refcount:1 encoding:embstr serializedlength:2 lru:/,
    )
    expect(client.say('get gone')).toBeNull()
    expect(client.say('debug object gone')).toBe('-ERR no such key')
  })

  test('subcommands are those of the release', async () => {
    const says = async (id: Parameters<typeof start>[0], line: string): Promise<unknown> =>
      (await start(id, id === 'redis-6.2' ? [] : conf)).client().say(line)
    const unknown = expect.stringContaining('nknown subcommand or wrong number of arguments') as string
    expect(await says('redis-6.2', 'debug pause-cron 1')).toEqual(unknown)
    expect(await says('redis-7.0', 'debug pause-cron 1')).toBe('+OK')
    expect(await says('redis-7.0', 'debug stringmatch-len 5 x')).toMatch(/^\+Apparently Redis did not crash/)
    expect(await says('redis-8.0', 'debug stringmatch-len 5 x')).toEqual(unknown)
    expect(await says('valkey-8.1', 'debug client-enforce-reply-list 1')).toBe('+OK')
    expect(await says('valkey-8.1', 'debug protect-client 1')).toEqual(unknown)
    expect(await says('valkey-9.1', 'debug protect-client 99')).toBe('-ERR No such client')
    expect(await says('redis-8.0', 'debug help')).toContain('+DIGEST-VALUE')
    expect(await says('redis-7.0', 'debug help')).not.toContain('+DICT-RESIZING')
  })
})
