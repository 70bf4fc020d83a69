import fc from 'fast-check'
import { expect, test } from 'vitest'
import { keyspaceCommands } from '../../../src/keyspace'
import { Simulator } from '../simulator'
import { runs } from '../../runs'

function journal(target?: ConstructorParameters<typeof Simulator>[0]): Simulator {
  const simulator = new Simulator(target)
  for (const id of ['1-1', '1-2', '5-0', '7-3']) simulator.run(`xadd s ${id} f v${id}`)
  simulator.runArgv(['xgroup', 'create', 's', 'g', '0'])
  return simulator
}

test.each([
  ['xadd s * f v', '1700000000000-0'],
  ['xadd s 7-* f v', '7-4'],
  ['xadd s 7-3 f v', 'ERR The ID specified in XADD is equal or smaller than the target stream top item'],
  ['xadd s 0-0 f v', 'ERR The ID specified in XADD must be greater than 0-0'],
  ['xadd s maxlen 2 minid 3 8-0 f v', 'ERR syntax error, MAXLEN and MINID options at the same time are not compatible'],
  ['xadd s maxlen 2 limit 1 8-0 f v', 'ERR syntax error, LIMIT cannot be used without the special ~ option'],
  ['xadd s 8-0 f', "ERR wrong number of arguments for 'xadd' command"],
  ['xadd none nomkstream 8-0 f v', null],
  ['xtrim s maxlen 1', 3],
  ['xtrim s minid 5', 2],
  ['xtrim s maxlen ~ 1', 0],
  [
    'xrange s (1-1 5',
    [
      ['1-2', ['f', 'v1-2']],
      ['5-0', ['f', 'v5-0']],
    ],
  ],
  ['xrevrange s + - count 1', [['7-3', ['f', 'v7-3']]]],
  ['xrange s - + count 0', null],
  ['xread count 1 streams s none 1-2 0', [['s', [['5-0', ['f', 'v5-0']]]]]],
  ['xread streams s +', [['s', [['7-3', ['f', 'v7-3']]]]]],
  [
    'xread streams s >',
    'ERR The > ID can be specified only when calling XREADGROUP using the GROUP <group> <consumer> option.',
  ],
  [
    'xread streams s',
    "ERR Unbalanced 'xread' list of streams: for each stream key an ID, '+', or '$' must be specified.",
  ],
  ['xreadgroup group h c streams s >', "NOGROUP No such key 's' or consumer group 'h' in XREADGROUP with GROUP option"],
  ['xgroup create s g 0', 'BUSYGROUP Consumer Group name already exists'],
  ['xclaim s g c 0 1-1 foo', "ERR Unrecognized XCLAIM option 'foo'"],
  ['xpending s g', [0, null, null, null]],
  ['xsetid s 7-2', 'ERR The ID specified in XSETID is smaller than the target stream top item'],
])('%s', (line, reply) => {
  expect(journal().run(line)).toEqual(reply)
})

test('what a group was given is pending until it is acknowledged, and can be claimed', () => {
  const simulator = journal()
  expect(simulator.run('xreadgroup group g ann count 2 streams s >')).toEqual([
    [
      's',
      [
        ['1-1', ['f', 'v1-1']],
        ['1-2', ['f', 'v1-2']],
      ],
    ],
  ])
  expect(simulator.run('xreadgroup group g bob count 1 streams s >')).toEqual([['s', [['5-0', ['f', 'v5-0']]]]])
  expect(simulator.run('xpending s g')).toEqual([
    3,
    '1-1',
    '5-0',
    [
      ['ann', '2'],
      ['bob', '1'],
    ],
  ])
  simulator.now += 500
  expect(simulator.run('xpending s g - + 10 bob')).toEqual([['5-0', 'bob', 500, 1]])
  expect(simulator.run('xclaim s g bob 1000 1-1')).toEqual([])
  expect(simulator.run('xclaim s g bob 100 1-1 justid')).toEqual(['1-1'])
  expect(simulator.run('xack s g 1-2 9-9')).toBe(1)
  simulator.run('xdel s 5-0')
  expect(simulator.run('xreadgroup group g bob streams s 0')).toEqual([
    [
      's',
      [
        ['1-1', ['f', 'v1-1']],
        ['5-0', null],
      ],
    ],
  ])
  expect(simulator.run('xautoclaim s g ann 0 0 count 5')).toEqual(['0-0', [['1-1', ['f', 'v1-1']]], ['5-0']])
  expect(simulator.runArgv(['xgroup', 'delconsumer', 's', 'g', 'ann'])).toBe(1)
})

test('the counters of a group tell how far behind it is', () => {
  const simulator = journal()
  simulator.run('xreadgroup group g c count 3 streams s >')
  expect(simulator.runArgv(['xinfo', 'groups', 's'])).toEqual([
    ['name', 'g', 'consumers', 1, 'pending', 3, 'last-delivered-id', '5-0', 'entries-read', 3, 'lag', 1],
  ])
  expect(journal('redis-6.2').runArgv(['xinfo', 'groups', 's'])).toEqual([
    ['name', 'g', 'consumers', 0, 'pending', 0, 'last-delivered-id', '0-0'],
  ])
})

test('references decide what XDELEX and XACKDEL remove (8.2)', () => {
  const simulator = journal('redis-8.2')
  simulator.run('xreadgroup group g c count 2 streams s >')
  expect(simulator.run('xdelex s acked ids 3 1-1 7-3 9-9')).toEqual([2, 2, -1])
  expect(simulator.run('xackdel s g acked ids 2 1-1 5-0')).toEqual([1, -1])
  expect(simulator.run('xdelex s delref ids 1 1-2')).toEqual([1])
  expect(simulator.run('xpending s g')).toEqual([0, null, null, null])
})

test('6.x has one XGROUP and one XINFO', () => {
  const simulator = journal('redis-6.2')
  expect(simulator.run('xgroup create s')).toBe(
    "ERR Unknown subcommand or wrong number of arguments for 'create'. Try XGROUP HELP.",
  )
  expect(simulator.run('xinfo nothing s')).toBe(
    "ERR Unknown subcommand or wrong number of arguments for 'nothing'. Try XINFO HELP.",
  )
})

test('no collection command fails but with an error reply, whatever its arguments', () => {
  const names = Object.keys(keyspaceCommands).filter(
    (name) =>
      /^(x|z|geo|s(add|card|diff|inter|union|is|m|pop|rand|rem|scan)|[lr](push|pop|len|range|rem|set|trim|pos|move|mpop|index|insert)|bl|br|bz)/.test(
        name,
      ) && !name.includes('|'),
  )
  const word = fc.oneof(
    fc.constantFrom(
      'k',
      's',
      'g',
      'c',
      '0',
      '1',
      '-1',
      '2',
      '10',
      '1-1',
      '$',
      '>',
      '+',
      '-',
      '*',
      '~',
      '[a',
      '(1',
      'inf',
      '-inf',
      '9223372036854775807',
      '-9223372036854775808',
      '',
    ),
    fc.constantFrom(
      'count',
      'limit',
      'withscores',
      'byscore',
      'bylex',
      'rev',
      'streams',
      'group',
      'block',
      'maxlen',
      'minid',
      'create',
      'setid',
      'full',
      'stream',
      'groups',
      'left',
      'right',
      'min',
      'max',
      'weights',
      'aggregate',
      'fromlonlat',
      'byradius',
      'bybox',
      'm',
      'km',
      'asc',
      'any',
      'withdist',
      'justid',
      'force',
      'idle',
      'rank',
    ),
    fc.string({ maxLength: 4 }),
  )
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.constantFrom(...names), fc.array(word, { minLength: 5, maxLength: 9 })), { maxLength: 30 }),
      (lines) => {
        const simulator = journal()
        for (const [name, words] of lines) simulator.runArgv([name, ...words])
        for (const key of simulator.db.keys()) expect(simulator.db.peek(key)!.byteSize).toBeGreaterThanOrEqual(0)
      },
    ),
    { numRuns: runs(100) },
  )
})

test('CLAIM gives a consumer what others left idle, then what is new (8.4)', () => {
  const simulator = journal('redis-8.4')
  simulator.run('xreadgroup group g ann count 2 streams s >')
  simulator.now += 1000
  expect(simulator.run('xreadgroup group g bob count 3 claim 500 streams s >')).toEqual([
    [
      's',
      [
        ['1-1', ['f', 'v1-1'], 1000, 1],
        ['1-2', ['f', 'v1-2'], 1000, 1],
        ['5-0', ['f', 'v5-0'], 0, 0],
      ],
    ],
  ])
  expect(simulator.run('xpending s g')).toEqual([3, '1-1', '5-0', [['bob', '3']]])
  expect(journal('redis-8.0').run('xreadgroup group g bob claim 500 streams s >')).toBe('ERR syntax error')
})

test('a repeated entry is added once while its name is remembered (8.6)', () => {
  const simulator = journal('redis-8.6')
  const id = simulator.run('xadd s idmp shop order7 * f v')
  expect(simulator.run('xadd s idmp shop order7 * f v')).toBe(id)
  expect(simulator.run('xadd s idmp bank order7 * f v')).not.toBe(id)
  const auto = simulator.run('xadd s idmpauto shop * f same')
  expect(simulator.run('xadd s idmpauto shop * f same')).toBe(auto)
  expect(simulator.run('xlen s')).toBe(7)
  simulator.now += 100_000
  expect(simulator.run('xadd s idmp shop order7 * f v')).not.toBe(id)
  expect(simulator.run('xcfgset s idmp-duration 5')).toBe('OK')
})
