/** What must not take long. Apart from the other tests, since the program is slow where its mutants are tried. */
import { expect, test } from 'vitest'
import { compileGlob } from '../../src/acl/glob'
import { loadAclFile } from '../../src/acl/load'
import { processorTime } from '../processor-time'
import { usersOf } from './targets'

test('patterns made to be slow take pattern × text steps at most', () => {
  const started = processorTime()
  expect(compileGlob(`${'*a'.repeat(50)}b`).matches('a'.repeat(20_000))).toBe(false)
  expect(compileGlob(`${'*a'.repeat(500)}*[^a]`).matches('a'.repeat(2_000))).toBe(false)
  expect(compileGlob(`${'*?'.repeat(900)}b`).matches('a'.repeat(1_000))).toBe(false)
  expect(compileGlob(`*${'a'.repeat(1_000)}b`).matches('a'.repeat(20_000))).toBe(false)
  expect(processorTime() - started).toBeLessThan(2_000)
})

test('an edit in a file of 2,000 users is read within ten milliseconds', async () => {
  const { users } = await usersOf('redis-8.0')
  const rows = Array.from(
    { length: 2_000 },
    (_, i) => `user u${i} on >password${i} ~app${i}:* &app${i}:* +@read +@write -@dangerous (~tmp:* +@all)`,
  )
  loadAclFile(users, rows.join('\n'), 'users.acl')
  const taken = Array.from({ length: 9 }, (_, i) => {
    rows[1_000 + i] += ' +ping'
    const started = performance.now()
    expect(loadAclFile(users, rows.join('\n'), 'users.acl').ok).toBe(true)
    return performance.now() - started
  })
  expect(Math.min(...taken)).toBeLessThan(10)
})

const many: Readonly<Record<string, (i: number) => string>> = {
  'key patterns': (i) => `~k${i}`,
  'channel patterns': (i) => `&c${i}`,
  'first arguments': (i) => `+get|a${i}`,
  'rules that undo each other': (i) => `${i % 2 ? '+' : '-'}get`,
  categories: (i) => (i % 2 ? '+@read' : '-@write'),
  selectors: (i) => `(~a${i})`,
  'empty selectors': () => '()',
}

test.each(Object.keys(many))('20,000 %s take no more than a moment', async (kind) => {
  const make = many[kind] ?? String
  for (const id of ['redis-7.0', 'redis-8.0'] as const) {
    const { users } = await usersOf(id)
    const started = processorTime()
    expect(users.setUser('bob', ['resetchannels', ...Array.from({ length: 20_000 }, (_, i) => make(i))])).toBeNull()
    expect(users.get('bob')?.describe()).not.toBeUndefined()
    expect(processorTime() - started).toBeLessThan(3_000)
  }
})
