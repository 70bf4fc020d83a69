import { expect, test } from 'vitest'
import { Arguments } from '../../src/keyspace/arguments'
import { CommandError } from '../../src/resp/reply'

const args = (line: string): Arguments => new Arguments(line.split(' '))

/** The text of the error reply that a read ends the command with. */
function replyOf(read: () => unknown): string | undefined {
  try {
    read()
  } catch (problem) {
    if (problem instanceof CommandError) return problem.reply.text
    throw problem
  }
  return undefined
}

test('arguments are read by position, the name of the command at 0', () => {
  const line = args('LPOS k Element 7')
  expect([line.count, line.has(3), line.has(4)]).toEqual([4, true, false])
  expect([line.word(0), line.key(1), line.text(2), line.integer(3)]).toEqual(['lpos', 'k', 'Element', 7])
  expect([line.optional(4), line.rest(2), line.rest(1, -1)]).toEqual([undefined, ['Element', '7'], ['k', 'Element']])
  expect([line.is(2, 'element'), line.is(2, 'elem'), line.is(4, 'element')]).toEqual([true, false, false])
  expect([line.find('element', 1), line.find('element', 3)]).toEqual([2, -1])
})

test('a malformed argument ends the command with the error of the server', () => {
  expect(replyOf(() => args('X k 1.5').integer(2))).toBe('ERR value is not an integer or out of range')
  expect(replyOf(() => args('X k 1.5').bigint(2, 'ERR no'))).toBe('ERR no')
  expect(replyOf(() => args('X k -1').positive(2))).toBe('ERR value is out of range, must be positive')
  expect(replyOf(() => args('X k 9').integerWithin(2, 0, 1))).toBe(
    'ERR value is out of range, value must between 0 and 1',
  )
  expect(replyOf(() => args('X k nan').float(2))).toBe('ERR value is not a valid float')
  expect(replyOf(() => args('X k -1').timeout(2))).toBe('ERR timeout is negative')
})

test('a required argument that is missing is a bug and not an error reply', () => {
  expect(() => args('X').key(1)).toThrow(RangeError)
})

test('options come in any order, and are taken only with all of their values', () => {
  const options = args('X k limit 1 2 WithScores limit 3').options(2)
  expect(options.takes('withscores')).toBe(false)
  expect([options.takes('limit', 2), options.integer(), options.text()]).toEqual([true, 1, '2'])
  expect([options.takes('withscores'), options.hasMore]).toEqual([true, true])
  expect(options.takes('limit', 2)).toBe(false)
  expect([options.takes('limit', 1), options.float(), options.hasMore]).toEqual([true, 3, false])
})
