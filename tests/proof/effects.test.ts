import { expect, test } from 'vitest'
import { union } from '../../src/proof/language'
import { keyBeyond, keyOutside, keyWithin, runOf } from '../../src/proof/reach'
import type { Need } from '../../src/proof/reached'
import type { TargetId } from '../../src/targets/target'
import { subject } from './subjects'

/** The command line by which a user gets to a key; `none` where it is proved that there is none. */
async function lineTo(rules: string, need: Need, key: string, id: TargetId = 'redis-8.0'): Promise<string> {
  const found = keyWithin(await subject(rules, id), need, union([key]))
  return found.kind === 'line' ? found.line.argv.join(' ') : found.kind
}

test.each<[rules: string, need: Need, line: string]>([
  ['+pfmerge ~a', 'write', 'pfmerge secret'],
  ['+pfmerge', 'write', 'pfmerge secret'],
  ['+flushall ~app:*', 'write', 'flushall'],
  ['+flushdb', 'write', 'flushdb'],
  ['+swapdb', 'write', 'swapdb 0 1'],
  ['+zadd %W~secret', 'read', 'zadd secret INCR 0 m'],
  ['+xclaim %W~secret', 'read', 'xclaim secret g c 0 1-1'],
  ['+xautoclaim %W~secret', 'read', 'xautoclaim secret g c 0 0'],
  ['+xreadgroup %R~secret', 'write', 'xreadgroup GROUP g c STREAMS secret >'],
  ['+pfdebug %R~secret', 'write', 'pfdebug GETREG secret'],
  ['%R~* +sort|a', 'read', 'sort a BY nosort GET *'],
])('%s: a command that does more than its check asks for is found: %s', async (rules, need, line) => {
  expect(await lineTo(rules, need, 'secret')).toBe(line)
})

test.each<[rules: string, key: string, line: string]>([
  ['+georadius %R~g %W~c', 'b', 'georadius g 1 1 100 m STORE c STORE b'],
  ['+georadiusbymember %R~g %W~c', 'b', 'georadiusbymember g m 100 m STORE c STORE b'],
  ['+sort %R~a %W~BY', 'b', 'sort a ALPHA STORE by STORE b'],
])('on Valkey 8.1, %s writes the key %s, which no rule names', async (rules, key, line) => {
  const found = await lineTo(rules, 'write', key, 'valkey-8.1')
  expect(found.toLowerCase()).toBe(line.toLowerCase())
  // Debian's Redis 8.0.2 checks the last STORE.
  expect(await lineTo(rules, 'write', key)).toBe('none')
})

test.each<[rules: string, need: Need]>([
  // Whatever a script does is checked as it runs.
  ['~* +eval +evalsha +fcall', 'read'],
  ['~* +eval_ro +fcall_ro +evalsha_ro', 'read'],
  ['~* +eval +evalsha +fcall', 'write'],
  // A count that is cached changes nothing.
  ['%R~* +pfcount', 'write'],
  ['+keys +scan +randomkey +dbsize', 'read'],
  ['+flushall', 'read'],
  // No key is named.
  ['+flushall', 'access'],
  ['%R~a +sort', 'write'],
])('%s: it is proved that no command line can %s the key', async (rules, need) => {
  expect(await lineTo(rules, need, 'secret')).toBe('none')
})

test('a key that is written without being named counts as written, and as outside of the patterns', async () => {
  const who = await subject('~app:* +get +flushall')
  expect(keyOutside(who, 'write', union(['app:*']))).toMatchObject({ kind: 'line', line: { argv: ['flushall'] } })
  // But no rule grants it.
  expect(keyBeyond(who, 'write', union(['*'])).kind).toBe('gap')
})

test('a command runs on a key only if its line names the key', async () => {
  const who = await subject('~app:* +flushall +pfmerge')
  const run = (name: string): string => {
    const command = who.target.table.find(name)
    if (command === undefined) throw new Error(name)
    return runOf(who, new Set([command]), union(['secret'])).kind
  }
  expect([run('flushall'), run('pfmerge')]).toEqual(['none', 'line'])
})
