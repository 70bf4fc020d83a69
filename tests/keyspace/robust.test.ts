import fc from 'fast-check'
import { expect, test } from 'vitest'
import { keyspaceCommands } from '../../src/keyspace'
import { loadTarget } from '../../src/targets/load'
import type { TargetId } from '../../src/targets/target'
import { Simulator } from './simulator'
import { runs } from '../runs'

const words = [
  'k1',
  'k2',
  'k3',
  'a',
  'b',
  '',
  '0',
  '1',
  '2',
  '-1',
  '10',
  '1.5',
  'x',
  '9223372036854775807',
  '-9223372036854775808',
  'inf',
  'nan',
  '*',
  '#',
  '$',
  '>',
  '+',
  '-',
  '(1',
  '[a',
  '1-1',
  'u8',
  'i64',
  'h*->a',
  'nx',
  'xx',
  'gt',
  'lt',
  'ch',
  'incr',
  'get',
  'set',
  'incrby',
  'overflow',
  'sat',
  'ex',
  'px',
  'exat',
  'pxat',
  'keepttl',
  'persist',
  'fields',
  'fnx',
  'count',
  'match',
  'type',
  'by',
  'limit',
  'store',
  'alpha',
  'desc',
  'left',
  'right',
  'before',
  'after',
  'withscores',
  'withvalues',
  'weights',
  'aggregate',
  'byscore',
  'bylex',
  'rev',
  'maxlen',
  'minid',
  '~',
  'streams',
  'group',
  'block',
  'noack',
  'idle',
  'retrycount',
  'force',
  'justid',
  'frommember',
  'fromlonlat',
  'byradius',
  'bybox',
  'km',
  'asc',
  'withdist',
  'replace',
  'db',
  'and',
  'not',
  'bit',
  'idx',
  'len',
  'minmatchlen',
  'byint',
  'byfloat',
  'lbound',
  'ubound',
  'saturate',
  'enx',
  'encoding',
  'decode',
  'create',
  'mkstream',
  'strings',
  'keys',
  'lcs',
  '\xff\0',
  'y'.repeat(70),
]
const targets: readonly TargetId[] = [
  'redis-6.0',
  'redis-6.2',
  'redis-7.0',
  'redis-7.4',
  'redis-8.8',
  'valkey-8.1',
  'valkey-9.1',
]

test.each(targets)('no command line makes a command of %s throw anything but its error', async (id) => {
  const { table } = await loadTarget(id)
  const commands = table.commands.filter((command) => command.name in keyspaceCommands && command.name !== 'flushall')
  const line = fc.tuple(fc.constantFrom(...commands), fc.array(fc.constantFrom(...words), { maxLength: 9 }))
  fc.assert(
    fc.property(fc.array(line, { minLength: 30, maxLength: 60 }), (lines) => {
      const simulator = new Simulator(id)
      for (const [command, args] of lines) {
        const name = command.name.split('|')
        const argv = [...name, ...args]
        if (command.arity > 0 ? argv.length !== command.arity : argv.length < -command.arity) continue
        simulator.runArgv([command.name, ...argv.slice(1)])
        simulator.now += 7
      }
      simulator.keyspace.expireDue()
      simulator.keyspace.flush()
      expect(simulator.keyspace.byteSize).toBe(0)
    }),
    { numRuns: runs(20) },
  )
})
