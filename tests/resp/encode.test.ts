import fc from 'fast-check'
import { expect, test } from 'vitest'
import { encode, encodeCommand, encodePieces, sizeOf } from '../../src/resp/encode'
import { NULL_ARRAY, OK, bool, double, error, map, push, set, verbatim, type Reply } from '../../src/resp/reply'

test.each<[string, Reply, string, string]>([
  ['a bulk string', 'a\r\nb', '$4\r\na\r\nb\r\n', '$4\r\na\r\nb\r\n'],
  ['an empty string', '', '$0\r\n\r\n', '$0\r\n\r\n'],
  ['an integer', -5, ':-5\r\n', ':-5\r\n'],
  ['a large integer', 9007199254740993n, ':9007199254740993\r\n', ':9007199254740993\r\n'],
  ['null', null, '$-1\r\n', '_\r\n'],
  ['the null array', NULL_ARRAY, '*-1\r\n', '_\r\n'],
  ['a status', OK, '+OK\r\n', '+OK\r\n'],
  ['an error with a line break', error('ERR a\r\nb'), '-ERR a  b\r\n', '-ERR a  b\r\n'],
  ['a nested array', ['a', [1]], '*2\r\n$1\r\na\r\n*1\r\n:1\r\n', '*2\r\n$1\r\na\r\n*1\r\n:1\r\n'],
  ['a map', map([['a', 1]]), '*2\r\n$1\r\na\r\n:1\r\n', '%1\r\n$1\r\na\r\n:1\r\n'],
  ['a set', set(['a']), '*1\r\n$1\r\na\r\n', '~1\r\n$1\r\na\r\n'],
  ['a push', push(['a']), '*1\r\n$1\r\na\r\n', '>1\r\n$1\r\na\r\n'],
  ['a double', double('1.5'), '$3\r\n1.5\r\n', ',1.5\r\n'],
  ['a boolean', bool(true), ':1\r\n', '#t\r\n'],
  ['a verbatim string', verbatim('hi'), '$2\r\nhi\r\n', '=6\r\ntxt:hi\r\n'],
  ['a big number', { type: 'big-number', text: '12' }, '$2\r\n12\r\n', '(12\r\n'],
])('%s', (_name, reply, resp2, resp3) => {
  expect(encode(reply, 2)).toBe(resp2)
  expect(encode(reply, 3)).toBe(resp3)
})

test('a command is an array of bulk strings', () => {
  expect(encodeCommand(['GET', 'k'])).toBe('*2\r\n$3\r\nGET\r\n$1\r\nk\r\n')
})

const { reply: anyReply } = fc.letrec<{ reply: Reply; list: Reply[] }>((tie) => ({
  reply: fc.oneof(
    { maxDepth: 4 },
    fc.string({ maxLength: 300 }),
    fc.integer(),
    fc.constantFrom<Reply>(null, NULL_ARRAY, OK, error('ERR x'), bool(true), double('1.5'), verbatim('text')),
    tie('list'),
    tie('list').map((items) => set(items)),
    tie('list').map((items) => push(items)),
    tie('list').map((items) => map(items.map((item) => [item, item]))),
  ),
  list: fc.array(tie('reply'), { maxLength: 5 }),
}))

test('the pieces of a reply make up the reply, and its size is known before', () => {
  fc.assert(
    fc.property(
      anyReply,
      fc.constantFrom(2 as const, 3 as const),
      fc.integer({ min: 1, max: 100 }),
      (reply, protocol, size) => {
        const pieces = [...encodePieces(reply, protocol, size)]
        expect(pieces.join('')).toBe(encode(reply, protocol))
        expect(sizeOf(reply, protocol).encoded).toBe(encode(reply, protocol).length)
        for (const piece of pieces) expect(piece.length).toBeLessThan(2 * size)
      },
    ),
  )
})

test('a value that stands in a reply several times takes memory once', () => {
  const value = 'v'.repeat(2 ** 28)
  const { encoded, held } = sizeOf([value, value, value, value], 2)
  expect(encoded).toBe(4 + 4 * (2 ** 28 + 14))
  expect(held).toBeLessThan(2 ** 28 + 1000)
  let length = 0
  for (const piece of encodePieces([value, value, value, value], 2, 2 ** 20)) length += piece.length
  expect(length).toBe(encoded)
})
