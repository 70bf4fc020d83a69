import fc from 'fast-check'
import { expect, test } from 'vitest'
import { EVERY_DATABASE } from '../../src/acl/command'
import { targetInfos } from '../../src/targets/infos'
import { loadTarget } from '../../src/targets/load'
import type { TargetId } from '../../src/targets/target'
import { canHaveKeys, usesOf } from '../../src/targets/uses'
import { runs } from '../runs'
import { codePoint } from '../code-point'

async function uses(id: TargetId, line: string, db = 0) {
  const target = await loadTarget(id)
  const argv = line.split(' ').map((word) => (word === '""' ? '' : word))
  const command = target.table.resolve(argv)
  if (command === undefined) throw new Error(`${id} has no command for ${line}`)
  return usesOf(target, command, argv, db)
}

/** `key:flags` of every key, in the server's order. */
async function keys(id: TargetId, line: string): Promise<string[]> {
  return (await uses(id, line)).keys.map((use) => [use.key, ...use.flags].join(' '))
}

const rw = 'RW access update'

test.each<[TargetId, string, string[]]>([
  ['redis-6.0', 'SORT k BY w* LIMIT 0 STORE STORE d', ['k', 'd']],
  ['redis-6.0', 'ZUNIONSTORE d 2 a b', ['a', 'b', 'd']],
  ['redis-6.0', 'STRALGO LCS KEYS a b', ['a', 'b']],
  ['redis-6.0', 'STRALGO LCS STRINGS a b', []],
  ['redis-6.2', 'MEMORY USAGE k', ['k']],
  ['redis-6.2', 'MSET a 1 b 2', ['a', 'b']],
  ['redis-6.2', 'EVAL x 3 a b', []],
  ['redis-7.0', 'SET k v', ['k OW update']],
  ['redis-7.0', 'SET k v EX 1 GET', [`k ${rw}`]],
  ['redis-7.0', 'SET k get', ['k OW update']],
  ['redis-7.0', 'BITFIELD k GET u8 0 OVERFLOW SAT', ['k RO access']],
  ['redis-7.0', 'BITFIELD k GET u8 0 SET u8 0 1', [`k ${rw}`]],
  ['redis-7.0', 'SORT k BY nosort STORE d STORE e', ['k RO access', 'e OW update']],
  ['redis-7.4', 'SORT k STORE BY STORE e', ['k RO access', 'BY OW update']],
  ['redis-8.0', 'SORT k STORE BY STORE e', ['k RO access', 'e OW update']],
  ['redis-8.6', 'SORT k STORE BY STORE e', ['k RO access', 'BY OW update']],
  ['redis-8.6', 'XREAD STREAMS a b 0', ['a RO access']],
  ['redis-8.8', 'XREAD STREAMS a b 0', []],
  ['valkey-8.1', 'SORT k STORE BY STORE e', ['k RO access', 'BY OW update']],
  ['redis-7.0', 'EVAL x 2 a b c', [`a ${rw}`, `b ${rw}`]],
  ['redis-7.0', 'EVAL x 2x a b c', ['a', 'b']],
  ['redis-7.0', 'EVAL x 9 a', []],
  ['redis-7.0', 'FCALL_RO f 1 a', ['a RO access']],
  ['redis-7.0', 'XREAD COUNT 1 STREAMS a b 0 0', ['a RO access', 'b RO access']],
  ['redis-7.0', 'XREAD STREAMS a b 0', ['a RO access']],
  ['redis-8.0', 'XREAD STREAMS a b 0', []],
  ['redis-8.0', 'XREAD BLOCK STREAMS STREAMS a 0', ['a RO access']],
  ['redis-8.8', 'XREAD MAXCOUNT 1 STREAMS a 0', []],
  ['redis-8.10', 'XREAD MAXCOUNT 1 STREAMS a 0', ['a RO access']],
  ['redis-6.0', 'XREAD constructor 1 STREAMS a 0', []],
  ['redis-7.0', 'GEORADIUS k 0 0 1 m STORE a STOREDIST b', ['k RO access', 'a OW update', 'b OW update']],
  ['redis-8.0', 'GEORADIUS k 0 0 1 m STORE a STOREDIST b', ['k RO access', 'b OW update']],
  ['redis-7.0', 'MIGRATE h 1 "" 0 9 COPY KEYS a b', ['a RW access delete', 'b RW access delete']],
  ['redis-7.0', 'MIGRATE h 1 k 0 9 AUTH KEYS', ['k RW access delete']],
  ['redis-7.0', 'MIGRATE h 1 k 0 9 KEYS a', []],
  ['redis-7.0', 'MIGRATE h 1 k 0 9 COPY KEYS', ['k RW access delete']],
  ['redis-7.0', 'GEORADIUS k 0 0 1 STORE a', ['k RO access']],
  ['redis-8.0', 'GEORADIUS k 0 0 1 STORE a', ['k RO access']],
  ['redis-8.0', 'XREADGROUP STREAMS GROUP g a 0', []],
  ['valkey-8.1', 'EVAL x 4294967298 a b c', [`a ${rw}`, `b ${rw}`]],
  ['redis-8.0', 'EVAL x 4294967298 a b c', ['a', 'b']],
  ['redis-8.0', 'EVAL x 4294967300 a b c', []],
  ['redis-7.0', 'SPUBLISH ch m', []],
  ['redis-8.2', 'SET k v', ['k OW update']],
  ['redis-8.4', 'SET k v IFEQ w', ['k RW update']],
  ['valkey-8.1', 'SET k v IFEQ w', ['k OW update']],
  ['redis-8.4', 'MSETEX 2 a 1 b 2 EX 5', ['a OW update', 'b OW update']],
  ['redis-8.4', 'DELEX k', ['k RM delete']],
  ['redis-8.4', 'DELEX k IFEQ v', ['k RW delete']],
])('%s: %s', async (id, line, expected) => {
  expect(await keys(id, line)).toEqual(expected)
})

test('access is what the flags ask for', async () => {
  const accesses = async (line: string) => (await uses('redis-7.2', line)).keys.map((use) => use.access)
  expect(await accesses('GET k')).toEqual([1])
  expect(await accesses('STRLEN k')).toEqual([0])
  expect(await accesses('DEL k')).toEqual([2])
  expect(await accesses('COPY a b')).toEqual([1, 2])
  expect(await accesses('GETSET k v')).toEqual([3])
  expect((await uses('redis-6.2', 'GET k')).keys).toEqual([{ key: 'k', at: 1, access: 0, flags: [] }])
})

test('channels: publishing and subscribing are checked, unsubscribing is not', async () => {
  const channels = async (id: TargetId, line: string) => (await uses(id, line)).channels
  expect(await channels('redis-7.2', 'PUBLISH c m')).toEqual([{ channel: 'c', at: 1, isPattern: false }])
  expect(await channels('redis-7.2', 'PSUBSCRIBE a* b')).toEqual([
    { channel: 'a*', at: 1, isPattern: true },
    { channel: 'b', at: 2, isPattern: true },
  ])
  expect(await channels('redis-7.2', 'UNSUBSCRIBE c')).toEqual([])
  expect(await channels('redis-6.0', 'PUBLISH c m')).toEqual([])
})

test.each<[string, [number, number | null][]]>([
  ['GET k', [[3, null]]],
  ['PING', []],
  ['SELECT 5', [[5, 1]]],
  ['SELECT x', []],
  ['SELECT 16', []],
  ['SWAPDB 0 16', [[3, null]]],
  ['MOVE a 16', [[3, null]]],
  [
    'SWAPDB 0 7',
    [
      [0, 1],
      [7, 2],
    ],
  ],
  [
    'COPY a b REPLACE DB 1 DB 2',
    [
      [1, 5],
      [2, 7],
      [3, null],
    ],
  ],
  ['FLUSHALL', [[EVERY_DATABASE, null]]],
  ['FLUSHDB', [[3, null]]],
])('Valkey 9.1 databases: %s', async (line, expected) => {
  expect((await uses('valkey-9.1', line, 3)).databases.map(({ db, at }) => [db, at])).toEqual(expected)
})

test('commands without keys are told apart from those whose keys are not there', async () => {
  const target = await loadTarget('redis-7.2')
  const has = (name: string) => canHaveKeys(target, target.table.find(name)!)
  expect(['get', 'eval', 'migrate', 'memory|usage'].filter(has)).toHaveLength(4)
  expect(['ping', 'publish', 'spublish', 'memory', 'keys'].filter(has)).toHaveLength(0)
})

test('no command line makes it fail, and every key is where it says', async () => {
  const words = fc.oneof(
    fc.constantFrom(
      'KEYS',
      'STREAMS',
      'STORE',
      'GET',
      'BY',
      'LIMIT',
      'DB',
      '0',
      '1',
      '2',
      '-1',
      '99999999999999999999',
      '""',
      '9007199254740993',
    ),
    fc.string({ unit: codePoint }),
  )
  const targets = new Map(
    await Promise.all(targetInfos.map(async ({ id }) => [id, await loadTarget(id, { modules: true })] as const)),
  )
  fc.assert(
    fc.property(fc.constantFrom(...targets.keys()), fc.nat(), fc.array(words, { maxLength: 12 }), (id, n, rest) => {
      const target = targets.get(id)!
      const command = target.table.commands[n % target.table.commands.length]!
      const argv = [...command.name.split('|'), ...rest]
      const found = usesOf(target, command, argv, 0)
      for (const { key, at } of found.keys) expect(argv[at]).toBe(key)
      for (const { channel, at } of found.channels) expect(argv[at]).toBe(channel)
    }),
    { numRuns: runs(1000) },
  )
})
