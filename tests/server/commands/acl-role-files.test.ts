import { expect, test } from 'vitest'
import { fromText, toText } from '../../../src/acl/bytes'
import { startServer } from '../../../src/server/start'
import { loadTarget } from '../../../src/targets/load'
import { Files, start } from '../helper'

const target = await loadTarget('valkey-9.2')
const end = 'WARNING: ACL errors detected, no change to the previously active ACL rules was performed'

/** The reply to ACL LOAD of a file, without its path, its beginning and its end. */
async function loadOf(file: string): Promise<string> {
  const world = await start('valkey-9.2', ['aclfile users.acl'], { files: { 'users.acl': '' } })
  world.files.write('users.acl', fromText(file))
  return String(world.client().say('ACL LOAD'))
    .replace(/^-ERR /, '')
    .replace(/ WARNING: ACL errors detected.*$/, '')
    .replace(/^\S*?users\.acl/, 'users.acl')
}

test.each([
  ['role\n', 'users.acl:1: role line requires a role name.'],
  ['role  x +get\n', "users.acl:1: invalid role name '': Role names can't be empty."],
  ['role a,b +get\n', "users.acl:1: invalid role name 'a,b': Role names can't contain commas."],
  ['role a +get\nrole a +set\n', "WARNING: Duplicate role 'a' found on line 2."],
  [
    'role a +get +nosuch on\n',
    "users.acl:1: Error in ACL SETROLE modifier '+nosuch': Unknown command or category name in ACL.",
  ],
  ['role a >pw\n', "users.acl:1: Error in ACL SETROLE modifier '>pw': Syntax error."],
  ['role a (+get\n', "users.acl:1: Unmatched parenthesis in selector definition starting at '(+get'.."],
  ['group a\n', 'users.acl:1 should start with user or role keyword.'],
  ['ROLE a\n', 'users.acl:1 should start with user or role keyword.'],
  ['user\n', 'users.acl:1 should start with user keyword followed by the username.'],
  ['user al role=nosuch role=none\n', 'users.acl:1: The specified ACL role does not exist.'],
])('ACL LOAD of %j: %s', async (file, message) => {
  expect(await loadOf(file)).toBe(message)
})

test('what is wrong with roles is reported before what is wrong with users, whatever the order of the lines', async () => {
  expect(await loadOf('user al +nosuch\nuser bo role=b\nrole a >pw\n')).toMatch(
    /^users\.acl:3: Error in ACL SETROLE modifier '>pw'.* .*users\.acl:1: /,
  )
})

test('a file that is rejected leaves roles and users as they were', async () => {
  const { files, client } = await start('valkey-9.2', ['aclfile users.acl'], {
    files: { 'users.acl': 'role a ~a +get\nuser al on nopass role=a\n' },
  })
  const admin = client()
  const before = admin.say('ACL LIST')
  files.write('users.acl', 'role a ~a +set\nrole b >pw\n')
  expect(String(admin.say('ACL LOAD'))).toContain(end)
  expect(admin.say('ACL LIST')).toEqual(before)
})

test('without a line of the default user, it holds no role after a load; with one, those of the line', async () => {
  const { files, client } = await start('valkey-9.2', ['aclfile users.acl'], {
    files: { 'users.acl': 'role a ~a +get\nuser default on nopass +@all role=a\n' },
  })
  const admin = client()
  expect(admin.say('ACL GETUSER default')).toMatchObject({ roles: ['a'] })
  files.write('users.acl', 'role a ~a +get\n')
  expect([admin.say('ACL LOAD'), admin.say('ACL GETROLE a')]).toMatchObject(['+OK', { users: [] }])
})

/** The message of a server that does not start. */
function refusal(conf: readonly string[], acl = ''): string {
  const files = new Files()
  files.write('users.acl', fromText(acl))
  const result = startServer({
    target,
    conf: conf.map((line) => `${line}\n`).join(''),
    files,
    clock: { now: () => 0 },
    random: { bytes: (n) => 'a'.repeat(n), below: () => 0 },
  })
  return result.started ? '' : toText(result.message)
}

test.each([
  [['role a +get', 'role a +set'], 'Duplicate role found. A role can only be defined once in config files'],
  [
    ['role a,b +get'],
    "Role names can't be empty and can only contain printable ASCII characters, excluding commas, quotes and backslashes",
  ],
  [['role'], 'Bad directive or wrong number of arguments'],
  [['role a +get >pw'], "Error in role declaration '>pw': Syntax error"],
  [['user al role=x'], 'The specified ACL role does not exist'],
  [['role a +nosuch'], "Error loading ACL role 'a'"],
  [['aclfile users.acl', 'role a +get'], 'Configuring Valkey with roles defined in valkey.conf'],
  [['aclfile users.acl', 'role a +get', 'user b on'], 'Configuring Valkey with users defined in valkey.conf'],
])('a server does not start on %j: %s', (conf, message) => {
  expect(refusal(conf)).toContain(message)
})

test('roles of valkey.conf are read before users, whatever the order and the case of the keyword', async () => {
  const { client } = await start('valkey-9.2', ['user al on nopass role=reader', 'ROLE reader ~a +get'])
  expect(client().say('ACL LIST')).toEqual([
    'role reader ~a resetchannels -@all +get',
    'user al on nopass resetchannels -@all role=reader',
    'user default on nopass ~* &* +@all',
  ])
})

test('CONFIG REWRITE writes roles before users, in place of the lines that were there', async () => {
  const { files, client } = await start('valkey-9.2', ['user al on nopass role=b', 'role b ~b +get'])
  const admin = client()
  admin.say('ACL SETROLE a ~a +set')
  admin.say('ACL SETROLE b -get')
  expect(admin.say('CONFIG REWRITE')).toBe('+OK')
  const written = [...files.contents.values()].join('')
  expect(written.split('\n').filter((line) => /^(?:role|user) /.test(line))).toEqual([
    'user al on nopass resetchannels -@all role=b',
    'role a ~a resetchannels -@all +set',
    'role b ~b resetchannels -@all -get',
    'user default on nopass ~* &* +@all',
  ])
})
