import fc from 'fast-check'
import { expect, test } from 'vitest'
import { explain } from '../../src/analysis/explain'
import { plain } from '../../src/analysis/phrase'
import type { TargetId } from '../../src/targets/target'
import { judged, judgedIn } from './decisions'

const headline = async (rules: string, line: string, id?: TargetId, db?: number): Promise<string> =>
  plain(explain((await judged(rules, line, id, db)).decision).headline)

test.each([
  ['~app:* +@read +@write -@dangerous', 'GET app:1', '+@read lets app run GET, ~app:* gives app:1'],
  ['~app:* +@read +@write -@dangerous', 'RENAME app:1 secret:1', 'no rule lets app write secret:1'],
  ['~app:* +@all', 'COPY secret:1 app:1', 'no rule lets app read secret:1'],
  ['~app:* +@all -@dangerous', 'FLUSHALL', '-@dangerous denies FLUSHALL'],
  ['~app:* +get', 'SET app:1 x', 'no rule lets app run SET'],
  ['-@all +get', 'CONFIG GET port', '-@all denies every command, and no later rule lets app run CONFIG GET'],
  ['%R~app:* +@all', 'GETDEL app:1', '%R~app:* lets app read app:1, but no rule lets it write it'],
  ['%R~app:* %W~app:1 +@all', 'GETDEL app:1', 'no single pattern lets app read and write app:1'],
  ['&news:* +@all', 'PUBLISH other x', 'no rule lets app use the channel other'],
  ['&news:* +@all', 'PUBLISH news:1 x', '+@all lets app run PUBLISH, &news:* gives news:1'],
  ['&news:* +@all', 'PSUBSCRIBE news:1*', 'no rule grants app the pattern news:1* literally'],
  ['~* +@all', 'MGET a b c', '+@all lets app run MGET, ~* gives a and 2 more'],
  ['+get ~a', 'AUTH x', 'app may always run AUTH'],
])('%s: %s', async (rules, line, sentence) => expect(await headline(rules, line)).toBe(sentence))

test('selectors that each meet a part do not add up', async () => {
  const { decision } = await judged('+@all ~app1:* (+@read ~app2:*)', 'COPY app2:a app1:a')
  const explained = explain(decision)
  expect(plain(explained.headline)).toBe(
    'no single selector does it all: the root allows the command, selector 1 the key app2:a. Selectors do not add up',
  )
  expect(explained.columns.map(({ label, allowed }) => [label, allowed])).toEqual([
    ['root', false],
    ['selector 1', false],
  ])
  expect(
    explained.rows.map((row) => [
      row.kind,
      row.subject.text,
      row.needs,
      ...row.cells.map((cell) => cell.note || cell.rules.map((rule) => rule.text).join(' ')),
    ]),
  ).toEqual([
    ['command', 'COPY', '@keyspace @write', '+@all', 'no rule allows it'],
    ['key', 'app2:a', 'read', 'no pattern matches', '~app2:*'],
    ['key', 'app1:a', 'write', '~app1:*', 'no pattern matches'],
  ])
})

test('a selector that allowed it is named', async () => {
  expect(await headline('~a +get (+set ~b)', 'SET b 1')).toBe('selector 1: +set lets app run SET, ~b gives b')
})

test('the selectors of a role are named by it, with the line that they are in', async () => {
  const acl =
    'user al on nopass ~own:* +set (~b +mget) role=reader,other\nrole reader ~c +@read -keys (~d +incr)\nrole other\n'
  const told = async (line: string): Promise<string> =>
    plain(explain(await judgedIn(acl, 'al', line, 'valkey-9.2')).headline)
  expect(await told('GET c')).toBe('role reader, line 2: +@read lets al run GET, ~c gives c')
  expect(await told('INCR d')).toBe('role reader, selector 1, line 2: +incr lets al run INCR, ~d gives d')
  expect(await told('MGET b')).toBe('selector 1: +mget lets al run MGET, ~b gives b')
  expect(await told('MGET b c')).toMatch(
    /^no single selector does it all: selector 1 allows the command, role reader the key c/,
  )
  const { columns } = explain(await judgedIn(acl, 'al', 'GET c', 'valkey-9.2'))
  expect(columns.map(({ label, span, decided }) => [label, span?.line ?? null, decided])).toEqual([
    ['root', null, false],
    ['selector 1', null, false],
    ['role reader', 2, true],
    ['role reader, selector 1', null, false],
    ['role other', null, false],
  ])
})

test('a denial that quotes the rules of a role names the role', async () => {
  const acl = 'user al role=reader\nrole reader %R~c +@all -keys\n'
  const told = async (line: string): Promise<string> =>
    plain(explain(await judgedIn(acl, 'al', line, 'valkey-9.2')).headline)
  expect(await told('GETDEL c')).toBe('role reader, line 2: %R~c lets al read c, but no rule lets it write it')
  expect(await told('SET d x')).toBe('no rule lets al write d')
})

test('databases of Valkey 9.1', async () => {
  expect(await headline('+@all ~* db=0', 'GET a', 'valkey-9.1', 3)).toBe('no rule lets app use database 3')
  expect(await headline('+@all ~* db=0', 'FLUSHALL', 'valkey-9.1')).toBe('no rule lets app use every database')
})

test('Redis 6 asks no access of a key', async () => {
  const { decision } = await judged('~a +@all', 'GET b', 'redis-6.0')
  const explained = explain(decision)
  expect(plain(explained.headline)).toBe('no rule lets app use b')
  expect(explained.rows[1]?.needs).toBe('any access')
})

test('the rules that decided are given, to be lit up', async () => {
  const { decision } = await judged('~app:* +@read -get', 'GET app:1')
  expect(explain(decision).deciding.map((rule) => rule.text)).toEqual(['-get'])
})

test('any decision has a headline, and a cell for every column in every row', async () => {
  const rule = fc.constantFrom(
    '~app:*',
    '%R~r:*',
    '%W~r:*',
    '~*',
    'resetkeys',
    '+@read',
    '+@all',
    '-@dangerous',
    '-get',
    '+select|0',
    '&news',
    'allchannels',
    '(+set ~b)',
    '(%R~r:* +@read db=1)',
    'db=0',
  )
  const line = fc.constantFrom(
    'GET a',
    'GETDEL r:1',
    'COPY r:1 b DB 2',
    'PSUBSCRIBE n:*',
    'SUBSCRIBE news x',
    'MGET a b r:1',
    'SELECT 0',
    'FLUSHALL',
    'EVAL x 2 a b',
    'PING',
  )
  await fc.assert(
    fc.asyncProperty(
      fc.array(rule, { maxLength: 6 }),
      line,
      fc.constantFrom<TargetId>('redis-6.0', 'redis-7.0', 'redis-8.0', 'valkey-9.1'),
      async (rules, line, id) => {
        const made = await judged(rules.join(' '), line, id).catch(() => null)
        if (!made) return
        const { headline, columns, rows, allowed } = explain(made.decision)
        expect(plain(headline)).not.toMatch(/undefined|^$| {2}/)
        expect(columns).toHaveLength(made.decision.selectors.length)
        for (const row of rows) expect(row.cells).toHaveLength(columns.length)
        for (const [i, column] of columns.entries())
          expect(rows.every((row) => row.cells[i]?.allowed)).toBe(column.allowed)
        expect(columns.some((column) => column.allowed)).toBe(allowed)
      },
    ),
    { numRuns: 400 },
  )
})
