import { expect, test } from 'vitest'
import { explainCategory, explainCommand, explainToken, explainUserRules } from '../../src/analysis/explain-token'
import { loadDocs, loadTarget } from '../../src/targets/load'

const target = await loadTarget('redis-8.0')
const docs = await loadDocs('redis-8.0')
const context = { target, docs, keys: ['app:1', 'jobs:7'], channels: [] }

/** Everything that is said of the rule in braces, a line each. */
function said(line: string): string[] {
  const rules = line.split(' ')
  const explained = explainToken(
    rules.map((rule) => rule.replace(/[{}]/g, '')),
    rules.findIndex((rule) => rule.startsWith('{')),
    context,
  )
  if (explained === null) return []
  return [
    explained.summary,
    ...(explained.more === null ? [] : [explained.more]),
    ...explained.points.map(({ label, text }) => (label === '' ? text : `${label}: ${text}`)),
  ]
}

test('a pattern, with examples and what its neighbours make of it', () =>
  expect(said('{%R~app:*} ~app:*')).toEqual([
    'Grants keys that start with app:, for reading only.',
    'Commands that read and write in one, such as GETDEL or INCR, are denied.',
    '~app:* after it grants all of this too.',
    'Matches: app:1  app:a:b  app:',
    'Does not match: app  apps:1  App:1',
  ]))

test('a command in our own words', () =>
  expect(said('+@read {+getdel}')).toEqual([
    'Allows GETDEL.',
    'In @write @string @fast.',
    docs.get('getdel')?.summary,
    'Reads and writes a key.',
  ]))

test('a category and its surprises', () =>
  expect(said('+@all {-@dangerous} +info').slice(2)).toEqual([
    '+info after it allows INFO again.',
    'It holds what ordinary clients and tools ask for: INFO, KEYS, SORT, SORT_RO, ROLE, CLIENT LIST',
    'It lacks what runs, changes or ends scripts (see @scripting): EVAL, FUNCTION LOAD, FUNCTION FLUSH, SCRIPT FLUSH, SCRIPT KILL',
    'It lacks what lists key names, as KEYS does: SCAN, RANDOMKEY',
  ]))

test('what is refused has nothing more to say', () =>
  expect(said('{+nosuch} -@all')).toEqual(['Redis 8.0 has no command nosuch.', 'The server rejects this rule.']))

test('the empty pattern matches no name', () => expect(said('{~}')).toContain('No key name matches it.'))

test('a category by its name', () =>
  expect(explainCategory('transaction', context)?.summary).toBe('@transaction: 5 commands.'))

test('a command to run', () => {
  const config = target.table.find('config')
  expect(config && explainCommand(config, context).points.map(({ label }) => label)).toEqual(['5 subcommands'])
  const get = target.table.find('get')
  expect(get && explainCommand(get, { ...context, docs: null })).toEqual({
    summary: 'GET: reads a key.',
    more: 'In @read @string @fast.',
    points: [],
  })
})

test('a user by its rules', () => {
  expect(explainUserRules('app', ['on', '>p', '~app:*', '+get', '(+set ~x)'], target)).toMatch(
    /^app can log in with its password; can run 2 of/,
  )
  expect(explainUserRules('app', ['nonsense'], target)).toBe(null)
})
