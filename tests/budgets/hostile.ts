import { blankState, type WorkspaceState } from '../../src/workspace/state'

const blank = blankState('redis-8.0')
const open = 'user default on nopass ~* &* +@all\n'

/** Lines of so many characters in all. */
function lines(size: number, line: (i: number) => string): string {
  const all: string[] = []
  for (let i = 0, length = 0; length < size; i++) {
    const one = line(i)
    length += one.length
    if (length <= size) all.push(one)
  }
  return all.join('')
}

const withFiles = (files: Partial<WorkspaceState['files']>): WorkspaceState => ({
  ...blank,
  files: { ...blank.files, acl: open, ...files },
})
const acl = (size: number, line: (i: number) => string) => withFiles({ acl: open + lines(size, line) })
const conf = (size: number, line: (i: number) => string) =>
  withFiles({ conf: `aclfile users.acl\n${lines(size, line)}` })
const expectations = (size: number, line: (i: number) => string) =>
  withFiles({ acl: `${open}user app on nopass ~app:* +@read\n`, expect: lines(size, line) })
const withCommands = (count: number, line: (i: number) => string): WorkspaceState => ({
  ...withFiles({}),
  entries: Array.from({ length: count }, (_, i) => ({ on: 0, line: line(i) })),
})

const names = (count: number): string[] => Array.from({ length: count }, (_, i) => `n${i}`)

/** Links of which each part is as long as a link may be. */
export const hostileLinks: readonly (readonly [string, () => WorkspaceState])[] = [
  ['users of users.acl', () => acl(1_950_000, (i) => `user u${i} on nopass ~* +@all\n`)],
  ['users with keys of their own', () => acl(1_950_000, (i) => `user u${i} on nopass ~u${i}:* +@read\n`)],
  ['comments in users.acl', () => acl(1_950_000, () => '# comment\n')],
  ['blank lines in users.acl', () => acl(1_950_000, () => '\n')],
  ['unknown commands', () => acl(1_950_000, (i) => `user u${i} on +nosuch${i % 50}\n`)],
  [
    'unknown commands of a user',
    () => withFiles({ acl: `user a on${lines(1_950_000, (i) => ` +nosuch${i % 50}`)}\n` }),
  ],
  ['rules of a user', () => withFiles({ acl: `user a on${lines(1_950_000, () => ' +get -get')}\n` })],
  ['selectors of a user', () => withFiles({ acl: `user a on${lines(1_950_000, (i) => ` (~k${i % 999} +get)`)}\n` })],
  ['a long pattern', () => withFiles({ acl: `user a on +get ~${lines(1_950_000, () => '*a')}\n` })],
  ['users of redis.conf', () => conf(490_000, (i) => `user u${i} on nopass ~* +@all\n`)],
  ['lines of save', () => conf(490_000, () => 'save 1 1\n')],
  ['renamed commands', () => conf(490_000, (i) => `rename-command ${i === 0 ? 'GET' : `g${i}`} g${i + 1}\n`)],
  ['included files', () => conf(490_000, () => 'include redis.conf\n')],
  ['comments in redis.conf', () => conf(490_000, () => '# x\n')],
  ['unknown directives', () => conf(490_000, (i) => `nosuch.line${i % 99} 1\n`)],
  ['a long line of redis.conf', () => conf(490_000, () => 'save ' + '1 1 '.repeat(120_000))],
  ['sentences about all commands', () => expectations(490_000, (i) => `only app can write keys *I*a*b${i}*\n`)],
  ['sentences about a command line', () => expectations(490_000, (i) => `app can GET app:${i}\n`)],
  ['sentences about users that are not there', () => expectations(490_000, (i) => `nobody${i} can GET app:1\n`)],
  ['blank lines of users.expect', () => expectations(490_000, () => '\n')],
  ['unread lines of users.expect', () => expectations(490_000, () => 'x\n')],
  ['a long line of users.expect', () => expectations(490_000, () => 'app can MGET ' + 'a '.repeat(240_000))],
  [
    'users and sentences',
    () => ({
      ...withFiles({
        acl: open + lines(1_000_000, (i) => `user u${i} on nopass ~u${i}:* +@read\n`),
        expect: lines(500_000, (i) => `x${i} can GET u${i}:1\n`),
      }),
    }),
  ],
  ['commands', () => withCommands(2_000, (i) => `SET k${i} v`)],
  ['long commands', () => withCommands(10, () => `MGET${' k'.repeat(99_000)}`)],
  ['commands that are not there', () => withCommands(2_000, (i) => `NOSUCH${i} ${'x'.repeat(900)}`)],
  ['log-ins', () => withCommands(2_000, (i) => `AUTH default x${i}`)],
  ['ACL SETUSER', () => withCommands(2_000, (i) => `ACL SETUSER u${i} on nopass ~* +@all`)],
  [
    'ACL SETUSER of many rules',
    () => withCommands(12, (i) => `ACL SETUSER u${i} on nopass${' +get -get'.repeat(16_000)}`),
  ],
  ['ACL SAVE', () => withCommands(2_000, (i) => (i % 2 === 0 ? `ACL SETUSER u${i} on` : 'ACL SAVE'))],
  [
    'connections',
    () => ({
      ...withCommands(2_000, () => 'PING'),
      connections: Array.from({ length: 64 }, () => ({
        origin: { kind: 'loopback' as const },
        login: 'x'.repeat(1_000),
      })),
    }),
  ],
  [
    'muted diagnostics',
    () => ({
      ...acl(1_000_000, (i) => `user n${i} on nopass ~* +@all\n`),
      settings: {
        silenced: names(5_000),
        // Longer lists do not repeat within the window of the compression, and the link would be too long.
        silencedFor: Object.fromEntries(names(500).map((name) => [name, names(4_100)])),
        choices: Object.fromEntries(names(5_000).map((name) => [name, name])),
      },
    }),
  ],
  [
    'an exercise of many goals',
    () => ({
      ...withFiles({}),
      title: 't'.repeat(100),
      note: 'n\n\n'.repeat(3_000),
      exercise: {
        goals: lines(99_000, (i) => `default can GET k${i}\n`),
        solution: lines(1_900_000, (i) => `user u${i} on nopass ~* +@all\n`),
      },
    }),
  ],
  [
    'an exercise of goals about all commands',
    () => ({ ...withFiles({}), exercise: { goals: lines(99_000, (i) => `only app can write keys *I*a*b${i}*\n`) } }),
  ],
  ['a note of marks', () => ({ ...withFiles({}), note: '`*[('.repeat(2_500) })],
]
