import { describe, expect, test } from 'vitest'
import type { TargetId } from '../../../src/targets/target'
import { start, type Client, type World } from '../helper'

const file = { 'users.acl': 'user bob on nopass +@all ~* resetchannels &news &other\nuser eve on nopass +@all ~* &*\n' }

async function loaded(id: TargetId): Promise<{ world: World; admin: Client; bob: Client; eve: Client }> {
  const world = await start(id, ['aclfile users.acl'], { files: file })
  const [admin, bob, eve] = [world.client(), world.client(), world.client()]
  bob.say('auth bob x')
  eve.say('auth eve x')
  return { world, admin, bob, eve }
}

describe('ACL LOAD and connections', () => {
  test.each<TargetId>(['redis-6.2', 'redis-7.2', 'valkey-7.2'])("%s ends all but the default user's", async (id) => {
    const { world, admin, bob, eve } = await loaded(id)
    world.files.write('users.acl', 'user bob on nopass +@all ~* resetchannels &news\n')
    expect(admin.say('acl load')).toBe('+OK')
    expect([admin.hungUp, bob.hungUp, eve.hungUp]).toEqual([false, true, true])
  })

  test.each<TargetId>(['redis-7.4', 'redis-8.0', 'valkey-8.1'])(
    '%s keeps those of users that stay, unless a subscription is lost',
    async (id) => {
      const { world, admin, bob, eve } = await loaded(id)
      const reader = world.client()
      reader.say('auth bob x')
      reader.say('subscribe other')
      world.files.write('users.acl', 'user bob on nopass +@all ~* &news\n')
      expect(admin.say('acl load')).toBe('+OK')
      expect([admin.hungUp, bob.hungUp, reader.hungUp, eve.hungUp]).toEqual([false, false, true, true])
      expect(bob.say('acl whoami')).toBe('bob')
      expect(bob.say('publish other x')).toBe('-NOPERM No permissions to access a channel')
    },
  )

  test('a refused file changes nothing', async () => {
    const { world, admin, bob } = await loaded('redis-7.2')
    world.files.write('users.acl', 'user bob nosuch\n')
    expect(admin.say('acl load')).toMatch(/^-ERR users.acl:1: Syntax error\. WARNING/)
    expect(bob.hungUp).toBe(false)
    world.files.contents.delete('users.acl')
    expect(admin.say('acl load')).toBe("-ERR Error loading ACLs, opening file 'users.acl': No such file or directory")
  })

  test('a file that the real server crashes on hangs up on everybody', async () => {
    const { world, admin, bob } = await loaded('redis-8.0')
    world.files.write('users.acl', 'user bob (+get\n')
    expect(admin.say('acl load')).toBeUndefined()
    expect([admin.hungUp || admin.connection.closed, bob.hungUp]).toEqual([true, true])
  })
})

test('ACL SAVE writes what ACL LIST shows, in the order of names', async () => {
  const { world, admin } = await loaded('redis-8.0')
  admin.say('acl setuser al >pw')
  expect(admin.say('acl save')).toBe('+OK')
  expect(world.files.read('users.acl')).toBe(`${(admin.say('acl list') as string[]).join('\n')}\n`)
  expect(admin.say('acl users')).toEqual(['al', 'bob', 'default', 'eve'])
})

test('taking a channel away ends the connections that are subscribed to it, giving more does not', async () => {
  const world = await start('redis-8.0')
  const [admin, bob] = [world.client(), world.client()]
  admin.say('acl setuser bob on nopass +@all &news &other')
  bob.say('auth bob x')
  bob.say('subscribe news')
  admin.say('acl setuser bob &third')
  expect(bob.hungUp).toBe(false)
  admin.say('acl setuser bob resetchannels &other')
  expect(bob.hungUp).toBe(true)
})

test('who deletes himself still gets the answer', async () => {
  const world = await start('redis-8.0')
  const bob = world.client()
  bob.say('acl setuser bob on nopass +@all')
  bob.say('auth bob x')
  expect(bob.say('acl deluser bob nobody')).toBe(1)
  expect(bob.connection.closed).toBe(true)
  expect(world.client().say('acl deluser bob default')).toBe("-ERR The 'default' user cannot be removed")
})

test('errors stay on one line', async () => {
  const client = (await start('redis-8.0')).client()
  expect(client.say('acl cat "a\\r\\nb"')).toBe("-ERR Unknown category 'a  b'")
  expect(client.say('acl setuser bob "+a\\nb"')).toBe(
    "-ERR Error in ACL SETUSER modifier '+a b': Unknown command or category name in ACL",
  )
})

test('passwords are as long as asked for', async () => {
  const client = (await start('redis-7.2')).client()
  expect(client.say('acl genpass')).toMatch(/^[0-9a-f]{64}$/)
  expect(client.say('acl genpass 5')).toMatch(/^[0-9a-f]{2}$/)
  expect(client.say('acl genpass 4096')).toHaveLength(1024)
  expect(client.say('acl genpass -1')).toMatch(/^-ERR ACL GENPASS argument must be the number of bits/)
})

test('6.x has one ACL command, which finds wrong arguments itself', async () => {
  const client = (await start('redis-6.0')).client()
  expect(client.say('acl getuser')).toBe(
    "-ERR Unknown subcommand or wrong number of arguments for 'getuser'. Try ACL HELP.",
  )
  expect(client.say('acl dryrun default get a')).toBe(
    "-ERR Unknown subcommand or wrong number of arguments for 'dryrun'. Try ACL HELP.",
  )
  expect(client.say('acl load x')).toMatch(/^-ERR This Redis instance is not configured to use an ACL file/)
  expect(client.say('acl toString')).toBe(
    "-ERR Unknown subcommand or wrong number of arguments for 'toString'. Try ACL HELP.",
  )
})
