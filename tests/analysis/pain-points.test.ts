/** What people trip over most, and what is said of it. */
import { expect, test } from 'vitest'
import { fromText } from '../../src/acl/bytes'
import { Users } from '../../src/acl/users'
import { loadAclFile } from '../../src/acl/load'
import { diagnoseCommand } from '../../src/analysis/diagnostics/command-line'
import { explain } from '../../src/analysis/explain'
import { explainRule } from '../../src/analysis/explain-rule'
import { plain } from '../../src/analysis/phrase'
import { refusals } from '../../src/analysis/refusals'
import { startServer } from '../../src/server/start'
import { loadTarget } from '../../src/targets/load'
import type { TargetId } from '../../src/targets/target'
import { found, foundInConf, hash, usersOf, verdicts, written } from './diagnostics/found'
import { judged } from './decisions'

/** What is said of a file that the server refuses. */
async function refused(text: string, id: TargetId = 'redis-8.0'): Promise<string> {
  const target = await loadTarget(id)
  const result = loadAclFile(new Users(target.table, target.behaviours), fromText(text), 'users.acl')
  return result.ok
    ? 'accepted'
    : refusals(result.problems, text, target)
        .map((diagnostic) => written(text, diagnostic))
        .join('\n\n')
}

/** What is said of files that no server starts with. */
async function notStarted(
  conf: string,
  files: Record<string, string> = {},
  id: TargetId = 'redis-8.0',
): Promise<string> {
  const target = await loadTarget(id)
  const result = startServer({
    target,
    conf,
    files: { read: (path) => files[path] ?? null, write: () => undefined },
    clock: { now: () => 0 },
    random: { bytes: (n) => '\0'.repeat(n), below: () => 0 },
  })
  return result.started
    ? 'started'
    : refusals(result.problems, conf, target)
        .map((diagnostic) => written(conf, diagnostic))
        .join('\n\n')
}

/** What is said of a command in the console, where a user app exists. */
async function ofCommand(line: string, id: TargetId = 'redis-8.0'): Promise<string> {
  const target = await loadTarget(id)
  const users = new Users(target.table, target.behaviours)
  users.setUser('app', ['on', '+get'])
  return diagnoseCommand(line.split(' '), users, target)
    .map(({ code, message, hint }) => `${code}: ${message}${hint === null ? '' : ` (${hint})`}`)
    .join('\n')
}

test('1. an ACL file without a line for default leaves it open', async () => {
  expect(await found('missing-default', 'user app on #… ~app:* +get\n')).toMatchInlineSnapshot(`
    "error 1:1 user app on #… ~app:* +get
    There is no line for default: the server leaves this user on, without a password, with every command and key, even where requirepass is set.
    Turn default off → user app on #… ~app:* +get
    user default off"
  `)
})

test('2. a parenthesis that is never closed crashes the server', async () => {
  const target = await loadTarget('redis-8.0')
  expect(loadAclFile(new Users(target.table, target.behaviours), 'user a on (+get ~x', 'users.acl')).toMatchObject({
    ok: false,
    crash: true,
  })
  expect(await refused('user a on (+get ~x')).toMatchInlineSnapshot(`
    "error 1:11 (+get
    users.acl:1: Unmatched parenthesis in selector definition.
    (A real server crashes on this line. A selector ends with ) at the end of its last rule.)
    Close it at the end of the line → user a on (+get ~x)"
  `)
  expect(await refused('user a on (+get ~x', 'redis-6.2')).toMatchInlineSnapshot(`
    "error 1:11 (+get
    users.acl:1: Syntax error.
    (Redis 6.2 does not know this rule.)
    Remove (+get → user a on ~x"
  `)
  expect(await notStarted('user a on (+get ~x')).toMatchInlineSnapshot(`
    "error 1:1 user a on (+get ~x
    Error in user declaration 'a': Wrong format
    (A selector ends with ) at the end of its last rule.)
    Close it at the end of the line → user a on (+get ~x)"
  `)
})

test('3. key patterns do not limit KEYS, SCAN and FLUSHALL', async () => {
  expect(await found('keys-command-leaks', 'user app on #… ~app:* +@all')).toMatchInlineSnapshot(`
    "warning 1:79 ~app:*
    Key patterns do not limit KEYS, SCAN, RANDOMKEY, CLIENT TRACKING, DBSIZE, FLUSHALL, FLUSHDB and SWAPDB: this user can learn the names of all keys and wipe or swap whole databases.
    Deny them → user app on #… ~app:* +@all -keys -scan -randomkey -client|tracking -dbsize -flushall -flushdb -swapdb"
  `)
})

test('4. channels are lost on the way to Redis 7', async () => {
  const file = 'user app on #… ~* +@all'
  expect(await found('pubsub-no-channels', file, 'redis-7.0')).toMatchInlineSnapshot(`
    "warning 1:82 +@all
    PUBLISH, SUBSCRIBE and PSUBSCRIBE are denied: no channel is granted.
    (From Redis 7.0 on, a user starts without channels. Grant them, for example &app:*.)
    Grant every channel (&*) → user app on #… ~* +@all &*"
  `)
  expect(await verdicts(file, ['PUBLISH news x'], 'redis-6.2')).toBe('PUBLISH news x: allowed')
  expect(await verdicts(file, ['PUBLISH news x'], 'redis-7.0')).toBe('PUBLISH news x: channel')
})

test('5. 6.2 refuses a channel after all channels', async () => {
  expect(await refused('user app on &foo', 'redis-6.2')).toMatchInlineSnapshot(`
    "error 1:13 &foo
    users.acl:1: Adding a pattern after the * pattern (or the 'allchannels' flag) is not valid and does not have any effect. Try 'resetchannels' to start with an empty list of channels.
    (Redis 6.2 grants a new user every channel, so a further pattern would say nothing.)
    Put resetchannels before it → user app on resetchannels &foo"
  `)
})

test('6. PSUBSCRIBE needs the pattern to the letter', async () => {
  expect(await found('psubscribe-literal', 'user app on #… &app:* +@pubsub')).toContain(
    'PSUBSCRIBE with exactly the same pattern: app:*',
  )
  const { decision } = await judged('on &app:* +psubscribe', 'PSUBSCRIBE app:x*')
  expect(plain(explain(decision).headline)).toMatchInlineSnapshot(`"no rule grants app the pattern app:x* literally"`)
})

test('7. comments are fatal, or dropped', async () => {
  expect(await refused('# users\nuser default off\n')).toMatchInlineSnapshot(`
    "error 1:1 # users
    users.acl:1 should start with user keyword followed by the username.
    (Redis 8.0 rejects comments in an ACL file; Redis 8.8 and newer accept them.)
    Remove the comment line → user default off"
  `)
  expect(await found('dropped-comments', '# users\nuser default off\n', 'redis-8.8')).toContain(
    'ACL SAVE writes the file without them',
  )
})

test('8. client libraries ask for what is refused', async () => {
  expect(await found('client-handshake', 'user app on #… ~app:* +get')).toContain('CLIENT SETINFO and INFO')
  expect(await found('client-handshake', 'user app on #… ~app:* +get', 'redis-8.0', 'ioredis')).toContain(
    'ioredis sends INFO, CLIENT SETINFO by itself',
  )
  expect(await found('client-needs', 'user app on #… ~app:* +get', 'redis-8.0', 'stackexchange-redis')).toContain(
    'does not work without ECHO',
  )
})

test('9. +@all -@dangerous takes INFO and KEYS, and leaves EVAL and SCAN', async () => {
  expect(await found('dangerous-residue', 'user app on #… ~app:* +@all -@dangerous')).toContain(
    'denies INFO, KEYS, SORT and CLIENT LIST',
  )
})

test('10. +@read +@write lacks SELECT, PING and MULTI', async () => {
  expect(await found('read-write-gaps', 'user app on #… ~app:* +@read +@write')).toContain(
    'do not contain PING, SELECT, MULTI, EXEC, EVAL and PUBLISH',
  )
})

test('11. categories of types lack DEL and EXPIRE', async () => {
  expect(await found('type-category-gaps', 'user app on #… ~app:* +@string')).toContain(
    '@string does not contain DEL, EXPIRE',
  )
  expect(await found('type-category-gaps', 'user app on #… ~app:* +@hash')).toContain(
    '@hash does not contain DEL, EXPIRE, EXISTS',
  )
})

test('12. the order of rules decides', async () => {
  expect(await found('order-cancels', 'user app on #… ~* -@dangerous +@all')).toContain('Move -@dangerous after +@all')
  expect(await found('order-cancels', 'user app on #… ~* +@read -get +@string')).toContain(
    '+@string after it cancels this rule',
  )
  expect(await found('order-cancels', 'user app on #… +config|get -config')).toContain(
    '-config after it cancels this rule',
  )
})

test('13. +select|0 does not keep a user in a database', async () => {
  expect(await found('select-firstarg-bypass', 'user app on #… ~app:* +select|0 +move +copy')).toContain(
    'MOVE and COPY reach other databases',
  )
  expect(await found('select-firstarg-bypass', 'user app on #… ~app:* +select|0', 'valkey-9.1')).toContain('db=0')
})

test('14. keys cannot be negated', async () => {
  expect(await refused('user app on ~app:* -~app:x')).toMatchInlineSnapshot(`
    "error 1:20 -~app:x
    users.acl:1: Error in applying operation '-~app:x': Unknown command or category name in ACL.
    (Keys and channels cannot be denied: list those that are granted instead.)"
  `)
  expect(await found('negated-pattern', 'user app on #… ~app:* ~-app:x +get')).toContain('A pattern cannot exclude')
})

test('15. selectors do not combine', async () => {
  const rules = 'on +@all ~app1:* (+@read ~app2:*)'
  expect(await found('selectors-dont-union', `user app ${rules}`)).toContain('Selectors are not combined')
  const { decision } = await judged(rules, 'COPY app2:x app1:x')
  expect(plain(explain(decision).headline)).toMatchInlineSnapshot(
    `"no single selector does it all: the root allows the command, selector 1 the key app2:x. Selectors do not add up"`,
  )
  expect(await verdicts('user app on +@all ~app1:* %R~app2:*', ['COPY app2:x app1:x'])).toBe(
    'COPY app2:x app1:x: allowed',
  )
})

test('16. what %R and %W let through', async () => {
  expect(await found('split-access', 'user app on #… %R~r:* %W~w:* +@all')).toMatchInlineSnapshot(`
    "info 1:79 %R~r:*
    Read access is enough for XREADGROUP, which changes the consumer group.
    (Deny it (-xreadgroup) to a user who must change nothing.)

    info 1:86 %W~w:*
    Write access is not enough for INCR, GETSET, LPOP, SETBIT, HINCRBY, TTL, GETDEL, GETEX, RENAME: they also read the key. SET, DEL and EXPIRE need write access only.
    (To allow them, grant the keys with ~ in place of %W~.)"
  `)
})

test('17. a subcommand alone, and subcommands before 7.0', async () => {
  expect(await found('cluster-subcommands', 'user app on #… +cluster|info')).toContain(
    'CLUSTER SLOTS, SHARDS and NODES are denied',
  )
  expect(await found('target-mismatch', 'user app on #… +@all -config|set', 'redis-6.2')).toContain(
    'cannot be denied before Redis 7.0',
  )
})

test('18. scripts run as the caller', async () => {
  expect(await found('script-keys', 'user app on #… ~app:* +eval')).toContain('every key passed to it must be granted')
})

test('19. SORT reads other keys on Redis 6, and wants them all later', async () => {
  expect(await found('sort-other-keys', 'user app on #… ~app:* +sort', 'redis-6.0')).toContain(
    'reads keys that no pattern grants',
  )
  // A selector that may read every key allows it for the keys of the others.
  expect(await found('sort-needs-all-keys', 'user app on #… %R~* +sort (~a +sort)')).toBe('')
  expect(await found('sort-needs-all-keys', 'user app on #… %R~* +get (~a +sort)')).not.toBe('')
  expect(await found('sort-needs-all-keys', 'user app on #… ~app:* +sort')).toMatchInlineSnapshot(`
    "info 1:86 +sort
    SORT with BY or GET (GET # included) is denied to a user who may not read every key. BY nosort is allowed.
    (Fetch the other keys one by one, or grant every key for reading: %R~*.)"
  `)
})

test('20. libraries with keys and channels of their own', async () => {
  expect(await found('client-needs', 'user app on #… ~app:* +ping +get', 'redis-8.0', 'celery')).toContain(
    '_kombu.binding.*, unacked*',
  )
  expect(await found('client-handshake', 'user app on #… ~app:* &app:* +get', 'redis-8.0', 'ioredis')).toContain(
    'not before channels',
  )
})

test('21. an ACL file beside user lines, or a missing one: no start', async () => {
  expect(await notStarted('aclfile users.acl\nuser app on +get\n', { 'users.acl': 'user default off\n' }))
    .toMatchInlineSnapshot(`
      "error 1:1 aclfile users.acl
      Configuring Redis with users defined in redis.conf and at the same setting an ACL file path is invalid. This setup is very likely to lead to configuration errors and security holes, please define either an ACL file or declare users directly in your redis.conf, but not both.
      (Keep the users in users.acl, or here, not both.)
      Remove user app → aclfile users.acl
      Remove aclfile → user app on +get

      error 2:1 user app on +get
      Configuring Redis with users defined in redis.conf and at the same setting an ACL file path is invalid. This setup is very likely to lead to configuration errors and security holes, please define either an ACL file or declare users directly in your redis.conf, but not both.
      (Keep the users in users.acl, or here, not both.)
      Remove user app → aclfile users.acl
      Remove aclfile → user app on +get"
    `)
  expect(await notStarted('aclfile missing.acl\n')).toMatchInlineSnapshot(`
    "error 1:1 aclfile missing.acl
    Aborting Redis startup because of ACL errors: Error loading ACLs, opening file 'missing.acl': No such file or directory
    (There is no such file here: the only ACL file is users.acl.)
    Write aclfile users.acl → aclfile users.acl"
  `)
})

test('22. ACL SAVE writes the file anew', async () => {
  expect(
    await found(
      'save-would-rewrite',
      'user app on sanitize-payload #… ~app:* resetchannels -@all +get\nuser default off',
    ),
  ).toContain('sorts users by name, hashes passwords')
  expect(await ofCommand('ACL SAVE')).toMatchInlineSnapshot(
    `"save-rewrites: ACL SAVE writes the file anew: users by name, passwords hashed, comments gone."`,
  )
})

test('23. ACL LOAD disconnects, and drops what was not saved', async () => {
  expect(await found('load-disconnects', 'user app on #… +get', 'valkey-7.2')).toContain(
    'closes every connection except those of default',
  )
  expect(await ofCommand('ACL LOAD', 'redis-7.2')).toMatchInlineSnapshot(
    `"load-drops: ACL LOAD drops what ACL SETUSER changed and ACL SAVE did not write. (On Redis 7.2 it ends every connection but those of default.)"`,
  )
})

test('24. SETUSER adds, and leaves connections', async () => {
  expect(await ofCommand('ACL SETUSER app off')).toMatchInlineSnapshot(`
    "setuser-adds: app keeps the rules it has: ACL SETUSER adds to them. (Put reset first to start over.)
    connections-stay: Connections that are logged in as app stay so. (CLIENT KILL USER app ends them; ACL DELUSER does as well.)"
  `)
  expect(await ofCommand('ACL SETUSER app reset +get')).toBe('')
  expect(await ofCommand('ACL SETUSER new off')).toBe('')
  const target = await loadTarget('redis-8.0')
  expect(explainRule('off', target).more).toMatchInlineSnapshot(`"Open connections continue."`)
})

test('25. rules are not replicated', async () => {
  expect(await foundInConf('not-replicated', 'cluster-enabled yes\n')).toContain('every node has its own users')
})

test('26. quotes, tabs, two spaces and a BOM', async () => {
  expect(await found('quoted-token', 'user app on >"secret" +get')).toContain('Write the password without quotes')
  expect(await refused('user\tapp on +get')).toMatchInlineSnapshot(`
    "error 1:1 user	app
    users.acl:1 should start with user keyword followed by the username.
    (A line starts with the word user in lower case, and words are separated by single spaces.)
    Correct the line → user app on +get"
  `)
  expect(await refused('user  app on +get')).toMatchInlineSnapshot(`
    "error 1:7 app
    users.acl:1: Syntax error.
    (Two spaces after user leave the name empty: it stands between them.)
    Write one space → user app on +get"
  `)
  expect(await refused('\uFEFFuser app on +get')).toContain('Correct the line → user app on +get')
  expect(await refused('\uFEFFuser app on +get')).toContain('The file starts with a byte order mark')
  expect(await refused('user app  on +get\r\n')).toBe('accepted')
})

test('27. a hash after > is hashed again, and upper case is refused', async () => {
  expect(await found('hash-as-password', `user app on >${hash.slice(1)} +get`)).toContain(
    'that password does not log in',
  )
  expect((await usersOf(`user app on >${hash.slice(1)}`)).get('app')?.accepts('secret')).toBe(false)
  expect(await refused(`user app on #${'AB'.repeat(32)}`)).toContain('must be lowercase')
})

test('28. rename-command, and the name that rules use', async () => {
  expect(await foundInConf('rename-command', 'rename-command CONFIG secret-config\n')).toContain(
    'Rules still call this command config',
  )
})

test('29. ACL LIST that no server loads', async () => {
  expect(await found('unloadable-list', 'user app on #… +set (+get ~a))')).toContain('cannot load again')
})

test('30. MONITOR is no way to find the rules that are needed', async () => {
  expect(await ofCommand('MONITOR')).toMatchInlineSnapshot(
    `"monitor-gaps: MONITOR shows no command that is refused, and leaves out logins and some administration. (ACL LOG keeps what was refused: import that to find the rules that are missing.)"`,
  )
  expect(await found('privilege-escalation', 'user app on #… ~app:* +get +monitor')).toContain(
    'watch the commands of other clients, with keys and values (MONITOR)',
  )
})

test('besides: %RW without its ~', async () => {
  expect(await refused('user app on %RWapp:* +get')).toMatchInlineSnapshot(`
    "error 1:13 %RWapp:*
    users.acl:1: Syntax error.
    (A pattern for reading or writing alone starts with %R~ or %W~.)
    Write %RW~app:* → user app on %RW~app:* +get
    Remove %RWapp:* → user app on +get"
  `)
})
