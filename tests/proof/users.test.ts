import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliDecompressSync } from 'node:zlib'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { usesOf } from '../../src/targets/uses'
import { formsOf } from '../../src/proof/forms'
import { allows } from '../../src/proof/command-line'
import { beyond } from '../../src/proof/users'
import { loadTarget } from '../../src/targets/load'
import type { TargetId } from '../../src/targets/target'
import { families, recordedTargets, recordingsOf } from '../conformance/recordings'
import { runs } from '../runs'
import { subject, subjectOn } from './subjects'

interface Pair {
  readonly before: string
  readonly after: string
  readonly equivalent: boolean
  readonly gained: readonly string[] | null
  readonly lost: readonly string[] | null
}

const pairs = brotliDecompressSync(readFileSync(join(import.meta.dirname, 'pairs.jsonl.br')))
  .toString()
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Pair)

test('800 pairs of users differ, or are equal, as Redis 8.0.2 says', async () => {
  const target = await loadTarget('redis-8.0')
  for (const pair of pairs) {
    const [before, after] = [subjectOn(target, pair.before), subjectOn(target, pair.after)]
    const [gained, lost] = [beyond(after, before), beyond(before, after)]
    expect([pair, gained.undecided, lost.undecided]).toEqual([pair, [], []])
    expect([pair, gained.differences.length + lost.differences.length === 0]).toEqual([pair, pair.equivalent])
    for (const [line, found] of [[pair.gained, gained] as const, [pair.lost, lost] as const])
      if (line !== null) expect([pair, found.differences.length > 0]).toEqual([pair, true])
    for (const { witness } of gained.differences)
      expect([allows(after, witness), allows(before, witness)]).toEqual([true, false])
  }
})

/** `argv` of the first difference each way; null where there is none. */
async function shown(before: string, after: string, id: TargetId = 'redis-8.0'): Promise<(string | null)[]> {
  const [a, b] = [await subject(before, id), await subject(after, id)]
  return [beyond(b, a), beyond(a, b)].map(({ differences, undecided }) =>
    undecided.length > 0 ? 'undecided' : (differences[0]?.witness.argv.join(' ') ?? null),
  )
}

const several = Array.from({ length: 12 }, (_, i) => `(~k${i} ~s${i}:* +mget +copy +zunionstore +smove)`).join(' ')

test.each([
  // Only all keys, given as such, read every key for SORT and cover the empty name.
  ['~* +sort', '~** +sort', null, 'sort '],
  ['~* +get', '~?* +get', null, 'get '],
  ['&* +publish', '&** +publish', null, 'publish  x'],
  ['~a:* +get', '(~a:* +get)', null, null],
  ['~* +@all (~a:* +get)', '~* +@all', null, null],
  ['%W~a:* +del', '~a:* +del', null, null],
  // strcasecmp stops at a zero byte, as the real server does.
  ['~a:1 +get', '~a:* +get|a:1', 'get a:1\0', null],
  ['~t:*:cart:* +get', '~t:*:cart:* ~t:1:cart:* ~t:2:cart:x ~t::cart:* ~t:*:*:cart:* +get', null, null],
  ['~a:* +get +del', '%R~a:* %W~a:?* %W~a: +get +del', null, null],
  ['~a:* +getdel', '%R~a:* %W~a:?* %W~a: +getdel', null, 'getdel a:'],
  ['~* +@all', '~* +@all -copy', null, 'copy x x'],
  ['+select|0', '+select', 'select x', null],
  ['~a* +mget (~b* +mget)', '~a* ~b* +mget', 'mget b a', null],
  ['&a:* +psubscribe', '&a:* &a:b* +psubscribe', 'psubscribe a:b*', null],
  // A pattern does not match the empty name, whatever access it gives.
  ['%RW~* +get', '~* +get', 'get ', null],
  // One selector must allow the line and read every key.
  ['+sort %R~* (+sort %R~?* %W~b)', '+sort %R~* %W~b', 'sort x BY w_* STORE b', null],
  ['+sort %R~* (+sort ~a)', '+sort %R~* ~a', 'sort x STORE a', null],
  ['~* +get', '&* +get', null, 'get x'],
  // Selectors in another order, each for a few keys of commands with several.
  [
    several,
    several
      .split(') ')
      .reverse()
      .map((one) => `${one.replace(')', '')})`)
      .join(' '),
    null,
    null,
  ],
  // Options and numbers of keys as first arguments.
  ['~a +lmpop|1 (~b +lmpop|1)', '~b +lmpop|1 (~a +lmpop|1)', null, null],
  ['~a +lmpop|1 +lmpop|2', '~a +lmpop|2 +LMPOP|1', null, null],
  ['~a +lmpop|1', '~a +lmpop', 'lmpop x x x', null],
  ['~a +xread|streams +xread|count', '~a +xread|COUNT +xread|STREAMS', null, null],
  ['~a +xread|streams (~b +xread|streams)', '~b +xread|streams (~a +xread|streams)', null, null],
  ['~a +xread|streams', '~a +xread', 'xread COUNT 1 STREAMS a 0', null],
  // A number that ends at a NUL allows the rule, and is no plain number of keys.
  ['%R~a +lmpop|1', '%R~a +lmpop|2', 'lmpop 2\0 a a', 'lmpop 1\0 a x'],
  // COMMAND runs without a subcommand.
  ['on', 'off ~* +@all', null, null],
  ['off ~* +@all', 'on ~* +@all', 'get x', null],
])('%s → %s: gained %j, lost %j', async (before, after, gained, lost) => {
  expect(await shown(before, after)).toEqual([gained, lost])
})

test('every subcommand of COMMAND is less than COMMAND, which runs by itself', async () => {
  const target = await loadTarget('redis-8.0')
  const subcommands = [...(target.table.find('command')?.subcommands?.values() ?? [])].map(({ name }) => `+${name}`)
  expect(subcommands.length).toBeGreaterThan(5)
  expect(await shown('+command', subcommands.join(' '))).toEqual([null, 'command'])
})

test('first arguments are compared in any case, and subcommands by name', async () => {
  expect(await shown('~* +get|a', '~* +get|A')).toEqual([null, null])
  expect(await shown('~a +get', '~* +get|a')).toEqual([expect.stringMatching(/^get A$|^get a\0/), null])
  expect(await shown('+config|get', '+config')).toEqual([expect.stringMatching(/^config /), null])
  expect(await shown('+config|get', '+config', 'redis-6.2')).toEqual([expect.stringMatching(/^config /), null])
})

test('databases, where the server has rules for them', async () => {
  expect(await shown('~* +get db=0,1', '~* +get db=1', 'valkey-9.1')).toEqual([null, 'get x'])
  const [a, b] = [await subject('~* +get db=0,1', 'valkey-9.1'), await subject('~* +get db=1', 'valkey-9.1')]
  expect(beyond(a, b).differences[0]?.witness.db).toBe(0)
  expect(await shown('+select db=3', '+select db=4', 'valkey-9.1')).toEqual(['select 4', 'select 3'])
  expect(await shown('~* +flushall', '~* +flushall db=0', 'valkey-9.1')).toEqual([
    null,
    expect.stringMatching(/^flushall/),
  ])
})

test('the same rules on two servers: what both have is compared', async () => {
  const old = await subject('resetchannels ~app:* +sort', 'redis-6.2')
  const fresh = await subject('resetchannels ~app:* +sort', 'redis-8.0')
  const usual = (a: typeof old, b: typeof old) => beyond(a, b).differences.filter(({ unusual }) => !unusual)
  expect(usual(fresh, old)).toEqual([])
  expect(usual(old, fresh).map(({ witness }) => witness.argv.slice(2))).toEqual([
    ['BY', 'w_*'],
    ['BY', 'w_*', 'STORE', 'app:'],
  ])
})

test.each([
  ['+xread ~b', 'redis-8.0', 'valkey-8.1', [], ['xread STREAMS x 0 0']],
  ['+sort %R~a %W~BY', 'redis-8.0', 'valkey-8.1', ['sort a STORE BY STORE x'], ['sort a STORE by STORE BY']],
  ['+georadius %R~a %W~c', 'redis-8.0', 'valkey-8.1', ['georadius a 0 0 1 m STORE c STORE x'], []],
  ['+eval %R~a', 'redis-7.2', 'redis-8.0', ['eval x 4294967297 a'], []],
  ['+xread ~b', 'redis-8.0', 'redis-8.4', [], ['xread CLAIM 1 STREAMS x 0']],
] as const)('%s from %s to %s: lines in which the servers find other keys', async (rules, from, to, gained, lost) => {
  const [old, fresh] = [await subject(rules, from), await subject(rules, to)]
  const lines = (a: typeof old, b: typeof old): string[] =>
    beyond(a, b).differences.map(({ witness, unusual }) => {
      expect([unusual, allows(a, witness), allows(b, witness)]).toEqual([true, true, false])
      return witness.argv.join(' ')
    })
  expect(lines(fresh, old)).toEqual(expect.arrayContaining([...gained]))
  expect(lines(old, fresh)).toEqual(expect.arrayContaining([...lost]))
})

const options = [
  'STORE',
  'STOREDIST',
  'BY',
  'GET',
  'LIMIT',
  'STREAMS',
  'COUNT',
  'GROUP',
  'CLAIM',
  'KEYS',
  'COPY',
  'IFEQ',
]
const argument = fc.constantFrom('a', 'b', '0', '1', '2', '01', '4294967297', '', ...options)
const granted = fc.constantFrom(
  ...['~a', '%R~a', '%W~a', '~b', '%R~b', '%W~b', '~1', '%W~STORE', '%W~BY', '%W~LIMIT', '~S*', '%R~STREAMS', '~*'],
)

test.each([
  ['redis-8.0', 'redis-8.0'],
  ['valkey-8.1', 'valkey-8.1'],
  ['redis-6.2', 'redis-7.2'],
  ['redis-8.0', 'valkey-8.1'],
  ['valkey-8.1', 'redis-8.10'],
  ['redis-8.0', 'redis-8.4'],
] as const)('no line with options that only %s or only %s allows is missed', async (from, to) => {
  const [mine, theirs] = [await loadTarget(from), await loadTarget(to)]
  const fits = (text: string, { behaviours }: typeof mine): string =>
    behaviours.hasSelectors ? text : text.replace(/\(.*\)|%[RW]/g, '')
  const withOptions = mine.table.commands.filter(
    ({ name, keySpecs, firstKey }) =>
      (keySpecs.length > 0 || firstKey > 0) &&
      /sort|georadius|xread|eval|store|mpop|card|migrate|^set$|^zunion$/.test(name),
  )
  fc.assert(
    fc.property(
      fc.constantFrom(...withOptions),
      fc.array(granted, { minLength: 1, maxLength: 3 }),
      fc.option(fc.array(granted, { minLength: 1, maxLength: 2 })),
      fc.array(fc.array(argument, { maxLength: 8 }), { minLength: 20, maxLength: 20 }),
      ({ name, arity }, keys, more, lines) => {
        const list = (patterns: readonly string[]): string => (patterns.includes('~*') ? '~*' : patterns.join(' '))
        const rules = `${list(keys)} +${name}${more === null ? '' : ` (${list(more)} +${name})`}`
        const [a, b] = [subjectOn(mine, fits(rules, mine)), subjectOn(theirs, fits(rules, theirs))]
        const { differences, undecided } = beyond(a, b)
        for (const { witness } of differences) expect([allows(a, witness), allows(b, witness)]).toEqual([true, false])
        if (differences.length > 0 || undecided.length > 0) return
        for (const rest of lines) {
          const argv = [name, ...rest]
          if (arity >= 0 ? argv.length !== arity : argv.length < -arity) continue
          if (theirs.table.resolve(argv) === undefined) continue
          expect([rules, argv, allows(a, { argv, db: 0 }) && !allows(b, { argv, db: 0 })]).toEqual([rules, argv, false])
        }
      },
    ),
    { numRuns: runs(300) },
  )
})

const letters = [
  '',
  'a',
  'b',
  ':',
  '1',
  'aa',
  'ab',
  'a:',
  'ba',
  ':1',
  'a:1',
  'b:1',
  'aab',
  'a:b',
  'ab:1',
  'a*',
  'A',
  'A:',
]
const pattern = fc.constantFrom(
  '*',
  '**',
  'a',
  'a*',
  'a:*',
  '?',
  '?*',
  '[ab]*',
  '[^a]*',
  '*:1',
  'a:1',
  'b',
  'a?',
  '*b*',
)
const rule = fc.oneof(
  { weight: 4, arbitrary: pattern.map((p) => `~${p}`) },
  { weight: 2, arbitrary: pattern.map((p) => `%R~${p}`) },
  { weight: 2, arbitrary: pattern.map((p) => `%W~${p}`) },
  { weight: 1, arbitrary: pattern.map((p) => `&${p}`) },
  {
    weight: 7,
    arbitrary: fc.constantFrom(
      ...['+get', '+set', '+del', '+exists', '+mget', '+copy', '+sort', '+eval', '+getdel', '+ping', '+publish'],
      ...[
        '+subscribe',
        '+psubscribe',
        '+keys',
        '+select|0',
        '+get|a',
        '+mget|a',
        '+zunionstore',
        '+msetnx',
        '+config|get',
      ],
      ...[
        '+@read',
        '+@write',
        '+@all',
        '-@all',
        '-get',
        '-@dangerous',
        '-config',
        'allkeys',
        'resetkeys',
        'allchannels',
      ],
    ),
  },
)
const selectorRule = rule.filter((text) => !text.startsWith('all') || text === 'allkeys' || text === 'allchannels')
const policy = fc
  .tuple(
    fc.array(rule, { maxLength: 6 }),
    fc.array(fc.array(selectorRule, { minLength: 1, maxLength: 4 }), { maxLength: 2 }),
  )
  .map(([root, selectors]) => [...root, ...selectors.map((rules) => `(${rules.join(' ')})`)].join(' '))

/** Command lines of every kind over short names. */
function* lines(): Generator<string[]> {
  for (const x of letters) {
    yield* [
      'get',
      'del',
      'exists',
      'getdel',
      'keys',
      'subscribe',
      'psubscribe',
      'mget',
      'sort',
      'select',
      'config',
    ].map((name) => [name, x])
    yield ['sort', x, 'BY', 'w_*']
    yield ['set', x, 'v']
    yield ['set', x, 'v', 'GET']
    yield ['publish', x, 'm']
    yield ['config', 'get', x]
    yield ['eval', 's', '1', x]
    for (const y of letters.slice(0, 9)) {
      yield ['copy', x, y]
      yield ['mget', x, y]
      yield ['msetnx', x, 'v', y, 'v']
      yield ['zunionstore', x, '1', y]
      yield ['eval', x, '1', y]
      yield ['subscribe', x, y]
    }
  }
  yield ['ping']
}
const known = [...lines()]

test.each(['redis-8.0', 'redis-6.2', 'redis-7.2', 'valkey-9.1'] as const)(
  'on %s an answer agrees with trying command lines over short names',
  async (id) => {
    const target = await loadTarget(id)
    const fit = target.behaviours.hasSelectors
      ? (text: string) => text
      : (text: string) => text.replace(/\([^)]*\)|%[RW]/g, '')
    const make = (rules: string) => {
      try {
        return subjectOn(target, fit(rules))
      } catch {
        return null
      }
    }
    fc.assert(
      fc.property(policy, policy, fc.boolean(), (before, more, extends_) => {
        const [a, b] = [make(before), make(extends_ ? `${before} ${more}` : more)]
        fc.pre(a !== null && b !== null)
        if (a === null || b === null) return
        const found = beyond(b, a)
        for (const { witness } of found.differences)
          expect([allows(b, witness), allows(a, witness)]).toEqual([true, false])
        if (found.undecided.length > 0) return
        const missed = known.find((argv) => {
          const command = target.table.resolve(argv)
          return (
            command !== undefined &&
            (command.arity >= 0 ? argv.length === command.arity : argv.length >= -command.arity) &&
            allows(b, { argv, db: 0 }) &&
            !allows(a, { argv, db: 0 })
          )
        })
        if (missed !== undefined) expect([missed, found.differences.length > 0]).toEqual([missed, true])
      }),
      { numRuns: runs(250) },
    )
  },
)

const openRule = fc.oneof(
  fc.constantFrom('~a', '~b', '~a*', '%R~a', '%R~b', '%W~a', '%R~b*'),
  fc.constantFrom('+lmpop|1', '+lmpop|2', '+lmpop|01', '+LMPOP|x', '+lmpop', '+zdiff|1', '+zdiff|2', '+zdiff'),
  fc.constantFrom('+xread|streams', '+xread|count', '+xread|block', '+xread|x', '+xread', '+sintercard|2'),
)
const openPolicy = fc
  .tuple(
    fc.array(openRule, { maxLength: 5 }),
    fc.array(fc.array(openRule, { minLength: 1, maxLength: 4 }), { maxLength: 2 }),
  )
  .map(([root, selectors]) => [...root, ...selectors.map((rules) => `(${rules.join(' ')})`)].join(' '))

function* openLines(): Generator<string[]> {
  for (const x of ['a', 'b', 'ab']) {
    for (const y of ['a', 'b', 'ab']) {
      for (const two of ['2', '02', '2\0', 'x'])
        for (const name of ['lmpop', 'zdiff', 'sintercard']) yield [name, two, x, y, 'left']
      yield ['xread', 'count', '1', 'streams', x, y, '0', '0']
      yield ['xread', 'streams', x, y, '0', '0']
    }
    for (const one of ['1', '01', '1\0', 'x', 'x\0'])
      for (const name of ['lmpop', 'zdiff', 'sintercard']) yield [name, one, x, 'left']
    for (const streams of ['streams', 'STREAMS', 'streams\0']) {
      yield ['xread', streams, x, '0']
      yield ['xread', 'block', '1', streams, x, '0']
      yield ['xread', 'x', streams, x, '0']
    }
  }
}
const knownOpen = [...openLines()]

test.each(['redis-8.0', 'redis-7.0', 'valkey-9.1'] as const)(
  'on %s first arguments that are options or numbers of keys are compared by every line that begins so',
  async (id) => {
    const target = await loadTarget(id)
    let decided = 0
    fc.assert(
      fc.property(openPolicy, openPolicy, fc.boolean(), (before, more, isLarger) => {
        const [a, b] = [subjectOn(target, before), subjectOn(target, isLarger ? `${before} ${more}` : more)]
        const { differences, undecided } = beyond(b, a)
        for (const { witness } of differences) expect([allows(b, witness), allows(a, witness)]).toEqual([true, false])
        if (undecided.length > 0) return
        decided++
        const missed = knownOpen.find((argv) => allows(b, { argv, db: 0 }) && !allows(a, { argv, db: 0 }))
        if (missed !== undefined) expect([missed, differences.length > 0]).toEqual([missed, true])
      }),
      { numRuns: runs(250) },
    )
    expect(decided).toBeGreaterThan(runs(250) / 2)
  },
)

/** Every command line that a recording sends or asks about. */
function recordedLines(id: TargetId): string[][] {
  return families.flatMap((family) =>
    recordingsOf(id, family).flatMap(({ steps }) =>
      steps.flatMap(([, argv]) => {
        if (argv === null || !argv.every((word) => typeof word === 'string')) return []
        const words = argv.map((word) => Buffer.from(word).toString('latin1'))
        const [first = '', second = ''] = words.map((word) => word.toLowerCase())
        if (first === 'acl' && second === 'dryrun') return [words, words.slice(3)]
        return first === 'command' && second.startsWith('getkeys') ? [words, words.slice(2)] : [words]
      }),
    ),
  )
}

test.each(recordedTargets)('every command line that %s was asked about has a form', async (id) => {
  const target = await loadTarget(id)
  const forms = new Map(formsOf(target).map(({ command, forms: of }) => [command.name, of]))
  let tried = 0
  const unfit: string[] = []
  for (const argv of recordedLines(id)) {
    const command = target.table.resolve(argv)
    const of = command === undefined ? undefined : forms.get(command.name)
    if (command === undefined || of === undefined) continue
    if (command.arity >= 0 ? argv.length !== command.arity : argv.length < -command.arity) continue
    const { keys, channels } = usesOf(target, command, argv, 0)
    const needs = [
      ...new Map(
        [...keys, ...channels].map((use) => [
          use.at,
          'access' in use ? `key${use.access}` : use.isPattern ? 'pattern0' : 'channel0',
        ]),
      ).values(),
    ]
    const fits = of.some(({ fixed, repeated }) => {
      const rest = [...needs]
      for (const { kind, access } of fixed.filter(({ kind: k }) => k !== 'database')) {
        const at = rest.indexOf(`${kind}${access}`)
        if (at < 0) return false
        rest.splice(at, 1)
      }
      return rest.every((need) => repeated !== null && need === `${repeated.kind}${repeated.access}`)
    })
    tried++
    if (!fits) unfit.push(argv.join(' ').slice(0, 200))
  }
  expect(unfit).toEqual([])
  expect(tried).toBeGreaterThan(200)
})
