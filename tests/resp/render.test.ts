import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fromText } from '../../src/acl/bytes'
import { NULL_ARRAY, OK, bool, double, error, map, set, simple, verbatim, type Reply } from '../../src/resp/reply'
import { quote, renderReply, renderReplyTo, renderText } from '../../src/resp/render'

const eleven = Array.from({ length: 11 }, (_, i) => String(i + 1))

test.each<[string, Reply, 2 | 3, string]>([
  ['a string', 'a\x01\xc3\xa9"\\\x07\b\t', 2, '"a\\x01\\xc3\\xa9\\"\\\\\\a\\b\\t"'],
  ['an integer', 5, 2, '(integer) 5'],
  ['a status', OK, 2, 'OK'],
  ['an error', error(fromText('ERR é')), 2, '(error) ERR é'],
  ['nil', null, 2, '(nil)'],
  ['the null array', NULL_ARRAY, 2, '(nil)'],
  ['an empty array', [], 2, '(empty array)'],
  ['an empty map', map([]), 3, '(empty hash)'],
  ['an empty map in RESP2', map([]), 2, '(empty array)'],
  ['an empty set', set([]), 3, '(empty set)'],
  ['a double', double('1.5'), 3, '(double) 1.5'],
  ['a double in RESP2', double('1.5'), 2, '"1.5"'],
  ['a boolean', bool(false), 3, '(false)'],
  ['a verbatim string', verbatim('a\nb'), 3, 'a\nb'],
  [
    'a map',
    map([
      ['a', 'x'],
      ['b', ['y', 'z']],
    ]),
    3,
    '1# "a" => "x"\n2# "b" => \n   1) "y"\n   2) "z"',
  ],
  [
    'maps in a map',
    map([
      [
        'a',
        map([
          ['b', []],
          ['c', set([1])],
        ]),
      ],
    ]),
    3,
    '1# "a" => \n   1# "b" => (empty array)\n   2# "c" => 1~ (integer) 1',
  ],
  ['a map in RESP2', map([['a', 1]]), 2, '1) "a"\n2) (integer) 1'],
  ['a set', set(['a', 'b']), 3, '1~ "a"\n2~ "b"'],
  ['eleven items', eleven, 2, eleven.map((n) => `${n.padStart(2)}) "${n}"`).join('\n')],
  [
    'COMMAND INFO',
    [['config', -2, set([]), set([simple('@slow')]), [['config|get', -3]]]],
    3,
    '1) 1) "config"\n   2) (integer) -2\n   3) (empty set)\n   4) 1~ @slow\n   5) 1) 1) "config|get"\n         2) (integer) -3',
  ],
])('%s', (_name, reply, protocol, expected) => {
  expect(renderText(reply, protocol)).toBe(expected)
})

test('pieces say what they are', () => {
  expect(renderReply(map([['a', null]]), 3)).toEqual([
    [
      { kind: 'index', text: '1# ' },
      { kind: 'string', text: '"a"' },
      { kind: 'index', text: ' => ' },
      { kind: 'nil', text: '(nil)' },
    ],
  ])
})

test('strings meant for reading come as they are', () => {
  const text = (argv: string[], reply: Reply) =>
    renderReplyTo(argv, reply, 2).map((line) => line.map((piece) => piece.text).join(''))
  expect(text(['INFO'], '# Server\r\na:b\r\n')).toEqual(['# Server', 'a:b'])
  expect(text(['client', 'LIST'], 'id=1\n')).toEqual(['id=1'])
  expect(text(['GET', 'k'], 'a\n')).toEqual(['"a\\n"'])
  expect(text(['INFO'], error('ERR x'))).toEqual(['(error) ERR x'])
})

test('any bytes are shown in printable ASCII', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(255)), (codes) => {
      expect(quote(String.fromCharCode(...codes))).toMatch(/^"[\x20-\x7e]*"$/)
    }),
  )
})
