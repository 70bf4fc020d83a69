import { expect, test } from 'vitest'
import { colouredWords } from '../../src/editor/command-words'
import { tokensOf } from '../../src/editor/highlight'
import { shortHash } from '../../src/editor/short-hash'
import { loadTarget } from '../../src/targets/load'
import { aclParser, commandParser, confParser } from '../../src/editor/languages'

const kinds = (parser: typeof aclParser, text: string): string[] =>
  tokensOf(parser, text)
    .filter(({ kind }) => kind !== null)
    .map(({ text, kind }) => `${text} ${kind}`)

test('each kind of rule has its colour', () => {
  expect(kinds(aclParser, '# c\nuser app on >p #h ~k %R~r &c +get +@read -del -@all (+set)')).toEqual([
    '# c comment',
    'user flag',
    'app user',
    'on flag',
    '>p pw',
    '#h pw',
    '~k key',
    '%R~r key',
    '&c chan',
    '+get cmd',
    '+@read cat',
    '-del neg',
    '-@all neg',
    '( flag',
    '+set cmd',
    ') flag',
  ])
})

test('a role is coloured like a user, and role= like a category', () => {
  expect(kinds(aclParser, 'role r ~k\nuser a role=r')).toEqual([
    'role flag',
    'r user',
    '~k key',
    'user flag',
    'a user',
    'role=r cat',
  ])
  expect(colouredWords('ACL SETROLE r +get', () => 2).map(({ kind }) => kind)).toEqual(['cmd', 'cmd', 'user', 'cmd'])
})

test('redis.conf and command lines', () => {
  expect(kinds(confParser, 'bind ::1\nuser a "~x" +get')).toEqual([
    'bind name',
    '::1 value',
    'user flag',
    'a user',
    '"~x" value',
    '+get cmd',
  ])
  expect(kinds(commandParser, 'set a "b c"')).toEqual(['set cmd', 'a value', '"b c" value'])
})

test('tokens put together are the text', () => {
  const text = 'user a\r\n\n  user b (+get\n# x'
  expect(
    tokensOf(aclParser, text)
      .map((token) => token.text)
      .join(''),
  ).toBe(text)
})

test('a hash is known by its ends', () =>
  expect(shortHash(`#${'b63ae681c81e918340f706caefc7e3bf0630dfb28a93c3750b8150a668429910'}`)).toBe('#b63ae681…9910'))

const target = await loadTarget('redis-8.0')
function named(words: readonly string[]): number {
  const command = target.table.resolve(words)
  return command === undefined ? 0 : command.parent === null ? 1 : 2
}

test.each([
  ['AUTH app secret', ['AUTH cmd', 'app user', 'secret pw']],
  ['auth secret', ['auth cmd', 'secret pw']],
  ['HELLO 3 AUTH app secret', ['HELLO cmd', 'app user', 'secret pw']],
  [
    'ACL SETUSER app on >p +get "~a b" (+set',
    ['ACL cmd', 'SETUSER cmd', 'app user', 'on flag', '>p pw', '+get cmd', '"~a b" key', '(+set cmd'],
  ],
  ['acl deluser a b', ['acl cmd', 'deluser cmd', 'a user', 'b user']],
  ['ACL DRYRUN app GET a', ['ACL cmd', 'DRYRUN cmd', 'app user', 'GET cmd']],
  ['ACL CAT read', ['ACL cmd', 'CAT cmd']],
  ['GET app', ['GET cmd']],
  ['CONFIG SET', ['CONFIG cmd', 'SET cmd']],
  ['nosuch app', []],
  ['', []],
])('%s', (line, words) =>
  expect(colouredWords(line, (words) => named(words)).map(({ text, kind }) => `${text} ${kind}`)).toEqual(words),
)
