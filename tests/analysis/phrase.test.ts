import { expect, test } from 'vitest'
import { list, plain, ruleKind, rulePhrases, words } from '../../src/analysis/phrase'

test.each([
  ['+@read', 'cat'],
  ['+get', 'cmd'],
  ['-get', 'neg'],
  ['-@all', 'neg'],
  ['~a', 'key'],
  ['%R~a', 'key'],
  ['allkeys', 'key'],
  ['&a', 'chan'],
  ['>a', 'pw'],
  ['#a', 'pw'],
  ['on', 'flag'],
  ['', 'flag'],
])('%s', (rule, kind) => expect(ruleKind(rule)).toBe(kind))

test('a selector’s rules have colours of their own', () => {
  const phrases = rulePhrases('(+get ~a)')
  expect(plain(phrases)).toBe('(+get ~a)')
  expect(phrases.map(({ kind }) => kind)).toEqual(['flag', 'cmd', null, 'key', 'flag'])
  expect(plain(rulePhrases('(+get'))).toBe('(+get')
})

test('lists', () =>
  expect([1, 2, 3].map((n) => plain(list(['a', 'b', 'c'].slice(0, n).map(words))))).toEqual([
    'a',
    'a and b',
    'a, b and c',
  ]))
