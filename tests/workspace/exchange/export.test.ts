import { describe, expect, test } from 'vitest'
import { Users } from '../../../src/acl/users'
import { loadTarget } from '../../../src/targets/load'
import { exportUsers, type ExportFormat } from '../../../src/workspace/export'

const hash = 'ab'.repeat(32)

async function made(format: ExportFormat): Promise<{ text: string; notes: string[] }> {
  const target = await loadTarget('valkey-9.1')
  const users = new Users(target.table, target.behaviours)
  users.setUser('default', ['reset'])
  users.setUser('app', ['on', `#${hash}`, '~app:*', "~it's", '+@read', '-keys', '(%R~x) +get)'])
  const { text, notes } = await exportUsers(format, { target, users, roles: users.roles.values() })
  return { text, notes: notes.map(({ kind, user }) => `${kind} ${user}`) }
}

test.each<[ExportFormat, string]>([
  [
    'acl-file',
    `user app on #${hash} ~app:* ~it's resetchannels -@all +@read -keys ("%R~x)" resetchannels -@all +get)\nuser default off resetchannels -@all\n`,
  ],
  [
    'acl-setuser',
    `ACL SETUSER app reset on #${hash} ~app:* "~it's" resetchannels -@all +@read -keys "(\\"%R~x)\\" resetchannels -@all +get)"\nACL SETUSER default reset off resetchannels -@all\n`,
  ],
  [
    'redis-conf',
    `user app on #${hash} ~app:* "~it's" resetchannels -@all +@read -keys "(\\"%R~x)\\" resetchannels -@all +get)"\nuser default off resetchannels -@all\n`,
  ],
  [
    'access-string',
    `# user app\non ~app:* ~it's resetchannels -@all +@read -keys ("%R~x)" resetchannels -@all +get)\n\n# user default\noff resetchannels -@all\n`,
  ],
])('%s', async (format, text) => {
  expect((await made(format)).text).toBe(text)
})

test.each<[ExportFormat, readonly string[]]>([
  ['acl-file', []],
  ['kubernetes', []],
  ['access-string', ['info null', 'lost app']],
  ['terraform', ['info null', 'lost app']],
])('%s says what it cannot hold', async (format, notes) => {
  expect((await made(format)).notes).toEqual(notes)
})

describe('roles', () => {
  async function withRoles(format: ExportFormat): Promise<{ text: string; notes: string[] }> {
    const target = await loadTarget('valkey-9.2')
    const users = new Users(target.table, target.behaviours)
    users.setRole('reader', ['~c*', '+get', '(~d', '+set)'])
    users.setRole('spare', [])
    users.setUser('default', ['reset'])
    users.setUser('app', ['on', '+ping', 'role=reader'])
    const { text, notes } = await exportUsers(format, { target, users, roles: users.roles.values() })
    return { text, notes: notes.map(({ kind, user, message }) => `${kind} ${user}: ${message}`) }
  }

  test('users.acl has their lines before those of users', async () => {
    const text =
      'role reader ~c* resetchannels -@all +get (~d resetchannels -@all +set)\nrole spare resetchannels -@all\nuser app on resetchannels -@all +ping role=reader\nuser default off resetchannels -@all\n'
    expect(await withRoles('acl-file')).toEqual({ text, notes: [] })
    expect((await withRoles('redis-conf')).text).toBe(
      text.replace('(~d resetchannels -@all +set)', '"(~d resetchannels -@all +set)"'),
    )
  })

  test('commands set them first, from nothing on', async () => {
    const { text } = await withRoles('acl-setuser')
    expect(text.split('\n').map((line) => line.split(' ').slice(0, 8).join(' '))).toEqual([
      'ACL SETROLE reader clearselectors resetkeys resetchannels alldbs -@all',
      'ACL SETROLE spare clearselectors resetkeys resetchannels alldbs -@all',
      'ACL SETUSER app reset on resetchannels -@all +ping',
      'ACL SETUSER default reset off resetchannels -@all',
      '',
    ])
    expect((await withRoles('acl-setuser-cluster')).text).toContain('-eq 4 ]')
  })

  test('where there are none, selectors of the same rules stand in their place', async () => {
    const { text, notes } = await withRoles('access-string')
    expect(text).toContain(
      '# user app\non resetchannels -@all +ping (~c* resetchannels -@all +get) (~d resetchannels -@all +set)\n',
    )
    expect(notes).toContain('info app: There are no roles there: selectors of the same rules stand in their place.')
  })
})

test('YAML holds the file as a block, and the file ends as it began', async () => {
  expect((await made('kubernetes')).text).toMatch(
    /^# Mount it .*\n\napiVersion: v1\nkind: Secret\nmetadata:\n {2}name: valkey-acl\ntype: Opaque\nstringData:\n {2}users\.acl: \|\n {4}user app on /,
  )
  expect((await made('ansible')).text).toContain('    content: |\n      user app on ')
})

test('an access string that names a command which ElastiCache refuses is noted', async () => {
  const target = await loadTarget('redis-8.0')
  const users = new Users(target.table, target.behaviours)
  users.setUser('app', ['on', '~a', '+get', '+config|get'])
  for (const format of ['access-string', 'terraform'] as const) {
    const { notes } = await exportUsers(format, { target, users: [...users].slice(-1), roles: [] })
    expect(notes.map(({ message }) => message)).toContain(
      'ElastiCache does not take +config|get: an access string names no command that the service refuses (config|get).',
    )
  }
})
