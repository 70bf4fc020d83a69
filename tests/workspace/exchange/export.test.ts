import { expect, test } from 'vitest'
import { Users } from '../../../src/acl/users'
import { loadTarget } from '../../../src/targets/load'
import { exportUsers, type ExportFormat } from '../../../src/workspace/export'

const hash = 'ab'.repeat(32)

async function made(format: ExportFormat): Promise<{ text: string; notes: string[] }> {
  const target = await loadTarget('valkey-9.1')
  const users = new Users(target.table, target.behaviours)
  users.setUser('default', ['reset'])
  users.setUser('app', ['on', `#${hash}`, '~app:*', "~it's", '+@read', '-keys', '(%R~x) +get)'])
  const { text, notes } = await exportUsers(format, { target, users })
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

test('YAML holds the file as a block, and the file ends as it began', async () => {
  expect((await made('kubernetes')).text).toMatch(
    /^# Mount it .*\n\napiVersion: v1\nkind: Secret\nmetadata:\n {2}name: valkey-acl\ntype: Opaque\nstringData:\n {2}users\.acl: \|\n {4}user app on /,
  )
  expect((await made('ansible')).text).toContain('    content: |\n      user app on ')
})
