import { expect, test } from 'vitest'
import { defaultLimits } from '../../../src/keyspace/limits'
import { SetValue } from '../../../src/keyspace/set'
import { behavioursOf } from '../../../src/targets/behaviours'
import { Simulator } from '../simulator'

const now = defaultLimits(behavioursOf('redis-7.2'))
const before = defaultLimits(behavioursOf('redis-7.0'))

test('integers are kept sorted until a string joins them', () => {
  const set = SetValue.of(['10', '-3', '9007199254740993', '9007199254740992', '2'], now)
  expect(set.encoding()).toBe('intset')
  expect(set.list()).toEqual(['-3', '2', '10', '9007199254740992', '9007199254740993'])
  set.add('x')
  expect(set.encoding()).toBe('listpack')
  expect(set.list()).toEqual(['-3', '2', '10', '9007199254740992', '9007199254740993', 'x'])
})

test.each([
  ['a small set of strings', ['a', 'b'], 'listpack', 'hashtable'],
  ['a long member', ['x'.repeat(65)], 'hashtable', 'hashtable'],
  ['129 strings', Array.from({ length: 129 }, (_, i) => `m${i}`), 'hashtable', 'hashtable'],
  ['512 integers', Array.from({ length: 512 }, (_, i) => String(i)), 'intset', 'intset'],
  ['513 integers', Array.from({ length: 513 }, (_, i) => String(i)), 'hashtable', 'hashtable'],
  ['not quite an integer', ['01'], 'listpack', 'hashtable'],
])('%s', (_, members, with72, with70) => {
  expect(SetValue.of(members, now).encoding()).toBe(with72)
  expect(SetValue.of(members, before).encoding()).toBe(with70)
})

test('a scan sees every member that stays, whatever comes and goes meanwhile', () => {
  const simulator = new Simulator()
  const stay = Array.from({ length: 300 }, (_, i) => `s${i}`)
  simulator.runArgv(['sadd', 'k', ...stay, ...stay.map((m) => `go${m}`)])
  const seen = new Set<unknown>()
  let cursor: unknown = '0'
  for (let round = 0; round === 0 || cursor !== '0'; round++) {
    const [next, members] = simulator.runArgv(['sscan', 'k', String(cursor), 'COUNT', '7']) as [string, string[]]
    for (const member of members) seen.add(member)
    simulator.runArgv(['srem', 'k', ...stay.slice(round * 3, round * 3 + 3).map((m) => `go${m}`)])
    simulator.runArgv(['sadd', 'k', `new${round}`])
    cursor = next
  }
  expect(stay.filter((member) => !seen.has(member))).toEqual([])
})
