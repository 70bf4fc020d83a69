import { expect, test } from 'vitest'
import { Simulator, type Plain } from '../simulator'

function session(
  lines: readonly (readonly [string, Plain])[],
  target?: ConstructorParameters<typeof Simulator>[0],
): Simulator {
  const simulator = new Simulator(target)
  for (const [line, reply] of lines) expect([line, simulator.run(line)]).toEqual([line, reply])
  return simulator
}

test('a list is made by its first push and gone with its last pop', () => {
  const { events, db } = session([
    ['lpushx l a', 0],
    ['rpush l a b c', 3],
    ['lpush l z', 4],
    ['lrange l 0 -1', ['z', 'a', 'b', 'c']],
    ['linsert l before b x', 5],
    ['lrem l -1 z', 1],
    ['lset l -1 C', 'OK'],
    ['lpop l 2', ['a', 'x']],
    ['rpop l', 'C'],
    ['lpop l', 'b'],
    ['lpop l 1', null],
  ])
  expect(db.has('l')).toBe(false)
  expect(events.slice(-2)).toEqual(['lpop l', 'del l'])
})

test('LPOS counts from either end and stops at its limits', () => {
  session([
    ['rpush l a b a c a', 5],
    ['lpos l a', 0],
    ['lpos l a rank -1', 4],
    ['lpos l a rank 2 count 0', [2, 4]],
    ['lpos l a count 0 maxlen 3', [0, 2]],
    ['lpos l x', null],
    ['lpos l x count 1', []],
    ['lpos l a count -1', "ERR COUNT can't be negative"],
    [
      'lpos missing a rank 0',
      "ERR RANK can't be zero: use 1 to start from the first match, 2 from the second ... or use negative to start from the end of the list",
    ],
  ])
})

test('moving within one list rotates it', () => {
  session([
    ['rpush l a b c', 3],
    ['rpoplpush l l', 'c'],
    ['lmove l l left right', 'c'],
    ['lmove l m right left', 'c'],
    ['lmove l m left up', 'ERR syntax error'],
  ])
})

test('LMPOP checks its arguments before its keys', () => {
  session([
    ['set s x', 'OK'],
    ['lmpop 0 s left', 'ERR numkeys should be greater than 0'],
    ['lmpop 2 s left', 'ERR syntax error'],
    ['lmpop 1 s left count 0', 'ERR count should be greater than 0'],
    ['blmpop -1 0 s left', 'ERR numkeys should be greater than 0'],
    ['lmpop 1 s left', 'WRONGTYPE Operation against a key holding the wrong kind of value'],
    ['rpush l a b c', 3],
    ['lmpop 2 none l right count 2', ['l', ['c', 'b']]],
  ])
})

test.each([
  ['lmovem l m left right', ['a'], ['x', 'a']],
  ['lmovem l m left right count 2 obo', ['a', 'b'], ['x', 'a', 'b']],
  ['lmovem l m left left count 2 obo', ['b', 'a'], ['b', 'a', 'x']],
  ['lmovem l m left left count 2 bulk', ['a', 'b'], ['a', 'b', 'x']],
  ['lmovem l m right right count 9 bulk', ['a', 'b', 'c'], ['x', 'a', 'b', 'c']],
  ['lmovem l m right right exactly 3 obo', ['c', 'b', 'a'], ['x', 'c', 'b', 'a']],
  ['lmovem l m right right exactly 4 obo', null, ['x']],
] as const)('%s (8.10)', (line, reply, destination) => {
  const simulator = session(
    [
      ['rpush l a b c', 3],
      ['rpush m x', 1],
    ],
    'redis-8.10',
  )
  expect(simulator.run(line)).toEqual(reply)
  expect(simulator.run('lrange m 0 -1')).toEqual(destination)
})
