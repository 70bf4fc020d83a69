import { expect, test } from 'vitest'
import { union } from '../../src/proof/language'
import { keyBeyond, keyOutside, keyWithin, runOf } from '../../src/proof/reach'
import type { Need } from '../../src/proof/reached'
import { subject } from './subjects'

test.each<[rules: string, need: Need, line: string]>([
  ['+flushall ~app:*', 'write', 'flushall'],
  ['+flushdb', 'write', 'flushdb'],
  ['+swapdb', 'write', 'swapdb 0 1'],
  ['%R~* +sort|a', 'read', 'sort a BY nosort GET *'],
  ['+flushall', 'read', 'none'],
  // No key is named.
  ['+flushall', 'access', 'none'],
  ['%R~a +sort', 'read', 'none'],
])('%s: a key that no command names is accessed to %s by: %s', async (rules, need, line) => {
  const found = keyWithin(await subject(rules), need, union(['secret']))
  expect(found.kind === 'line' ? found.line.argv.join(' ') : found.kind).toBe(line)
})

test('a key that is written without being named is outside of the patterns, and granted by none', async () => {
  const who = await subject('~app:* +get +flushall')
  expect(keyOutside(who, 'write', union(['app:*']))).toMatchObject({ kind: 'line', line: { argv: ['flushall'] } })
  expect(keyBeyond(who, 'write', union(['*'])).kind).toBe('gap')
})

test('a command runs on a key only if its line names the key', async () => {
  const who = await subject('~app:* +flushall')
  const command = who.target.table.find('flushall')
  if (command === undefined) throw new Error('flushall')
  expect(runOf(who, new Set([command]), union(['secret'])).kind).toBe('none')
})
