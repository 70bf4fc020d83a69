import { expect, test } from 'vitest'
import { encode, encodeCommand } from '../../src/resp/encode'
import { NULL_ARRAY, OK, bool, double, error, map, push, set, verbatim } from '../../src/resp/reply'
import type { Reply } from '../../src/resp/reply'

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
