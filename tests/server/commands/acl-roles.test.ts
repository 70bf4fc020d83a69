import { expect, test } from 'vitest'
import { start, type World } from '../helper'

const world = (conf: readonly string[] = [], files: Readonly<Record<string, string>> = {}): Promise<World> =>
  start('valkey-9.2', conf, { files })

test('the name of a role is no user: nobody logs in with it, and nothing is told of it', async () => {
  const client = (await world()).client()
  client.say('ACL SETROLE reader ~* +@all')
  expect(client.say('AUTH reader x')).toMatch(/^-WRONGPASS/)
  expect([client.say('ACL GETUSER reader'), client.say('ACL GETROLE default')]).toEqual([null, null])
  expect(client.say('ACL DRYRUN reader GET a')).toBe("-ERR User 'reader' not found")
})

test('GETROLE tells the rules of a role and who holds it', async () => {
  const client = (await world()).client()
  client.say('ACL SETROLE reader ~app:* +@read (+info)')
  client.say('ACL SETUSER alice on >alicepass role=reader')
  expect(client.say('ACL GETROLE reader')).toEqual({
    commands: '-@all +@read',
    keys: '~app:*',
    channels: '',
    databases: 'alldbs',
    selectors: [{ commands: '-@all +info', keys: '', channels: '', databases: 'alldbs' }],
    users: ['alice'],
  })
  expect(client.say('ACL GETUSER alice')).toMatchObject({ commands: '-@all', roles: ['reader'] })
})

test('DELROLE deletes all names or none, and counts those that exist', async () => {
  const client = (await world()).client()
  for (const name of ['a', 'b', 'c']) client.say(`ACL SETROLE ${name}`)
  client.say('ACL SETUSER al role=b')
  expect(client.say('ACL DELROLE a b c')).toBe(
    "-ERR Role 'b' is assigned to one or more users. Remove it from them first.",
  )
  expect([client.say('ACL DELROLE a nosuch a c'), client.say('ACL ROLES')]).toEqual([2, ['b']])
})

test('a denial is logged for the user, without a word of its roles', async () => {
  const all = await world()
  const [admin, client] = [all.client(), all.client()]
  admin.say('ACL SETROLE reader ~* +get')
  admin.say('ACL SETUSER al on nopass role=reader')
  client.say('AUTH al x')
  expect(client.say('SET a b')).toBe("-NOPERM User al has no permissions to run the 'set' command")
  expect(admin.say('ACL LOG')).toMatchObject([{ reason: 'command', object: 'set', username: 'al' }])
})

test('a changed role closes subscribers that it leaves without their channel, even if they never had it', async () => {
  const all = await world()
  const [admin, kept, lost, other] = [all.client(), all.client(), all.client(), all.client()]
  admin.say('ACL SETROLE news &news:* &old:* +subscribe')
  admin.say('ACL SETUSER al on nopass role=news')
  admin.say('ACL SETUSER bo on nopass &* role=news')
  kept.say('AUTH bo x')
  kept.say('SUBSCRIBE old:1')
  lost.say('AUTH al x')
  lost.say('SUBSCRIBE old:1')
  // Subscribed as default, then logged in as al.
  other.say('HELLO 3')
  other.say('SUBSCRIBE elsewhere')
  other.say('AUTH al x')
  expect(admin.say('ACL SETROLE news resetchannels &news:*')).toBe('+OK')
  expect([kept.hungUp, lost.hungUp, other.hungUp]).toEqual([false, true, true])
})

test('a user that loses a role loses its subscriptions, and keeps those that its own rules grant', async () => {
  const all = await world()
  const [admin, a, b] = [all.client(), all.client(), all.client()]
  admin.say('ACL SETROLE news &news:* +subscribe')
  admin.say('ACL SETUSER al on nopass &own role=news')
  for (const [client, channel] of [
    [a, 'own'],
    [b, 'news:1'],
  ] as const) {
    client.say('AUTH al x')
    client.say(`SUBSCRIBE ${channel}`)
  }
  admin.say('ACL SETUSER al resetroles')
  expect([a.hungUp, b.hungUp]).toEqual([false, true])
})

test('SLOWLOG shows the rules of roles, and neither those nor the names of users', async () => {
  const client = (await world(['slowlog-log-slower-than 0'])).client()
  client.say('ACL SETROLE reader +get')
  client.say('ACL SETUSER al >secret')
  const [user, role] = client.say('SLOWLOG GET 2') as unknown[][]
  expect([role?.[3], user?.[3]]).toEqual([
    ['ACL', 'SETROLE', 'reader', '+get'],
    ['ACL', 'SETUSER', '(redacted)', '(redacted)'],
  ])
})

test('a digest is that of the users’ lines: a changed role leaves it, a user that is given one changes it', async () => {
  const client = (await world()).client()
  expect(client.say('ACL DIGEST')).toBe('24ece0a4daea0bcb936b438ae6c9f36db76f57dfc70e00def7b2c26041c49822')
  client.say('ACL SETUSER alice on >alice ~key:* +get')
  const before = 'd06ec40dd1a8e30a4babea1011d4b0daf02dbdf5de95ea18768e15f346a7d385'
  client.say('ACL SETROLE a +get')
  expect(client.say('ACL DIGEST')).toBe(before)
  client.say('ACL SETUSER alice role=a')
  expect(client.say('ACL DIGEST')).not.toBe(before)
})

test('HELP and CAT know what came with roles', async () => {
  const client = (await world()).client()
  const help = client.say('ACL HELP') as string[]
  expect(help.filter((line) => /^\+[A-Z]+/.test(line)).map((line) => line.slice(1).split(' ')[0])).toEqual(
    'CAT DELUSER DIGEST DRYRUN GETUSER GENPASS SETROLE DELROLE GETROLE ROLES LIST LOAD LOG SAVE SETUSER USERS WHOAMI HELP'
      .split(' ')
      .toSpliced(0, 0, 'ACL'),
  )
  expect((client.say('ACL CAT') as string[]).at(-1)).toBe('pathhash')
  expect(client.say('ACL CAT pathhash')).toContain('phlongest')
})

test('the conditions of EXEC need read permission on their keys', async () => {
  const client = (await world()).client()
  client.say('ACL SETUSER al on nopass %R~r %W~w +@all')
  const dryRun = (line: string): unknown => client.say(`ACL DRYRUN al ${line}`)
  expect([dryRun('EXEC'), dryRun('EXEC NX r IFEQ r v'), dryRun('EXEC XX r NX w')]).toEqual([
    '+OK',
    '+OK',
    "User al has no permissions to access the 'w' key",
  ])
  expect(client.say('COMMAND GETKEYS EXEC NX a IFNE b v')).toEqual(['a', 'b'])
})

test('what nobody recorded of 9.2 is checked, and answered as not simulated', async () => {
  const client = (await world()).client()
  const not = (name: string): string => `-ERR '${name}' is not simulated by ACL Playground`
  client.say('SET a 1')
  expect(client.say('INCREX a BYINT 2')).toBe(not('increx'))
  expect(client.say('MOVE a 1 REPLACE')).toBe(not('move'))
  expect(client.say('SISMEMBER a b XX')).toBe(not('sismember'))
  expect(client.say('SET a b IFNE c')).toBe(not('set'))
  expect(client.say('PHSET a path FIELDS 1 f v')).toBe(not('phset'))
  client.say('MULTI')
  expect([client.say('EXEC NX a'), client.say('EXEC'), client.say('MOVE a 1')]).toEqual([
    not('exec'),
    '-ERR EXEC without MULTI',
    1,
  ])
})

test('a file with roles is loaded, saved and loaded again', async () => {
  const { files, client } = await world(['aclfile users.acl'], {
    'users.acl': 'user al on nopass role=b\nrole b ~b* +set\nrole a\n',
  })
  const admin = client()
  expect(admin.say('ACL SAVE')).toBe('+OK')
  const saved =
    'role a resetchannels -@all\nrole b ~b* resetchannels -@all +set\n' +
    'user al on nopass resetchannels -@all role=b\nuser default on nopass ~* &* +@all\n'
  expect(files.read('users.acl')).toBe(saved)
  expect([admin.say('ACL LOAD'), (admin.say('ACL LIST') as string[]).map((line) => `${line}\n`).join('')]).toEqual([
    '+OK',
    saved,
  ])
})

test('a new role allows nothing and opens all databases, and channels as acl-pubsub-default says', async () => {
  const nothing = { commands: '-@all', keys: '', channels: '', databases: 'alldbs', selectors: [], users: [] }
  const client = (await world()).client()
  expect([client.say('ACL ROLES'), client.say('ACL SETROLE b'), client.say('ACL SETROLE a')]).toEqual([
    [],
    '+OK',
    '+OK',
  ])
  expect([client.say('ACL GETROLE a'), client.say('ACL ROLES')]).toEqual([nothing, ['a', 'b']])
  const open = (await world(['acl-pubsub-default allchannels'])).client()
  open.say('ACL SETROLE a')
  expect(open.say('ACL GETROLE a')).toEqual({ ...nothing, channels: '&*' })
})

test('SETROLE names the rule that it refuses, merged over its words, and needs a name', async () => {
  const client = (await world()).client()
  expect([
    client.say('ACL SETROLE'),
    client.say('ACL SETROLE r (+get +nosuch)'),
    client.say('ACL SETROLE r (+get'),
  ]).toEqual([
    "-ERR wrong number of arguments for 'acl|setrole' command",
    "-ERR Error in ACL SETROLE modifier '(+get +nosuch)': Unknown command or category name in ACL",
    "-ERR Unmatched parenthesis in selector definition starting at '(+get'.",
  ])
  expect(client.say('ACL SETROLE a,b +get')).toBe("-ERR Role names can't contain commas")
  expect([client.say('ACL GETROLE r'), client.say('ACL DELROLE a,b')]).toEqual([null, 0])
})

test('the fields of GETROLE and GETUSER come in their order, the roles of a user last', async () => {
  const client = (await world()).client()
  client.say('ACL SETROLE r +get')
  const fields = (line: string): string[] => Object.keys(client.say(line) as Record<string, unknown>)
  expect(fields('ACL GETROLE r')).toEqual(['commands', 'keys', 'channels', 'databases', 'selectors', 'users'])
  expect(fields('ACL GETUSER default').slice(2)).toEqual([
    'commands',
    'keys',
    'channels',
    'databases',
    'selectors',
    'roles',
  ])
  expect(client.say('ACL GETUSER default')).toMatchObject({ roles: [] })
})

test('the default user holds roles as others do', async () => {
  const client = (await world()).client()
  client.say('ACL SETROLE r +get')
  client.say('ACL SETUSER default role=r')
  expect(client.say('ACL DELROLE r')).toBe("-ERR Role 'r' is assigned to one or more users. Remove it from them first.")
})

test('SORT with GET reads any key only where the user or one of its roles may read every key', async () => {
  const all = await world()
  const [admin, client] = [all.client(), all.client()]
  admin.say('ACL SETROLE reader %R~* +sort')
  admin.say('ACL SETUSER al on nopass ~list +sort +rpush')
  client.say('AUTH al x')
  client.say('RPUSH list 1')
  expect(client.say('SORT list GET x*')).toMatch(/^-ERR GET option of SORT denied due to insufficient ACL permissions/)
  admin.say('ACL SETUSER al role=reader')
  expect(client.say('SORT list GET x*')).toEqual([null])
})

test('a dry run names the key, channel or database that neither the user nor its roles allow', async () => {
  const client = (await world()).client()
  client.say('ACL SETROLE r ~app:* &news +get +publish +select db=0')
  client.say('ACL SETUSER al on nopass db=0 role=r')
  const dryRun = (line: string): unknown => client.say(`ACL DRYRUN al ${line}`)
  expect(['GET app:1', 'GET x', 'PUBLISH x m', 'SELECT 1', 'SET app:1 x'].map(dryRun)).toEqual([
    '+OK',
    "User al has no permissions to access the 'x' key",
    "User al has no permissions to access the 'x' channel",
    'User al has no permissions to access database 1',
    "User al has no permissions to run the 'set' command",
  ])
})

test('sanitize-payload is accepted for users, and shown nowhere', async () => {
  const client = (await world()).client()
  expect(client.say('ACL SETUSER al skip-sanitize-payload')).toBe('+OK')
  expect(client.say('ACL LIST')).toEqual(['user al off resetchannels -@all', 'user default on nopass ~* &* +@all'])
})
