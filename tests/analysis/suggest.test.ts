import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decide } from '../../src/acl/check'
import { asSetUser, literalPattern, suggest } from '../../src/analysis/suggest'
import { addToUser } from '../../src/analysis/edit-user'
import { applyFix } from '../../src/analysis/diagnostic'
import { compileGlob } from '../../src/acl/glob'
import type { TargetId } from '../../src/targets/target'
import { usesOf } from '../../src/targets/uses'
import { judged } from './decisions'
import { runs } from '../runs'

async function suggested(rules: string, line: string, id?: TargetId): Promise<string[]> {
  const { decision, user, target } = await judged(rules, line, id)
  return suggest(decision, user, target).map((suggestion) => `${suggestion.rules.join(' ')}: ${suggestion.also}`)
}

test('a key that no pattern matches', async () =>
  expect(await suggested('~app:* +@read +@write', 'RENAME app:1 secret:1')).toEqual([
    '(+rename ~app:1 %W~secret:1): nothing else',
    '%W~secret:1: 91 more commands on secret:1, such as SET secret:1 x',
    '%W~secret:*: 91 more commands on secret:1, and as much on every key that matches secret:*, such as SET secret: x',
  ]))
test('a command', async () =>
  expect(await suggested('~app:* +@read', 'SET app:1 x')).toEqual([
    '(+set %W~app:1): nothing else',
    '+set: the same on its other keys, such as SET app: x',
    '+@string: the same on its other keys, and 15 more commands, such as SET app: x',
    '+@write: the same on its other keys, and 115 more commands, such as SET app: x',
  ]))
test('of rules that grant as little, the one that names the command comes before its categories', async () => {
  expect(await suggested('~* &* +@all -flushall', 'FLUSHALL')).toEqual([
    '+flushall: nothing else',
    '+@write: nothing else',
    '+@keyspace: nothing else',
    '+@dangerous: nothing else',
  ])
})
test('a command and a key: adding both to the root allows the command on the user’s other keys too', async () =>
  expect((await suggested('~app:* +get', 'SET other:1 x')).slice(0, 2)).toEqual([
    '(+set %W~other:1): nothing else',
    '+set %W~other:1: more, such as SET app: x',
  ]))
test('SORT with BY needs a rule that reads every key', async () => {
  const found = await suggested('~app:* +@all -@dangerous', 'SORT app:1 BY w_*')
  expect(found[0]).toBe('+sort %R~*: reads of every key, and the same on its other keys, such as GET x')
  expect(found.every((text) => text.includes('%R~*'))).toBe(true)
})
test('a subcommand, and a first argument where there are none', async () => {
  expect(await suggested('~app:* +@read', 'CONFIG GET port')).toEqual([
    '+config|get: nothing else',
    '+@admin: 64 more commands, such as ACL SETUSER x',
    '+@dangerous: 72 more commands, such as ACL SETUSER x',
  ])
  expect(await suggested('~app:* +@read', 'CONFIG GET port', 'redis-6.2')).toEqual([
    '+config|get: nothing else',
    '+config: all that it does, such as CONFIG x',
    '+@admin: 21 more commands, such as ACL x',
    '+@dangerous: 30 more commands, such as FLUSHALL',
  ])
})
test('a pattern of channels', async () =>
  expect(await suggested('+@all', 'PSUBSCRIBE news:*')).toEqual([
    '(+psubscribe &news:*): nothing else',
    '&news:*: more, such as PUBLISH news: x',
  ]))
test('a database, beside those granted', async () => {
  const { decision, user, target } = await judged('~* +@all db=0,2', 'GET a', 'valkey-9.1', 5)
  expect(suggest(decision, user, target).map(({ rules, also }) => `${rules.join(' ')}: ${also}`)).toEqual([
    '(+get %R~a db=5): nothing else',
    'db=0,2,5: all its commands in database 5, such as GET x in database 5',
  ])
})
test('every database', async () =>
  expect((await suggested('~* +@all db=0', 'FLUSHALL', 'valkey-9.1'))[0]).toBe('(+flushall alldbs): nothing else'))
test('nothing is suggested for what is allowed', async () => expect(await suggested('~* +@all', 'GET a')).toEqual([]))

test('every suggestion makes the line pass, on every kind of target', async () => {
  const rule = fc.constantFrom(
    '~app:*',
    '%R~r:*',
    '~*',
    '+@read',
    '+@all',
    '-@dangerous',
    '+get',
    '-@all',
    '&news',
    '(+set ~b)',
    'resetchannels',
    'allchannels',
  )
  const line = fc.constantFrom(
    'GET a',
    'SET r:1 x',
    'RENAME app:1 b',
    'FLUSHALL',
    'CONFIG SET a b',
    'PUBLISH n:1 x',
    'PSUBSCRIBE n:*',
    'MGET a* [b]',
    'EVAL x 1 k',
    'COPY r:1 b DB 2',
  )
  const id = fc.constantFrom<TargetId>('redis-6.0', 'redis-6.2', 'redis-7.0', 'redis-8.0', 'valkey-9.1')
  await fc.assert(
    fc.asyncProperty(fc.array(rule, { maxLength: 5 }), line, id, async (rules, line, id) => {
      const made = await judged(rules.join(' '), line, id).catch(() => null)
      if (!made) return
      const { decision, user, target } = made
      const uses = usesOf(target, decision.command, decision.argv, 0)
      const suggestions = suggest(decision, user, target)
      if (!decision.allowed) expect(suggestions).not.toEqual([])
      for (const { rules } of suggestions) {
        const copy = user.copy()
        for (const text of rules) expect(copy.applyAsRule({ text, span: null })).toBe(null)
        expect(decide(copy, decision.command, decision.argv, uses).allowed).toBe(true)
      }
    }),
    { numRuns: runs(150) },
  )
})

test('a literal pattern matches its text', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('a', '*', '?', '[', ']', '\\', ' ', '^', '-') }), (text) =>
      compileGlob(literalPattern(text)).matches(text),
    ),
  )
})

test('rules are added at the end of the user’s line', () => {
  const text = 'user default off\nuser app on ~a \r\nuser application on\n'
  const fix = addToUser(text, 'app', ['+get', '%W~b'])
  expect(fix?.label).toBe('Add to line 2')
  expect(fix && applyFix(text, fix)).toBe('user default off\nuser app on ~a +get %W~b \r\nuser application on\n')
  expect(addToUser(text, 'nobody', ['+get'])).toBe(null)
})

test('as a command line', () =>
  expect(asSetUser('app', ['%W~a"b', '(+get ~x)'])).toBe('ACL SETUSER app "%W~a\\"b" "(+get ~x)"'))

test('what else is granted can be looked through', async () => {
  const { decision, user, target } = await judged('~app:* +@read', 'SET app:1 x')
  const [first, , third] = suggest(decision, user, target)
  expect(first?.grants).toEqual([])
  expect(third?.rules).toEqual(['+@string'])
  expect(third?.grants.map(({ what, commands }) => [what, commands.length, commands[0]])).toEqual([
    ['Commands that were denied', 15, 'append'],
  ])
})
