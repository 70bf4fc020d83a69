import { describe, expect, test } from 'vitest'
import { loadTarget } from '../../src/targets/load'
import { plain, start } from './helper'

describe('transactions', () => {
  test('a refusal while queueing spoils the whole, one at EXEC only itself', async () => {
    const world = await start('redis-7.2')
    const [admin, bob] = [world.client(), world.client()]
    admin.say('acl setuser bob on nopass ~a +@all')
    bob.say('auth bob x')
    bob.say('multi')
    expect(bob.say('get b')).toBe('-NOPERM No permissions to access a key')
    expect(bob.say('set a 1')).toBe('+QUEUED')
    expect(bob.say('exec')).toBe('-EXECABORT Transaction discarded because of previous errors.')
    bob.say('multi')
    bob.say('set a 1')
    bob.say('get a')
    admin.say('acl setuser bob -get')
    expect(bob.say('exec')).toEqual(['+OK', expect.stringMatching(/^-NOPERM ACLs rules changed between/)])
    expect(bob.connection.inMulti).toBe(false)
  })

  test.each([
    ['8.6.3', '+OK'],
    ['8.6.7', '-NOPERM ACLs rules changed'],
  ])('after a key permission was revoked, EXEC of Redis %s answers %s', async (version, answer) => {
    const target = await loadTarget('redis-8.6', { version })
    const world = await start('redis-8.6', [], { options: { target } })
    const [admin, bob] = [world.client(), world.client()]
    admin.say('acl setuser bob on nopass ~a +@all')
    bob.say('auth bob x')
    bob.say('multi')
    bob.say('set a 1')
    admin.say('acl setuser bob resetkeys')
    expect(String(bob.say('exec')).startsWith(answer)).toBe(true)
  })

  test.each(['redis-6.0', 'redis-8.0', 'valkey-8.1'] as const)(
    'a command that is unknown or too short spoils the whole, on %s',
    async (target) => {
      const client = (await start(target)).client()
      for (const line of ['nosuch', 'get']) {
        client.say('multi')
        expect(client.say('set a 1')).toBe('+QUEUED')
        expect(client.say(line)).toMatch(/^-ERR (?:unknown command|wrong number of arguments)/)
        expect(client.say('exec')).toBe('-EXECABORT Transaction discarded because of previous errors.')
        expect(client.say('exists a')).toBe(0)
      }
    },
  )

  test('an EXEC that is refused ends the transaction', async () => {
    const world = await start('redis-7.2')
    const client = world.client()
    client.say('multi')
    client.say('acl whoami')
    world.client().say('acl setuser default -exec')
    expect(client.say('exec')).toBe(
      "-EXECABORT Transaction discarded because of: NOPERM User default has no permissions to run the 'exec' command",
    )
    expect(client.connection.inMulti).toBe(false)
  })

  test('WATCH breaks by changes, expiry and SWAPDB', async () => {
    const world = await start('redis-7.2')
    const [a, b] = [world.client(), world.client()]
    for (const change of ['set k 2', 'del k', 'expire k 100', 'swapdb 0 1', 'flushall']) {
      b.say('set k 1')
      a.say('watch k')
      b.say(change)
      a.say('multi')
      expect(a.say('exec'), change).toBeNull()
      b.say('flushall')
    }
    b.say('set k 1 px 10')
    a.say('watch k')
    world.wait(20)
    a.say('multi')
    expect(a.say('exec')).toBeNull()
    a.say('watch k')
    a.say('unwatch')
    b.say('set k 1')
    a.say('multi')
    expect(a.say('exec')).toEqual([])
  })

  test('a user of one database reaches no other, whether or not reasons are asked for (Valkey 9.1)', async () => {
    for (const explain of [true, false]) {
      const world = await start('valkey-9.1', [], { options: { explain } })
      const [admin, bob] = [world.client(), world.client()]
      admin.say('acl setuser bob on nopass ~* &* +@all db=0')
      bob.say('auth bob x')
      expect(bob.say('set a 1')).toBe('+OK')
      for (const line of ['select 1', 'copy a b db 1', 'move a 1', 'swapdb 0 1'])
        expect([line, bob.say(line)]).toEqual([line, '-NOPERM No permissions to access database'])
      expect(bob.say('flushall')).toBe('-NOPERM No permissions to access database')
      expect(bob.say('eval "return redis.call(\'select\',1)" 0')).toMatch(/^-NOPERM|^-ERR/)
    }
  })

  test('a SELECT that is queued counts for what comes after it (Valkey 9.1)', async () => {
    const world = await start('valkey-9.1')
    const [admin, bob] = [world.client(), world.client()]
    admin.say('acl setuser bob on nopass ~* +@all db=0,2')
    bob.say('auth bob x')
    bob.say('multi')
    expect(bob.say('select 2')).toBe('+QUEUED')
    expect(bob.say('set a 1')).toBe('+QUEUED')
    expect(bob.say('select 1')).toBe('-NOPERM No permissions to access database')
  })
})

test('a number beyond the last database is out of range whatever the user may access (Valkey 9.1)', async () => {
  const world = await start('valkey-9.1')
  const [admin, bob] = [world.client(), world.client()]
  admin.say('acl setuser bob on nopass ~* +@all db=15')
  bob.say('auth bob x')
  expect(bob.say('select 15')).toBe('+OK')
  expect(bob.say('select 14')).toBe('-NOPERM No permissions to access database')
  expect(bob.say('select 16')).toBe('-ERR DB index is out of range')
})

describe('publishing and subscribing', () => {
  test('several replies to one command, and messages to others', async () => {
    const world = await start('redis-7.2')
    const [a, b] = [world.client(), world.client()]
    expect(a.say('subscribe x y')).toEqual([
      ['push', 'subscribe', 'x', 1],
      ['push', 'subscribe', 'y', 2],
    ])
    expect(a.say('psubscribe x*')).toEqual(['push', 'psubscribe', 'x*', 3])
    expect(b.say('publish x hi')).toBe(2)
    expect(a.heard()).toEqual([
      ['push', 'message', 'x', 'hi'],
      ['push', 'pmessage', 'x*', 'x', 'hi'],
    ])
    expect(b.say('pubsub numsub x y z')).toEqual(['x', 1, 'y', 1, 'z', 0])
    expect(a.say('unsubscribe')).toHaveLength(2)
    expect(a.say('reset')).toBe('+RESET')
    expect(b.say('publish x hi')).toBe(0)
  })

  test('a message to oneself comes after the reply, from 7.2 on', async () => {
    for (const [id, after] of [
      ['redis-7.0', false],
      ['redis-7.2', true],
    ] as const) {
      const client = (await start(id)).client()
      client.say('hello 3')
      client.say('subscribe x')
      const replies = client.say('publish x hi')
      expect(after ? replies : [replies, ...client.heard()]).toEqual([1, ['push', 'message', 'x', 'hi']])
    }
  })

  test('who loses a channel is cut off', async () => {
    const world = await start('redis-7.2')
    const [admin, bob] = [world.client(), world.client()]
    admin.say('acl setuser bob on nopass &a* +@all')
    bob.say('auth bob x')
    bob.say('subscribe ab')
    admin.say('acl setuser bob resetchannels &ab')
    expect(bob.hungUp).toBe(false)
    admin.say('acl setuser bob resetchannels &b')
    expect(bob.hungUp).toBe(true)
  })

  test('keyspace notifications as configured', async () => {
    const world = await start('redis-7.2', ['notify-keyspace-events K$g'])
    const [a, b] = [world.client(), world.client()]
    a.say('psubscribe *')
    b.say('set k 1')
    b.say('lpush l 1')
    b.say('del k')
    expect(a.heard()).toEqual([
      ['push', 'pmessage', '*', '__keyspace@0__:k', 'set'],
      ['push', 'pmessage', '*', '__keyspace@0__:k', 'del'],
    ])
  })
})

describe('waiting', () => {
  test('blocked clients are served in order, and what they send meanwhile waits', async () => {
    const world = await start('redis-7.2')
    const [a, b, c] = [world.client(), world.client(), world.client()]
    expect(a.exchange('blpop q 0')).toMatchObject({ replies: [], blocked: true })
    b.say('blpop q 0')
    expect(a.exchange('ping')).toMatchObject({ replies: [], blocked: true })
    expect(c.say('rpush q 1 2 3')).toBe(3)
    expect(a.heard()).toEqual([['q', '1'], '+PONG'])
    expect(b.heard()).toEqual([['q', '2']])
    expect(c.say('llen q')).toBe(1)
  })

  test('time runs out', async () => {
    const world = await start('redis-7.2')
    const a = world.client()
    a.say('blpop q 0.5')
    world.wait(499)
    expect(a.heard()).toEqual([])
    world.wait(1)
    expect(a.heard()).toEqual([null])
  })

  test('who may no longer run the command is refused when it would be served, from 7.2 on', async () => {
    for (const [id, expected] of [
      ['redis-7.0', ['q', '1']],
      ['redis-7.2', "-NOPERM User bob has no permissions to run the 'blpop' command"],
    ] as const) {
      const world = await start(id)
      const [admin, bob] = [world.client(), world.client()]
      admin.say('acl setuser bob on nopass ~* +@all')
      bob.say('auth bob x')
      bob.say('blpop q 0')
      admin.say('acl setuser bob -blpop')
      admin.say('rpush q 1')
      expect(bob.heard()).toEqual([expected])
    }
  })

  test('CLIENT PAUSE WRITE holds writes and what follows them', async () => {
    const world = await start('redis-7.2')
    const [a, b] = [world.client(), world.client()]
    a.say('client pause 100 write')
    expect(b.say('get k')).toBeNull()
    expect(b.exchange('set k 1')).toMatchObject({ replies: [], blocked: true })
    b.exchange('get k')
    expect(b.heard()).toEqual([])
    world.wait(100)
    expect(b.heard()).toEqual(['+OK', '1'])
  })

  test('CLIENT PAUSE WRITE holds what may replicate, also in transactions, and no EXEC of reads', async () => {
    for (const target of ['redis-6.2', 'redis-7.0', 'redis-8.0', 'valkey-8.0'] as const) {
      const world = await start(target)
      const [a, b, c, d] = [world.client(), world.client(), world.client(), world.client()]
      a.say('client pause 100 write')
      b.say('multi')
      b.say('get k')
      expect(b.say('exec')).toEqual([null])
      expect(b.exchange('pfcount k')).toMatchObject({ blocked: true })
      c.say('multi')
      expect(c.exchange('publish k v')).toMatchObject({ blocked: true })
      expect(d.exchange('eval "return 1" 0')).toMatchObject({ blocked: true })
    }
  })
})

describe('connections', () => {
  test('MONITOR shows what others run, but no passwords and no administration', async () => {
    const world = await start('redis-7.2')
    const [a, b] = [world.client(), world.client()]
    a.say('monitor')
    b.say('set k "x\\"\\n"')
    b.say('auth default secret')
    b.say('config get port')
    expect(a.heard()).toEqual([
      expect.stringMatching(/^\+1700000000\.000000 \[0 127\.0\.0\.1:\d+\] "set" "k" "x\\"\\n"$/),
      expect.stringMatching(/"auth" "\(redacted\)" "\(redacted\)"$/),
    ])
  })

  test('MONITOR hides the user and password of HELLO, where its other values are the word AUTH too', async () => {
    const world = await start('redis-7.2')
    const [a, b] = [world.client(), world.client()]
    a.say('monitor')
    b.say('hello 3 setname auth auth default secret')
    expect(a.heard()).toEqual([
      expect.stringMatching(/"hello" "3" "setname" "auth" "auth" "\(redacted\)" "\(redacted\)"$/),
    ])
  })

  test('the commands of a connection count once they have run, with those of its scripts and transactions', async () => {
    const world = await start('valkey-8.1')
    await world.server.prepare(['eval', 'x', '0'])
    const a = world.client()
    const run = () => /tot-cmds=(\d+)/.exec(String(a.say('client info')))?.[1]
    expect(run()).toBe('0')
    a.say("eval \"redis.call('ping') return redis.call('ping')\" 0")
    expect(run()).toBe('4')
    for (const line of ['multi', 'ping', 'exec', 'nosuch']) a.say(line)
    expect(run()).toBe('8')
  })

  test.each(['redis-6.0', 'redis-8.0'] as const)(
    'logging in by name answers and logs as AUTH does, on %s',
    async (id) => {
      const world = await start(id)
      const admin = world.client()
      for (const line of [
        'acl setuser app on >secret',
        'acl setuser away >secret off',
        'acl setuser locked on',
        'acl setuser open on nopass',
      ])
        admin.say(line)
      const says = (name: string): unknown => {
        const client = world.client()
        const refused = client.connection.logInAs(name)
        return refused === null ? client.connection.user : plain(refused)
      }
      const lastLogged = (): unknown => {
        const [{ reason, context, object, username }] = admin.say('acl log 1') as [Record<string, unknown>]
        return { reason, context, object, username }
      }
      const wrong = admin.say('AUTH away secret')
      const typed = lastLogged()
      expect(typed).toEqual({ reason: 'auth', context: 'toplevel', object: 'AUTH', username: 'away' })
      expect(['app', 'open'].map(says)).toEqual(['app', 'open'])
      for (const name of ['nobody', 'locked', 'away']) expect(says(name)).toBe(wrong)
      expect(lastLogged()).toEqual(typed)
    },
  )

  test('CLIENT REPLY', async () => {
    const client = (await start('redis-7.2')).client()
    expect(client.say('client reply skip')).toBeUndefined()
    expect(client.say('ping')).toBeUndefined()
    expect(client.say('ping')).toBe('+PONG')
    expect(client.say('client reply off')).toBeUndefined()
    expect(client.say('ping')).toBeUndefined()
    expect(client.say('client reply on')).toBe('+OK')
  })

  test('client-side caching: a key that was read is told of once', async () => {
    const world = await start('redis-7.2')
    const [a, b] = [world.client(), world.client()]
    a.say('hello 3')
    a.say('client tracking on')
    a.say('get k')
    b.say('set k 1')
    b.say('set k 2')
    expect(a.heard()).toEqual([['push', 'invalidate', ['k']]])
    b.say('flushall')
    expect(a.heard()).toEqual([['push', 'invalidate', null]])
  })

  test('who deletes the own user gets the reply, then nothing more', async () => {
    const world = await start('redis-7.2')
    const [admin, bob] = [world.client(), world.client()]
    admin.say('acl setuser bob on nopass +@all')
    bob.say('auth bob x')
    expect(bob.say('acl deluser bob')).toBe(1)
    expect(bob.hungUp).toBe(true)
    expect(bob.say('ping')).toBeUndefined()
  })

  test('loading ACL text is all or nothing, and ends connections as the target does', async () => {
    for (const [id, keeps] of [
      ['redis-7.2', false],
      ['redis-8.0', true],
    ] as const) {
      const world = await start(id)
      const [admin, bob] = [world.client(), world.client()]
      admin.say('acl setuser bob on nopass ~* &* +@all')
      bob.say('auth bob x')
      expect(world.server.loadAclText('user bob on nopass +nosuch\n')).toMatchObject({ ok: false })
      expect(bob.say('ping')).toBe('+PONG')
      expect(world.server.loadAclText('user bob on nopass ~* &* +@all -get\n')).toMatchObject({ ok: true })
      expect(bob.hungUp).toBe(!keeps)
      if (keeps) expect(bob.say('get a')).toMatch(/^-NOPERM/)
      expect(world.server.aclText()).toMatch(/^user (bob|default) on nopass/)
    }
  })

  test('views hear of every change, and can stop listening', async () => {
    const world = await start('redis-7.2')
    let calls = 0
    const stop = world.server.onChange(() => calls++)
    const client = world.client()
    client.say('set a 1')
    expect(calls).toBeGreaterThan(1)
    stop()
    const before = calls
    client.say('set a 1')
    expect(calls).toBe(before)
  })

  test('INFO and CLIENT LIST tell of the connections', async () => {
    const client = (await start('valkey-9.1')).client()
    expect(client.say('info server')).toMatch(
      /^# Server\r\nredis_version:7\.2\.4\r\nserver_name:valkey\r\nvalkey_version:9\.1\.2\r\n/,
    )
    client.say('client setname me')
    expect(client.say('client list')).toMatch(/^id=3 addr=127\.0\.0\.1:\d+ .*name=me .*user=default/)
    client.say('set a 1')
    expect(client.say('info keyspace')).toBe(
      '# Keyspace\r\ndb0:keys=1,expires=0,avg_ttl=0,keys_with_volatile_items=0\r\n',
    )
  })
})
