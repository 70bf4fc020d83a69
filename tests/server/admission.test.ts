import { describe, expect, test } from 'vitest'
import type { Origin } from '../../src/server/types'
import type { TargetId } from '../../src/targets/target'
import { refuse, start, type World } from './helper'

const tls = ['tls-port 6380', 'tls-cert-file c', 'tls-key-file k', 'tls-ca-cert-file ca']
const local: Origin = { kind: 'loopback' }
const near: Origin = { kind: 'address', address: '192.168.1.20' }
const far: Origin = { kind: 'address', address: '203.0.113.9' }
const socket: Origin = { kind: 'unix' }

/** What becomes of a client from there: `PONG`, the server's greeting, or what the client's system says. */
function knock(world: World, origin: Origin): string {
  const client = world.client(origin)
  if (client.connection.refused !== null) return String(client.pushed[0] ?? client.connection.refused)
  return String(client.say('ping')).slice(1)
}

describe('bind', () => {
  test('the loopback address serves this host only', async () => {
    const world = await start('redis-7.2', ['bind 127.0.0.1 -::1', 'protected-mode no'])
    expect(knock(world, local)).toBe('PONG')
    expect(knock(world, near)).toMatch(/Connection refused/)
    expect(knock(world, far)).toMatch(/Connection refused/)
  })

  test('a private address serves the private network, without the loopback', async () => {
    const world = await start('redis-7.2', ['bind 192.168.1.100 10.0.0.1', 'protected-mode no'])
    expect(knock(world, near)).toBe('PONG')
    expect(knock(world, far)).toMatch(/Connection refused/)
    expect(knock(world, local)).toMatch(/Connection refused/)
  })

  test('none', async () => {
    const world = await start('redis-7.2', ['bind', 'protected-mode no', 'unixsocket /s'])
    expect(knock(world, local)).toMatch(/Connection refused/)
    expect(knock(world, socket)).toBe('PONG')
  })

  test('everything', async () => {
    const world = await start('redis-7.2', ['bind * -::*', 'protected-mode no'])
    for (const origin of [local, near, far]) expect(knock(world, origin)).toBe('PONG')
  })
})

describe('protected mode', () => {
  test('turns away who is not local while the default user has no password', async () => {
    const world = await start('redis-7.2', ['unixsocket /run/redis.sock'])
    expect(knock(world, local)).toBe('PONG')
    expect(knock(world, socket)).toBe('PONG')
    expect(knock(world, near)).toMatch(/^-DENIED Redis is running in protected mode/)
    const remote = world.client(far)
    expect(remote.hungUp).toBe(true)
    expect(remote.connection.closed).toBe(true)
  })

  test('a password, or protected-mode no, opens the door', async () => {
    expect(knock(await start('redis-7.2', ['requirepass pw']), far)).toBe('NOAUTH Authentication required.')
    const world = await start('redis-7.2')
    world.client().say('config set protected-mode no')
    expect(knock(world, far)).toBe('PONG')
  })

  test('Redis 6 does not protect where bind is configured', async () => {
    expect(knock(await start('redis-6.2', ['bind * -::*']), far)).toBe('PONG')
    expect(knock(await start('redis-6.2'), far)).toMatch(/no bind address was specified/)
  })
})

describe('the socket file, ports and limits', () => {
  test('unixsocketperm lets in who may write', async () => {
    const world = await start('redis-7.2', ['unixsocket /run/redis.sock', 'unixsocketperm 770'])
    expect(knock(world, { kind: 'unix', as: 'owner' })).toBe('PONG')
    expect(knock(world, { kind: 'unix', as: 'group' })).toBe('PONG')
    expect(knock(world, { kind: 'unix', as: 'other' })).toBe(
      'Could not connect to Redis at /run/redis.sock: Permission denied',
    )
    expect(knock(await start('redis-7.2'), socket)).toMatch(/no unixsocket is configured/)
  })

  test('port 0 and tls-port', async () => {
    const world = await start('redis-7.2', ['port 0', ...tls])
    expect(knock(world, local)).toMatch(/does not listen/)
    expect(knock(world, { kind: 'loopback', tls: true })).toBe('PONG')
    expect(knock(await start('redis-7.2'), { kind: 'loopback', tls: true })).toMatch(/no tls-port/)
  })

  test('DEBUG says of a subcommand that there is none, where there is none', async () => {
    const says = async (id: TargetId, line: string): Promise<unknown> =>
      (await start(id, id === 'redis-6.2' ? [] : ['enable-debug-command yes'])).client().say(line)
    expect(await says('redis-8.0', 'debug NoSuch')).toBe(
      "-ERR unknown subcommand or wrong number of arguments for 'NoSuch'. Try DEBUG HELP.",
    )
    expect(await says('redis-6.2', 'debug NoSuch')).toBe(
      "-ERR Unknown subcommand or wrong number of arguments for 'NoSuch'. Try DEBUG HELP.",
    )
    expect(await says('redis-8.0', 'debug restart')).toBe("-ERR 'debug|restart' is not simulated by ACL Playground")
    expect(await says('redis-8.0', 'debug sleep 0')).toBe('+OK')
  })

  test('a server that would listen nowhere does not start', async () => {
    const nowhere = 'Configured to not listen anywhere, exiting.'
    expect(await refuse('redis-8.0', ['port 0'])).toMatchObject({ message: nowhere, lines: [1] })
    expect(await refuse('redis-8.0', ['requirepass x', 'bind ""'])).toMatchObject({ message: nowhere, lines: [2] })
    expect(await refuse('redis-6.2', ['port 0'])).toMatchObject({ message: nowhere })
    expect(knock(await start('redis-8.0', ['bind ""', 'unixsocket /run/redis.sock']), socket)).toBe('PONG')
    expect(await refuse('redis-8.0', ['port 0', 'aclfile none.acl'])).toMatchObject({
      message: expect.stringContaining('opening file') as string,
    })
  })

  test('maxclients', async () => {
    const world = await start('redis-7.2', ['maxclients 1'])
    const first = world.client()
    expect(knock(world, local)).toBe('-ERR max number of clients reached')
    first.connection.close()
    expect(knock(world, local)).toBe('PONG')
  })

  test('a certificate logs its user in where the server is told so', async () => {
    const conf = [...tls, 'tls-auth-clients-user CN', 'requirepass pw', 'user bob on >x ~* +@all']
    const world = await start('redis-8.6', conf)
    const as = (name: string): Origin => ({ kind: 'loopback', tls: true, certificateUser: name })
    expect(world.client(as('bob')).say('acl whoami')).toBe('bob')
    expect(world.client(as('nobody')).say('acl whoami')).toBe('-NOAUTH Authentication required.')
  })

  test('enable-debug-command local asks where the connection comes from', async () => {
    const world = await start('redis-7.2', ['enable-debug-command local', 'unixsocket /s', 'protected-mode no'])
    expect(world.client(local).say('debug sleep 0')).toBe('+OK')
    expect(world.client(socket).say('debug sleep 0')).toBe('+OK')
    expect(world.client(near).say('debug sleep 0')).toMatch(/^-ERR DEBUG command not allowed/)
  })
})
