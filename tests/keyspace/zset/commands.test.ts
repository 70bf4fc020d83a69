import { expect, test } from 'vitest'
import { Simulator } from '../simulator'

function zoo(target?: ConstructorParameters<typeof Simulator>[0]): Simulator {
  const simulator = new Simulator(target)
  simulator.run('zadd z 1 a 2 b 2 c 3.5 d')
  return simulator
}

test.each([
  ['zrange z 0 -1 withscores', ['a', '1', 'b', '2', 'c', '2', 'd', '3.5']],
  ['zrange z (1 inf byscore limit 1 1', ['c']],
  ['zrange z inf (1 byscore rev', ['d', 'c', 'b']],
  ['zrange z [c - bylex rev', ['c', 'b', 'a']],
  ['zrange z 0 1 limit 0 1', 'ERR syntax error, LIMIT is only supported in combination with either BYSCORE or BYLEX'],
  ['zrange z - + bylex withscores', 'ERR syntax error, WITHSCORES not supported in combination with BYLEX'],
  ['zrange z 1 2 byscore bylex', 'ERR syntax error'],
  ['zrangebyscore z x 1', 'ERR min or max is not a float'],
  ['zlexcount z a +', 'ERR min or max not valid string range item'],
  ['zrank z c withscore', [2, '2']],
  ['zrevrank z a', 3],
  ['zcount z 2 2', 2],
  ['zmscore z a x', ['1', null]],
  ['zadd z nx xx 1 a', 'ERR XX and NX options at the same time are not compatible'],
  ['zadd z gt lt 1 a', 'ERR GT, LT, and/or NX options at the same time are not compatible'],
  ['zadd z incr 1 a 2 b', 'ERR INCR option supports a single increment-element pair'],
  ['zadd z gt ch 0 a 5 b', 1],
  ['zadd z xx incr 1 new', null],
  ['zincrby z inf a', 'inf'],
  ['zpopmax z 2', ['d', '3.5', 'c', '2']],
  [
    'zmpop 2 none z min count 2',
    [
      'z',
      [
        ['a', '1'],
        ['b', '2'],
      ],
    ],
  ],
  ['zremrangebyrank z 0 -2', 3],
  ['zunion 2 z z weights 1 10 aggregate max withscores', ['a', '10', 'b', '20', 'c', '20', 'd', '35']],
  ['zinterstore out 2 z none', 0],
  ['zdiff 0 z', "ERR at least 1 input key is needed for 'zdiff' command"],
])('%s', (line, reply) => {
  expect(zoo().run(line)).toEqual(reply)
})

test('infinity less infinity is an error in ZINCRBY and 0 in ZUNION', () => {
  const simulator = zoo()
  simulator.run('zadd z inf a')
  expect(simulator.run('zincrby z -inf a')).toBe('ERR resulting score is not a number (NaN)')
  expect(simulator.run('zunion 2 z z weights 1 -1 withscores')).toEqual(['a', '0', 'b', '0', 'c', '0', 'd', '0'])
})

test('6.0 reads the range before the options', () => {
  expect(zoo('redis-6.0').run('zrange z x 1 rev')).toBe('ERR value is not an integer or out of range')
  expect(zoo('redis-6.2').run('zrange z x 1 nonsense')).toBe('ERR syntax error')
  expect(zoo('redis-6.0').run('zrangebyscore z 1 3 limit 1 2 withscores')).toEqual(['b', '2', 'c', '2'])
})

test('RESP3 pairs members with scores', () => {
  const simulator = zoo()
  simulator.protocol = 3
  expect(simulator.run('zrange z 0 1 withscores')).toEqual([
    ['a', '1'],
    ['b', '2'],
  ])
  expect(simulator.run('zpopmin z')).toEqual(['a', '1'])
  expect(simulator.run('zpopmin z 1')).toEqual([['b', '2']])
})

test.each([
  ['redis-6.2', 'ziplist'],
  ['redis-7.0', 'listpack'],
] as const)('a small sorted set of %s is a %s', (target, encoding) => {
  const simulator = zoo(target)
  expect(simulator.run('object encoding z')).toBe(encoding)
  simulator.run(`zadd z 1 ${'x'.repeat(65)}`)
  expect(simulator.run('object encoding z')).toBe('skiplist')
})

test('AGGREGATE COUNT scores members by the sets that have them (8.8)', () => {
  const simulator = zoo('redis-8.8')
  simulator.run('sadd s a d')
  expect(simulator.run('zunion 2 z s aggregate count withscores')).toEqual(['b', '1', 'c', '1', 'a', '2', 'd', '2'])
  expect(zoo('redis-8.6').run('zunion 1 z aggregate count')).toBe('ERR syntax error')
})

test.each([
  ['redis-7.2', []],
  ['redis-7.4', ['c', 'd']],
] as const)('%s: a negative offset into a skiplist', (target, reply) => {
  const simulator = zoo(target)
  simulator.run(`zadd z 9 ${'x'.repeat(65)}`)
  expect(simulator.run('zrangebyscore z 1 4 limit -2 5')).toEqual(reply)
})
