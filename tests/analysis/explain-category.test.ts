import { describe, expect, test } from 'vitest'
import { categorySurprises, keyWords } from '../../src/analysis/explain-category'
import { targetInfos } from '../../src/targets/infos'
import { loadTarget } from '../../src/targets/load'

const redis6 = await loadTarget('redis-6.0')
const redis8 = await loadTarget('redis-8.0')

function told(category: string, kind: 'in' | 'out', target = redis8): string[] {
  return categorySurprises(category, target.table)
    .filter((one) => one.kind === kind)
    .map(({ commands, why }) => `${commands.map(({ name }) => name).join(' ')}: ${why}`)
}

describe('what a name does not suggest', () => {
  test('@dangerous takes INFO, KEYS and SORT, and leaves scripts and SCAN', () => {
    expect(told('dangerous', 'in')).toEqual([
      'info keys sort sort_ro role client|list: ordinary clients and tools ask for',
    ])
    expect(told('dangerous', 'out')).toEqual([
      'eval function|load function|flush script|flush script|kill: runs, changes or ends scripts (see @scripting)',
      'scan randomkey: lists key names, as KEYS does',
    ])
  })
  test('before 7.0 it takes all of CLIENT and CLUSTER', () =>
    expect(told('dangerous', 'in', redis6)).toEqual([
      'info keys sort role client cluster: ordinary clients and tools ask for',
    ]))
  test('@read holds KEYS and SCAN', () =>
    expect(told('read', 'in')[0]).toBe('keys scan randomkey dbsize: reports on all keys regardless of patterns'))
  test('@string lacks DEL and EXPIRE', () =>
    expect(told('string', 'out')[0]).toBe(
      'del unlink exists expire ttl persist type: works on keys of every type (see @keyspace)',
    ))
  test('unknown categories have none', () => expect(categorySurprises('constructor', redis8.table)).toEqual([]))
})

test('true of every target', async () => {
  for (const { id } of targetInfos) {
    const { table } = await loadTarget(id)
    for (const category of table.categories) {
      const members = table.inCategory(category) ?? []
      for (const { kind, commands } of categorySurprises(category, table)) {
        for (const command of commands)
          expect([id, category, command.name, members.includes(command)]).toEqual([
            id,
            category,
            command.name,
            kind === 'in',
          ])
      }
    }
  }
})

test.each([
  ['get', 'reads a key'],
  ['mget', 'reads its keys'],
  ['hset', 'writes a key'],
  ['incr', 'reads and writes a key'],
  ['set', 'reads or writes a key, by its options'],
  ['copy', 'needs of its keys: reading, then writing'],
  ['eval', 'reads and writes its keys'],
  ['strlen', 'needs no access to a key but that a pattern matches'],
  ['info', 'takes no keys'],
  ['config', ''],
])('%s', (name, words) => {
  const command = redis8.table.find(name)
  expect(command && keyWords(command)).toBe(words)
})
