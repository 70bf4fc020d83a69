import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decide } from '../../src/acl/check'
import { leastPrivilege, maxLevel } from '../../src/analysis/least-privilege'
import { generalise, type Level } from '../../src/analysis/least-privilege/patterns'
import { patternOutside } from '../../src/proof/inclusion'
import { union } from '../../src/proof/language'
import { captureLimits, readCapture, replay } from '../../src/analysis/replay'
import { renderText, quote } from '../../src/resp/render'
import { logReply } from '../../src/server/commands/acl-replies'
import { loadTarget } from '../../src/targets/load'
import { toText } from '../../src/acl/bytes'
import type { Target } from '../../src/targets/target'
import { usesOf } from '../../src/targets/uses'
import { usersOf } from './users'
import { runs } from '../runs'
import { codePoint } from '../code-point'

const target: Target = await loadTarget('redis-8.0')
const read = (text: string): string[] =>
  readCapture(text, target).lines.map(
    ({ argv, db, user, seen, count }) =>
      `${db} ${argv.join(' ')}${user === null ? '' : ` as ${user}`}${seen === null ? '' : `: ${seen}`}${count > 1 ? ` x${count}` : ''}`,
  )

test('a MONITOR capture', () => {
  const text =
    'OK\n1795529283.623653 [0 127.0.0.1:52000] "SET" "a \\"b" "x\\n\\x01"\n1795529283.636171 [3 lua] "get" "k"\n1795529283.7 [0 unix:/tmp/s] "PING"\nnonsense\n'
  const { kind, lines, problems, leavesOut } = readCapture(text, target)
  expect(kind).toBe('monitor')
  expect(lines.map(({ argv, db, client, line }) => [argv, db, client, line])).toEqual([
    [['SET', 'a "b', 'x\n\x01'], 0, '127.0.0.1:52000', 2],
    [['get', 'k'], 3, 'lua', 3],
    [['PING'], 0, 'unix:/tmp/s', 4],
  ])
  expect(problems).toEqual([{ line: 5, message: 'This is no line of MONITOR.' }])
  expect(leavesOut[0]).toBe('MONITOR does not show denied commands.')
})

test('a redis-cli session', () => {
  expect(
    read(`127.0.0.1:6379> AUTH app x
OK
127.0.0.1:6379> GET a
(error) NOPERM No permissions to access a key
127.0.0.1:6379[3](TX)> SET "a b" 1
QUEUED
127.0.0.1:6379> help
redis /tmp/s> 3 GET k
127.0.0.1:6379(subscribed mode)>
`),
  ).toEqual(['0 AUTH app x: ran', '0 GET a as app: refused', '3 SET a b 1 as app: ran', '0 GET k as app'])
})

test('a list of commands', () => {
  const { lines, problems, unread } = readCapture('GET a\n# no\n\nSELECT 2\nSET b "x\nset k v\n', target)
  expect(lines.map(({ argv, db }) => [argv.join(' '), db])).toEqual([
    ['GET a', 0],
    ['SELECT 2', 0],
    ['set k v', 2],
  ])
  expect([problems, unread]).toEqual([[{ line: 5, message: 'The quotes of this line do not close: SET b "x' }], 1])
})

const refused = (reason: 'command' | 'key' | 'channel' | 'auth', object: string, cmd: string) => ({
  reason,
  object,
  context: 'toplevel' as const,
  username: 'app',
  clientInfo: `id=4 addr=127.0.0.1:5 laddr=127.0.0.1:6379 fd=8 name= db=2 sub=0 cmd=${cmd} user=app`,
  id: 1,
  count: 3,
  createdAt: 0,
  updatedAt: 0,
})
const entries = [
  refused('key', 'secret "1"', 'set'),
  refused('command', 'acl|log', 'acl|log'),
  refused('channel', 'news:*', 'psubscribe'),
  refused('channel', 'n', 'publish'),
  refused('auth', 'AUTH', 'auth'),
  refused('key', 'k', 'xread'),
  refused('key', 'z', 'zunion'),
  refused('key', 's', 'object|encoding'),
]
const told = [
  '2 set secret "1" 0 as app: refused x3',
  '2 acl log as app: refused x3',
  '2 psubscribe news:* as app: refused x3',
  '2 publish n  as app: refused x3',
  '2 xread STREAMS k 0 as app: refused x3',
  '2 zunion 1 z as app: refused x3',
  '2 object encoding s as app: refused x3',
]

test.each([2, 3] as const)('ACL LOG as redis-cli prints it in RESP%i', (protocol) => {
  expect(
    read(
      renderText(
        entries.map((entry) => logReply(entry, 500, target.behaviours)),
        protocol,
      ),
    ),
  ).toEqual(told)
})

test('ACL LOG printed raw, and with failed log-ins', () => {
  expect(
    read(
      'count\n1\nreason\nkey\ncontext\ntoplevel\nobject\nzz\nusername\nbob\nage-seconds\n0.1\nclient-info\nid=1 db=0 cmd=get\n',
    ),
  ).toEqual(['0 get zz as bob: refused'])
  expect(
    read('count 2\nreason channel\nobject news\nage-seconds 0.1\nusername app\nclient-info id=9 cmd=subscribe db=0\n'),
  ).toEqual(['0 subscribe news as app: refused x2'])
  expect(
    readCapture(
      renderText([logReply(entries[4] ?? refused('auth', '', ''), 0, target.behaviours)], 2),
      target,
    ).leavesOut.at(-1),
  ).toBe('One entry about a failed log-in was skipped: they are not commands.')
})

test('what is pasted beside ACL LOG is counted as unread, with the reason', () => {
  const log = '1)  1) "count"\n    2) (integer) 1\n    3) "reason"\n    4) "command"\n    5) "object"\n    6) "get"\n'
  const rest = '    7) "age-seconds"\n    8) "1.5"\n    9) "client-info"\n   10) "id=3 cmd=get"\n'
  const monitor = '1700000000.1 [0 127.0.0.1:5] "GET" "app:1"\n1700000000.2 [0 127.0.0.1:5] "SET" "app:1" "x"\n'
  const capture = readCapture(`127.0.0.1:6379> ACL LOG\n${log}${rest}${monitor}SET app:1 x\n`, target)
  expect([capture.kind, capture.lines.length, capture.unread]).toEqual(['acl-log', 1, 3])
  expect(capture.problems[0]).toEqual({
    line: 12,
    message: 'This is a line of MONITOR: replay one kind of capture at a time.',
  })
})

test('words survive MONITOR', () => {
  fc.assert(
    fc.property(
      fc.array(fc.string({ unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)) }), {
        minLength: 1,
        maxLength: 5,
      }),
      (argv) => {
        const { lines } = readCapture(
          `1.5 [7 127.0.0.1:1] ${toText(argv.map((word) => quote(word)).join(' '))}`,
          target,
        )
        expect(lines.map((line) => [line.argv, line.db])).toEqual([[argv, 7]])
      },
    ),
  )
})

test('any text is read without an error, and within limits', () => {
  const piece = fc.constantFrom(
    '1) ',
    '1# ',
    '"count" => ',
    '(integer) 1',
    '"',
    '\\',
    '127.0.0.1:6379> ',
    '1.2 [0 a:1] ',
    'reason',
    'age-seconds',
    'client-info',
    'key',
    'cmd=get',
    '\n',
    ' ',
    'GET',
    "'",
    '\0',
    'é',
  )
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ unit: codePoint }),
        fc.array(piece, { maxLength: 60 }).map((pieces) => pieces.join('')),
      ),
      (text) => {
        const { lines, problems } = readCapture(text, target)
        expect(problems.length).toBeLessThanOrEqual(captureLimits.problems)
        for (const { argv } of lines) expect(argv.length).toBeGreaterThan(0)
        leastPrivilege(lines, target, { level: 1, commands: 'categories' })
      },
    ),
    { numRuns: runs(200) },
  )
})

test('long and hostile captures are read soon', () => {
  const started = performance.now()
  const { lines, cut } = readCapture('PING\n'.repeat(captureLimits.lines + 10), target)
  expect([lines.length, cut]).toEqual([captureLimits.lines, true])
  for (const text of [
    '"'.repeat(200_000),
    '1) '.repeat(60_000) + 'age-seconds client-info reason',
    ':1'.repeat(90_000),
    '1.1 [0 '.repeat(20_000),
    `age-seconds client-info reason\n"${'\\'.repeat(150_000)}`,
  ])
    readCapture(text, target)
  expect(performance.now() - started).toBeLessThan(3000)
})

test('the verdict on each line', async () => {
  const { user } = await usersOf('user app on >x ~app:* +@read\n')
  const { lines } = readCapture('GET app:1\nSET app:1 x\nGET b\nNONSENSE\nCONFIG NONSENSE', target)
  expect(replay(lines, user('app'), target).map(({ decision }) => decision?.reason)).toEqual([
    null,
    'command',
    'key',
    undefined,
    undefined,
  ])
})

const lines = (text: string) => readCapture(text, target).lines

test('a user of least privilege, by level', () => {
  const seen = lines('GET user:17:cart\nSET user:18:cart x\nGET config:theme\nPUBLISH news:eu hi\nPSUBSCRIBE n:*\n')
  const patterns = (level: number): string =>
    leastPrivilege(seen, target, { level, commands: 'commands' })
      .rules.filter((rule) => /^[~%&]/.test(rule))
      .join(' ')
  expect([0, 1, 2, 3, 4].map(patterns)).toEqual([
    '%R~user:17:cart %W~user:18:cart %R~config:theme &news:eu &n:*',
    '~user:*:cart %R~config:theme &news:eu &n:*',
    '~user:* %R~config:* &news:* &n:*',
    '~user:* %R~config:* &news:* &n:*',
    '~* &*',
  ])
})

test('white space in channels: `?` where that matches, else only a rule for all channels allows the line', () => {
  const seen = lines('PUBLISH "news eu" hi\nSUBSCRIBE "a\\tb"\nPSUBSCRIBE "n *"\nPSUBSCRIBE m:*\n')
  const at = (level: number) => leastPrivilege(seen, target, { level, commands: 'commands' })
  const { rules, patterns, refused, notGranted } = at(0)
  expect(rules).toEqual(['resetchannels', '&news?eu', '&a?b', '&m:*', '-@all', '+psubscribe', '+publish', '+subscribe'])
  expect(patterns.map(({ rule }) => rule)).toEqual(['&news?eu', '&a?b', '&m:*'])
  expect(refused.map(({ argv }) => argv.join(' '))).toEqual(['PSUBSCRIBE n *'])
  expect(notGranted).toEqual(['n *'])
  expect(at(maxLevel)).toMatchObject({ refused: [], notGranted: [] })
  expect(at(maxLevel).rules).toContain('&*')
  const alone = leastPrivilege(lines('PSUBSCRIBE "n *"'), target, { level: maxLevel, commands: 'commands' })
  expect(alone).toMatchObject({ rules: ['resetchannels', '&*', '-@all', '+psubscribe'], refused: [], notGranted: [] })
})

test('what it allows beyond what was seen', () => {
  const { beyond, beyondCommands, rules, unknown } = leastPrivilege(lines('GET a:1\nSET b x\nINFO\nNOSUCH x'), target, {
    level: 1,
    commands: 'commands',
  })
  expect(rules).toEqual(['%R~a:*', '%W~b', 'resetchannels', '-@all', '+get', '+info', '+set'])
  expect(beyond).toEqual([
    '%R~a:* stands for 1 key seen, and lets it use others, such as a:.',
    'Every command is allowed on every pattern with sufficient access, including combinations that were not seen.',
  ])
  expect([beyondCommands, unknown]).toEqual([[], ['NOSUCH']])
})

test('a pattern counts every name that it stands for', () => {
  const beyond = (text: string, level: number): readonly string[] =>
    leastPrivilege(readCapture(text, target).lines, target, { level, commands: 'commands' }).beyond
  expect(beyond('PUBLISH news:a x\nPUBLISH jobs:b x\n', maxLevel)).toContain(
    '&* stands for 2 channels seen, and lets it use others.',
  )
  expect(beyond('GET app:x\nGET app:1:y\nGET app:1:z\n', 3)[0]).toMatch(/^~?.*app:\* stands for 3 keys seen/)
  expect(beyond('GET app:x\nGET app:1:y\n', 2)[0]).toMatch(/app:\* stands for 2 keys seen/)
})

test('categories where much of one was seen', () => {
  const { rules, beyondCommands } = leastPrivilege(lines('PFADD a x\nPFCOUNT a\nPFMERGE a b\nGET c'), target, {
    level: 0,
    commands: 'categories',
  })
  expect(rules).toEqual(['~a', '%R~b', '%R~c', 'resetchannels', '-@all', '+@hyperloglog', '-@dangerous', '+get'])
  expect(beyondCommands).toEqual([])
})

test('6.2 knows no reading and writing, Valkey 9.1 databases', async () => {
  const old = await loadTarget('redis-6.2')
  expect(
    leastPrivilege(readCapture('GET a\nCONFIG GET x', old).lines, old, { level: 0, commands: 'commands' }).rules,
  ).toEqual(['~a', 'resetchannels', '-@all', '+config', '+get'])
  const valkey = await loadTarget('valkey-9.1')
  expect(
    leastPrivilege(readCapture('SELECT 3\nGET a', valkey).lines, valkey, { level: 0, commands: 'commands' }).rules,
  ).toEqual(['%R~a', 'resetchannels', 'db=3', '-@all', '+get', '+select'])
})

const name = fc
  .array(
    fc.constantFrom(
      'user',
      'app',
      '17',
      '9',
      ':',
      '.',
      '-',
      '*',
      '[',
      '\\',
      '?',
      'é',
      '123e4567-e89b-12d3-a456-426614174000',
      'deadbeef01',
    ),
    { minLength: 1, maxLength: 6 },
  )
  .map((parts) => parts.join(''))

test('every level’s pattern matches all that the one below does', () => {
  fc.assert(
    fc.property(name, (key) => {
      for (let level = 1; level <= maxLevel; level++) {
        const wider = union([generalise(key, level as Level)])
        expect(patternOutside(generalise(key, (level - 1) as Level), wider).kind).toBe('included')
      }
    }),
    { numRuns: runs(200) },
  )
})

test('the suggested user runs every line, at every level', async () => {
  const key = name.map((text) => `"${text.replace(/["\\]/g, '\\$&')}"`)
  const line = fc.oneof(
    key.map((k) => `GET ${k}`),
    key.map((k) => `SET ${k} x GET`),
    fc.tuple(key, key).map(([a, b]) => `RENAME ${a} ${b}`),
    key.map((k) => `INCR ${k}`),
    key.map((k) => `EVAL x 1 ${k}`),
    key.map((k) => `PUBLISH ${k} x`),
    key.map((k) => `PSUBSCRIBE ${k}`),
    fc.constantFrom('PING', 'CONFIG GET x', 'FLUSHALL', 'SELECT 3', 'INFO', 'MULTI', 'COMMAND DOCS'),
  )
  for (const id of ['redis-6.2', 'redis-8.0', 'valkey-9.1'] as const) {
    const server = await loadTarget(id)
    await fc.assert(
      fc.asyncProperty(
        fc.array(line, { maxLength: 8 }),
        fc.integer({ min: 0, max: maxLevel }),
        fc.constantFrom('commands' as const, 'categories' as const),
        async (texts, level, commands) => {
          const seen = readCapture(texts.join('\n'), server).lines
          const { rules, refused, unknown } = leastPrivilege(seen, server, { level, commands })
          expect([rules, refused]).toEqual([rules, []])
          const { user } = await usersOf(`user app ${toText(rules.join(' '))}\n`, id)
          for (const { argv, db } of seen) {
            const command = server.table.resolve(argv)
            if (command === undefined) expect(unknown).not.toEqual([])
            else expect(decide(user('app'), command, argv, usesOf(server, command, argv, db)).allowed).toBe(true)
          }
        },
      ),
      { numRuns: runs(50) },
    )
  }
})

test.each([
  ['copy', '~dst'],
  ['rename', '~dst'],
  ['sunionstore', '~dst'],
  ['lmove', '~dst'],
  ['bitop', '~dst'],
  ['zrangestore', '~dst'],
  ['smove', '~dst'],
  ['mget', '%R~dst'],
  ['set', '%W~dst'],
])('an ACL LOG entry of %s gives a rule for the key that it names and for no other', (command, rule) => {
  const entry = logReply(refused('key', 'dst', command), 500, target.behaviours)
  const captured = readCapture(renderText([entry], 2), target).lines
  const suggested = leastPrivilege(captured, target, { level: 0, commands: 'commands' })
  expect(suggested.rules).toEqual([rule, 'resetchannels', '-@all', `+${command}`])
  expect(suggested.refused).toEqual([])
})

test('a user that an entry of COPY is for may copy to the key, with the rules that it had', async () => {
  const entry = logReply(refused('key', 'dst', 'copy'), 500, target.behaviours)
  const { rules } = leastPrivilege(readCapture(renderText([entry], 2), target).lines, target, {
    level: 0,
    commands: 'commands',
  })
  const { user } = await usersOf(`user app ~src +@all ${rules.join(' ')}\n`, 'redis-8.0')
  const copy = target.table.resolve(['copy'])
  if (copy === undefined) throw new Error('no COPY')
  const argv = ['COPY', 'src', 'dst']
  expect(decide(user('app'), copy, argv, usesOf(target, copy, argv, 0)).allowed).toBe(true)
})

test('SORT with BY or GET needs read access to every key, which is said', async () => {
  const captured = lines('SORT app:1 BY w_*->f GET #\nSORT app:2 STORE app:3')
  const { rules, refused, beyond } = leastPrivilege(captured, target, { level: 0, commands: 'commands' })
  expect(rules).toEqual(['%R~*', '%W~app:3', 'resetchannels', '-@all', '+sort'])
  expect(refused).toEqual([])
  expect(beyond[0]).toMatch(/^It may read every key/)
  const { user } = await usersOf('user app ~app:* +@all\nuser all %R~* %W~app:* +@all', 'redis-8.0')
  const verdicts = (name: string) => replay(captured, user(name), target).map(({ sortRefusal }) => sortRefusal)
  expect(verdicts('app')).toEqual(['ERR BY option of SORT denied due to insufficient ACL permissions.', null])
  expect(verdicts('all')).toEqual([null, null])
})
