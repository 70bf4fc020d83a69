import { expect, test } from 'vitest'
import { fromText } from '../../src/acl/bytes'
import { loadAclFile } from '../../src/acl/load'
import { Users } from '../../src/acl/users'
import { applyFix } from '../../src/analysis/diagnostic'
import { refusals } from '../../src/analysis/refusals'
import { startServer } from '../../src/server/start'
import { loadTarget } from '../../src/targets/load'
import { processorTime } from '../processor-time'
import type { TargetId } from '../../src/targets/target'

/** Loads a file, and gives what is found: the text underlined, the hint, and the file after each fix. */
async function found(
  text: string,
  id: TargetId = 'redis-8.0',
): Promise<{ at: string; hint: string | null; fixed: Record<string, string> }[]> {
  const target = await loadTarget(id)
  const result = loadAclFile(new Users(target.table, target.behaviours), fromText(text), 'users.acl')
  if (result.ok) return []
  return refusals(result.problems, text, target).map(({ span, hint, fixes }) => ({
    at: text.slice(span.from, span.to),
    hint,
    fixed: Object.fromEntries(fixes.map((fix) => [fix.label, applyFix(text, fix)])),
  }))
}

test.each<[string, string, string, Record<string, string>]>([
  [
    '# one\nuser a on\n # two',
    '# one',
    'Redis 8.0 rejects comments in an ACL file; Redis 8.8 and newer accept them.',
    { 'Remove the 2 comment lines': 'user a on\n' },
  ],
  [
    'USER a  on +get',
    'USER',
    'A line starts with the word user in lower case, and words are separated by single spaces.',
    { 'Correct the line': 'user a on +get' },
  ],
  [
    'user a on\nhello\nuser b on',
    'hello',
    'Every line consists of the word user, a name and rules.',
    { 'Remove the line hello': 'user a on\nuser b on' },
  ],
  [
    'user a on\nuser a off',
    'a',
    'A user has one line: combine its rules.',
    { 'Add off to line 1': 'user a on off\n', 'Remove line 1 (on)': 'user a off' },
  ],
  [
    'user é on ~* ~b +get',
    '~b',
    'Everything was granted before, so a further pattern would say nothing.',
    { 'Remove ~b': 'user é on ~* +get', 'Put resetkeys before it': 'user é on ~* resetkeys ~b +get' },
  ],
  [
    'user a on +get # note',
    '#',
    'A # starts a password hash: a comment cannot follow rules.',
    { 'Remove # note': 'user a on +get' },
  ],
  [
    `user a #${'AB'.repeat(32)}`,
    `#${'AB'.repeat(32)}`,
    'The hexadecimal digits of a hash must be lowercase.',
    { 'Write it in lowercase': `user a #${'ab'.repeat(32)}` },
  ],
  ['user a on +frobnicate', '+frobnicate', 'Redis 8.0 has no such command.', { 'Remove +frobnicate': 'user a on' }],
  [
    'user a on +hgte',
    '+hgte',
    'Redis 8.0 has no such command.',
    { 'Write +hget': 'user a on +hget', 'Remove +hgte': 'user a on' },
  ],
  [
    'user a on -@dangerus',
    '-@dangerus',
    'Redis 8.0 has no such category.',
    { 'Write -@dangerous': 'user a on -@dangerous' },
  ],
  [
    'user a +config|get|x',
    '+config|get|x',
    'Only one part may follow |: +config|get allows the subcommand with all its arguments.',
    { 'Remove +config|get|x': 'user a' },
  ],
  [
    'user a on "+get"',
    '"+get"',
    'Quotes have no meaning in users.acl: they are part of the word. redis.conf would read them.',
    { 'Remove the quotes': 'user a on +get' },
  ],
  [
    'user a on -~secret:*',
    '-~secret:*',
    'Keys and channels cannot be denied: list those that are granted instead.',
    { 'Remove -~secret:*': 'user a on' },
  ],
  [
    'user a on sudo',
    'sudo',
    'Redis 8.0 does not know this rule. A password follows >, and its hash #.',
    { 'Write > before it': 'user a on >sudo', 'Remove sudo': 'user a on' },
  ],
  ['user a on <old', '<old', 'Only a password that was added before can be removed.', { 'Remove <…': 'user a on' }],
  [
    'user a on (+get ~x',
    '(+get',
    'A real server crashes on this line. A selector ends with ) at the end of its last rule.',
    { 'Close it at the end of the line': 'user a on (+get ~x)' },
  ],
  [
    'user a on +@generic',
    '+@generic',
    'The documentation groups commands so, servers do not. @keyspace, the nearest category, holds FLUSHALL and FLUSHDB too: name the commands.',
    { 'Remove +@generic': 'user a on' },
  ],
  [
    'user a on +@all,-@dangerous',
    '+@all,-@dangerous',
    'Rules are separated by spaces, not by commas.',
    { 'Write +@all -@dangerous': 'user a on +@all -@dangerous' },
  ],
  [
    'user a on +get,set',
    '+get,set',
    'Rules are separated by spaces, not by commas.',
    { 'Write +get +set': 'user a on +get +set', 'Remove +get,set': 'user a on' },
  ],
  [
    'user a on > pw',
    'pw',
    'Write > and the password without a space.',
    { 'Write the password after it': 'user a on >pw' },
  ],
  [
    'user a on ~ app:*',
    'app:*',
    'Write ~ and what follows it without a space.',
    { 'Write ~app:*': 'user a on ~app:*', 'Remove ~ app:*': 'user a on' },
  ],
  [
    'user a on app:*',
    'app:*',
    'Redis 8.0 does not know this rule. A key pattern starts with ~, a channel with &.',
    { 'Write ~app:*': 'user a on ~app:*', 'Write &app:*': 'user a on &app:*', 'Remove app:*': 'user a on' },
  ],
  [
    'user a on +all',
    '+all',
    'A category is written with @: +@all.',
    { 'Write +@all': 'user a on +@all', 'Remove +all': 'user a on' },
  ],
  [
    'user a on get',
    'get',
    'Redis 8.0 does not know this rule. A command is allowed with +, and denied with -.',
    { 'Write +get': 'user a on +get', 'Remove get': 'user a on' },
  ],
  [
    'user a on resetchanels',
    'resetchanels',
    'Redis 8.0 does not know this rule.',
    { 'Write resetchannels': 'user a on resetchannels' },
  ],
  [
    'user a on #plain',
    '#plain',
    'A hash is the SHA-256 of the password, as 64 hexadecimal digits. A plain-text password follows >.',
    {
      'Take it as the password, and write its hash':
        'user a on #a116c9ed46d6207734a43317d30fd88f52ac8634c37d904bbf4e41d865f90475',
      'Remove #…': 'user a on',
    },
  ],
  [
    'user a on +get|a|b',
    '+get|a|b',
    'Only one first argument may follow |: write a rule for each.',
    { 'Write +get|a +get|b': 'user a on +get|a +get|b', 'Remove +get|a|b': 'user a on' },
  ],
  [
    'user a on +@all -get|x',
    '-get|x',
    'GET has no subcommands, and a first argument cannot be denied.',
    { 'Write -get': 'user a on +@all -get' },
  ],
  [
    'user a on (~* ~b +get)',
    '(~* ~b +get)',
    'Everything was granted before, so a further pattern would say nothing.',
    { 'Remove ~b': 'user a on (~* +get)', 'Put resetkeys before it': 'user a on (~* resetkeys ~b +get)' },
  ],
  [
    'user a on >{{ password }} +get',
    'password',
    '{{ password }} looks like a placeholder, which servers do not expand. Render the template before the server reads it, and check what comes out.',
    {},
  ],
])('%s', async (text, at, hint, fixed) => expect((await found(text))[0]).toEqual({ at, hint, fixed }))

test('a role that no line defines is compared with those that are defined', async () => {
  expect(await found('role reader ~a +get\nuser a on role=raeder', 'valkey-9.2')).toEqual([
    {
      at: 'role=raeder',
      hint: 'There is no role raeder: this file defines reader.',
      fixed: {
        'Write role=reader': 'role reader ~a +get\nuser a on role=reader',
        'Remove role=raeder': 'role reader ~a +get\nuser a on',
      },
    },
  ])
  expect(await found('role reader ~a +get\nuser a on role=reader,nobody', 'valkey-9.2')).toMatchObject([
    {
      hint: 'There is no role nobody: this file defines reader.',
      fixed: { 'Write role=reader': expect.any(String) as string },
    },
  ])
  expect(await found('user a on role=reader', 'valkey-9.2')).toMatchObject([
    { hint: 'No line of this file defines a role. Valkey 9.2 expects role reader and its rules on a line.' },
  ])
})

test('a file that loads has no diagnostics', async () => {
  expect(await found('user a on +get')).toEqual([])
  expect(await found('# comment\nuser a on +get', 'redis-8.8')).toEqual([])
})

test('thousands of problems are no trouble', async () => {
  const text = Array.from({ length: 5_000 }, (_, i) => `usr ${i}\nuser u${i} on ~k${i}:* +get`).join('\n')
  const started = processorTime()
  const diagnostics = await found(text.slice(0, 20_000))
  expect(diagnostics.length).toBeGreaterThan(100)
  const target = await loadTarget('redis-8.0')
  const result = loadAclFile(new Users(target.table, target.behaviours), text, 'users.acl')
  expect(!result.ok && refusals(result.problems, text, target).length).toBe(5_000)
  expect(processorTime() - started).toBeLessThan(5_000)
})

/** The hint and the first fix for a redis.conf that a server refuses. */
async function conf(text: string, id: TargetId = 'redis-8.0'): Promise<string[]> {
  const target = await loadTarget(id)
  const files = { read: (path: string) => (path === 'users.acl' ? '' : null), write: () => undefined }
  const started = startServer({
    target,
    conf: fromText(text),
    files,
    clock: { now: () => 0 },
    random: { bytes: (n) => '\0'.repeat(n), below: () => 0 },
  })
  if (started.started) return []
  return refusals(started.problems, text, target).map(
    ({ hint, fixes: [fix] }) => `${hint} ${fix ? JSON.stringify(applyFix(text, fix)) : ''}`,
  )
}

test('the advice follows the kind of the error, not words that the file puts into its message', async () => {
  expect(await conf('user a on "+Duplicate user"\n')).toEqual(['Redis 8.0 has no such command. "user a on\\n"'])
})

test.each([
  ['bidn ::1\nport 1\n', ['Redis 8.0 has no directive bidn. "bind ::1\\nport 1\\n"']],
  ['requirepass="se cret"\n', ['Redis 8.0 has no directive requirepass…. ']],
  [
    'aclfile users.acl\nuser a on\n',
    [
      'Keep the users in users.acl, or here, not both. "aclfile users.acl\\n"',
      'Keep the users in users.acl, or here, not both. "aclfile users.acl\\n"',
    ],
  ],
  [
    'aclfile users.acl\nuser a on\nuser default off\n',
    [
      'Keep the users in users.acl, or here, not both. "user a on\\nuser default off\\n"',
      'Keep the users in users.acl, or here, not both. "user a on\\nuser default off\\n"',
    ],
  ],
  ['requirepass my secret\n', ['requirepass takes another number of values. "requirepass \\"my secret\\"\\n"']],
  ['requirepass\n', ['requirepass takes another number of values. ']],
  ['rename-command FLUSHALL\n', ['rename-command takes another number of values. "rename-command FLUSHALL \\"\\"\\n"']],
  ['user a on +@all,-@dangerous\n', ['Rules are separated by spaces, not by commas. "user a on +@all -@dangerous\\n"']],
  [
    'aclfile  /etc/redis/users.acl\n',
    ['There is no such file here: the only ACL file is users.acl. "aclfile users.acl\\n"'],
  ],
  ['protected-mode maybe', ['The value must be yes or no. "protected-mode yes"']],
  ['user a on (+get ~x', ['A selector ends with ) at the end of its last rule. "user a on (+get ~x)"']],
  ['requirepass "x', ['Close each quote with the same quote on the same line, followed by a space. ']],
  ['port 6379', []],
])('redis.conf: %s', async (text, diagnostics) => expect(await conf(text)).toEqual(diagnostics))

test('where there are more refusals than wanted, the last says how many', async () => {
  const target = await loadTarget('redis-8.0')
  const text = Array.from({ length: 5_000 }, (_, i) => `user u${i} on +nosuch\n`).join('')
  const loaded = loadAclFile(new Users(target.table, target.behaviours), text, 'users.acl')
  const found = refusals(loaded.ok ? [] : loaded.problems, text, target, 100)
  expect(found).toHaveLength(101)
  expect(found.at(-1)).toMatchObject({ message: '4,900 more errors are not shown.', span: { line: 101 }, fixes: [] })
})

test('a file with many comment lines has one refusal for all of them', async () => {
  const refused = await found('# one\n# two\nuser a on\nhello\n# three\n')
  expect(refused.map(({ at }) => at)).toEqual(['# one', 'hello'])
  expect(refused[0]?.fixed).toEqual({ 'Remove the 3 comment lines': 'user a on\nhello\n' })
})

test('on a server without roles, what is about roles is explained, and no user is made of it', async () => {
  const hint = 'Roles come with Valkey 9.2. For other servers, expand them: acl-playground roles users.acl --expand'
  expect(await found('role reader ~a +get\nuser a on role=reader resetroles', 'redis-7.2')).toEqual([
    { at: 'role', hint, fixed: {} },
    {
      at: 'role=reader',
      hint,
      fixed: { 'Remove role=reader': 'role reader ~a +get\nuser a on resetroles' },
    },
  ])
  // What only takes permissions away is not offered for removal.
  expect(await found('user a on resetroles', 'valkey-9.1')).toEqual([{ at: 'resetroles', hint, fixed: {} }])
})

test('a role’s line starts with the word role in lower case', async () => {
  expect(await found('ROLE reader  ~a +get', 'valkey-9.2')).toEqual([
    {
      at: 'ROLE',
      hint: 'A line starts with the word role in lower case, and words are separated by single spaces.',
      fixed: { 'Correct the line': 'role reader ~a +get' },
    },
  ])
})

test('a wrong name beside the role that it is meant for has one fix', async () => {
  const target = await loadTarget('valkey-9.2')
  const text = 'role reader ~a +get\nuser a on role=reader,readers'
  const result = loadAclFile(new Users(target.table, target.behaviours), text, 'users.acl')
  const fixes = result.ok ? [] : refusals(result.problems, text, target).flatMap((one) => one.fixes)
  expect(fixes.map(({ label }) => label)).toEqual(['Write role=reader'])
})
