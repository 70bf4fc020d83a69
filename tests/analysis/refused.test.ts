import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fromText, toText } from '../../src/acl/bytes'
import { decide } from '../../src/acl/check'
import { dryRunText, refusalText } from '../../src/acl/refusals'
import { plain } from '../../src/analysis/phrase'
import { explain } from '../../src/analysis/explain'
import { answerRefused, readRefused } from '../../src/analysis/refused'
import { suggest } from '../../src/analysis/suggest'
import { targetInfos } from '../../src/targets/infos'
import { usesOf } from '../../src/targets/uses'
import { runs } from '../runs'
import { usersOf } from './users'

const { target, users, user } = await usersOf('user default off\nuser app on >p ~app:* +@read +set\nuser gone off')

/** The user, the reason, and the command lines that a text tells. */
function read(text: string): unknown[] {
  const refused = readRefused(text, target)
  return refused === null
    ? []
    : [
        refused.kind,
        refused.user === null ? null : toText(refused.user),
        refused.reason,
        ...refused.lines.map(({ argv, partial }) => argv.map(toText).join(' ') + (partial ? ' …' : '')),
      ]
}

const named = ['error', 'app', 'command', 'flushall …']
test.each([
  ["NOPERM User app has no permissions to run the 'flushall' command", named],
  ["(error) NOPERM User app has no permissions to run the 'flushall' command", named],
  ["redis.exceptions.NoPermissionError: User app has no permissions to run the 'flushall' command", named],
  ["[SimpleError: NOPERM User app has no permissions to run the 'flushall' command]", named],
  [
    "redis.clients.jedis.exceptions.JedisAccessControlException: NOPERM User app has no permissions to run the 'flushall' command",
    named,
  ],
  [
    "ERR ACL failure in script: User app has no permissions to run the 'flushall' command script: b1, on @user_script:1.",
    named,
  ],
  ["NOPERM this user has no permissions to run the 'config|set' command", ['error', null, 'command', 'config set …']],
  [
    "NOPERM this user has no permissions to run the 'set' command or its subcommand",
    ['error', null, 'command', 'set …'],
  ],
  ['NOPERM No permissions to access a key', ['error', null, 'key']],
  ['NOPERM this user has no permissions to access one of the keys used as arguments', ['error', null, 'key']],
  ['NOPERM No permissions to access a channel', ['error', null, 'channel']],
  ["User app has no permissions to access the 'it's' key", ['error', 'app', 'key']],
  [
    "The user executing the script can't access at least one of the keys mentioned in the command arguments",
    ['error', null, 'key'],
  ],
  ['Command # 2 (SET x 1) of pipeline caused error: No permissions to access a key', ['error', null, 'key', 'SET x 1']],
  [
    "ReplyError: NOPERM No permissions to access a key\n    at parse (x.js:1:2) {\n  command: { name: 'set', args: [ 'it\\'s', '1' ] }\n}",
    ['error', null, 'key', "set it's 1"],
  ],
  ['127.0.0.1:6379> GET x\n(error) NOPERM No permissions to access a key', ['error', null, 'key', 'GET x']],
  ['app> RENAME app:1 x\n(error) NOPERM No permissions to access a key', ['error', 'app', 'key', 'RENAME app:1 x']],
  ['app[3]> GET "a b"', ['command', 'app', null, 'GET a b']],
  ['GET x', ['command', null, null, 'GET x']],
  ['WRONGPASS invalid username-password pair or user is disabled.', ['error', null, 'auth']],
  [
    '1) 1) "count"\n   2) (integer) 1\n   3) "reason"\n   4) "key"\n   5) "context"\n   6) "toplevel"\n   7) "object"\n   8) "x"\n   9) "username"\n  10) "app"\n  11) "age-seconds"\n  12) "1.0"\n  13) "client-info"\n  14) "id=1 addr=1:2 db=2 cmd=get user=app"',
    ['acl-log', 'app', 'key', 'get x …'],
  ],
  [
    'count\n1\nreason\ncommand\ncontext\ntoplevel\nobject\nconfig|set\nusername\napp\nage-seconds\n1.0\nclient-info\nid=1 addr=1:2 cmd=config|set',
    ['acl-log', 'app', 'command', 'config set …'],
  ],
  ['  \n ', []],
])('%s', (text, told) => expect(read(text)).toEqual(told))

test('the errors of every release are read', async () => {
  for (const { id } of targetInfos) {
    const { target: release, user: of } = await usersOf('user default off\nuser app on >p ~app:* +get', id).catch(
      () => ({ target, user }),
    )
    for (const argv of [['flushall'], ['get', 'x'], ['config', 'set', 'a', 'b']]) {
      const command = release.table.resolve(argv)
      if (command === undefined) continue
      const decision = decide(of('app'), command, argv, usesOf(release, command, argv, 0))
      const told = readRefused(toText(refusalText(decision, release.behaviours)), release)
      expect([id, told?.kind, told?.reason]).toEqual([id, 'error', decision.reason])
      if (decision.reason === 'command') expect(told?.lines[0]?.argv.join('|')).toBe(command.name)
      if (release.behaviours.refusalWords === '7.2' && decision.reason === 'command') expect(told?.user).toBe('app')
      expect(readRefused(toText(dryRunText(decision, release.behaviours)), release)?.reason).toBe(decision.reason)
    }
  }
})

/** What is answered for a text and the user app. */
function answered(text: string, name = 'app'): unknown[] {
  const refused = readRefused(text, target)
  if (refused === null) return []
  const answer = answerRefused(refused, fromText(name), users, target)
  if (answer.kind !== 'verdicts') return [answer.kind, 'why' in answer ? answer.why : '']
  return answer.lines.flatMap(({ decision }) =>
    decision === null
      ? ['unknown command']
      : [
          plain(explain(decision).headline),
          ...suggest(decision, user(name), target)
            .slice(0, 1)
            .map(({ rules, also }) => `${rules.join(' ')} and ${also}`),
        ],
  )
}

test('the verdict, and the smallest rule', () => {
  expect(answered("NOPERM User app has no permissions to run the 'flushall' command")).toEqual([
    'no rule lets app run FLUSHALL',
    '+flushall and nothing else',
  ])
  expect(answered('app> GET x')).toEqual(['no rule lets app read x', '(+get %R~x) and nothing else'])
  expect(answered('GET app:1')[0]).toContain('app')
  expect(answered('NOPERM No permissions to access a key')).toEqual(['no-command', ''])
  expect(answered('NOSUCH x')).toEqual(['unknown command'])
  expect(answered('WRONGPASS invalid username-password pair', 'gone')).toEqual([
    'log-in',
    'gone is off, so nobody can log in as it.',
  ])
  expect(answered('GET x', 'nobody')).toEqual(['no-user', ''])
})

test('hostile text is read in little time, and never throws', () => {
  const parts = fc.constantFrom(
    'NOPERM ',
    "User app has no permissions to run the '",
    "' command",
    'count\n1\n',
    'reason\n',
    '"client-info"',
    'age-seconds',
    '1) ',
    "command: { name: '",
    'args: [',
    '> ',
    '"',
    "'",
    '\\',
    '\n',
    'app',
    '\u0000',
    'é',
    '😀',
    ' '.repeat(50),
    'a|b',
    '(',
  )
  fc.assert(
    fc.property(fc.array(fc.oneof(parts, fc.string()), { maxLength: 30 }), (list) => {
      const refused = readRefused(list.join(''), target)
      if (refused !== null) answerRefused(refused, refused.user ?? 'app', users, target)
    }),
    { numRuns: runs(500) },
  )
  for (const one of ['> ', 'User ', "'", 'command: { name: "', 'a'.repeat(9) + '[', '1) "count"\n'])
    for (const text of [one.repeat(60_000), `NOPERM ${one.repeat(60_000)}`]) {
      const start = performance.now()
      readRefused(text, target)
      expect(performance.now() - start).toBeLessThan(2_000)
    }
})
