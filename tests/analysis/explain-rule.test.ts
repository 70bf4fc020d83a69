import fc from 'fast-check'
import { expect, test } from 'vitest'
import { neededBehaviour, parseRule, printRule } from '../../src/acl/rule'
import { explainRule, prefixRules, wordRules } from '../../src/analysis/explain-rule'
import { loadTarget } from '../../src/targets/load'
import type { TargetId } from '../../src/targets/target'

async function say(text: string, id: TargetId = 'redis-8.0'): Promise<string> {
  const { summary, more } = explainRule(text, await loadTarget(id))
  return more === null ? summary : `${summary} ${more}`
}

test.each([
  ['on', 'The user can log in. Without it a new user is off.'],
  ['+get', 'Allows GET. In @read @string @fast.'],
  ['+config', 'Allows CONFIG, all 5 subcommands included.'],
  ['-config|set', 'Denies CONFIG SET. In @admin @slow @dangerous.'],
  ['+config|nosuch', 'Redis 8.0 has no subcommand CONFIG NOSUCH. The server rejects this rule.'],
  ['+select|0', 'Allows SELECT where its first argument is 0. Only the first argument is checked, ignoring case.'],
  ['-select|0', 'Redis 8.0 cannot deny SELECT by its first argument. The server rejects this rule.'],
  ['+nosuch', 'Redis 8.0 has no command nosuch. The server rejects this rule.'],
  ['+@transaction', 'Allows the 5 commands in @transaction. DISCARD, EXEC, MULTI, UNWATCH, WATCH.'],
  ['-@nosuch', 'Redis 8.0 has no category @nosuch. The server rejects this rule.'],
  ['~*', 'Grants every key, for reading and writing.'],
  ['%RW~*', 'Grants every key whose name is not empty, for reading and writing.'],
  ['~app:*', 'Grants keys that start with app:, for reading and writing.'],
  ['~app', 'Grants the key app alone, for reading and writing.'],
  ['~a?c[1-9]', 'Grants keys that match a?c[1-9], for reading and writing.'],
  [
    '%R~ro:*',
    'Grants keys that start with ro:, for reading only. Commands that read and write in one, such as GETDEL or INCR, are denied.',
  ],
  ['%X~ro:*', 'R, W or RW goes between % and ~. The server rejects this rule.'],
  ['&news:*', 'Grants channels that start with news:. PSUBSCRIBE needs a pattern that is granted literally.'],
  ['>secret', 'Adds a password. Write its SHA-256 after # instead, to keep it out of the file.'],
  ['#abc', 'A hash is 64 hexadecimal digits in lower case. The server rejects this rule.'],
  [
    '(',
    'A selector: a second set of permissions. A command is allowed if the root rules or one selector allow all of it; they are not combined.',
  ],
  ['db=0', 'Redis 8.0 has no database rules. The server rejects this rule.'],
  ['sudo', 'sudo is not a rule. The server rejects it as a syntax error.'],
])('%s', async (rule, meaning) => expect(await say(rule)).toBe(meaning))

test('rules are read as the target reads them', async () => {
  expect(await say('&x', 'redis-6.0')).toBe('Redis 6.0 has no channel rules. The server rejects this rule.')
  expect(await say('%R~x', 'redis-6.2')).toBe(
    'Redis 6.2 has no read-only or write-only key patterns. The server rejects this rule.',
  )
  expect(await say('sanitize-payload', 'redis-6.0')).toBe(
    'Redis 6.0 has no rule sanitize-payload. The server rejects this rule.',
  )
  // On Redis 6.2, acl-pubsub-default grants every channel unless it is changed.
  expect(await say('reset', 'redis-6.2')).toBe(
    'Resets the user: off, no password, no keys, no commands. Its channels become those that acl-pubsub-default gives to new users.',
  )
  expect(await say('reset', 'redis-6.0')).toBe('Resets the user: off, no password, no keys, no commands.')
  expect(await say('db=0,3', 'valkey-9.1')).toBe('Grants databases 0, 3 and no other. It replaces an earlier db=.')
})

test('anything is answered, and passwords are never repeated', async () => {
  const target = await loadTarget('redis-8.0')
  const text = fc.string({
    unit: fc.constantFrom(
      '+',
      '-',
      '@',
      '%',
      '~',
      '&',
      '|',
      'r',
      'W',
      'g',
      'e',
      't',
      '(',
      ')',
      '*',
      '=',
      ' ',
      '\n',
      'd',
      'b',
    ),
  })
  fc.assert(fc.property(fc.oneof(text, fc.string()), (rule) => explainRule(rule, target).summary.length > 0))
  fc.assert(
    fc.property(
      fc.string({ minLength: 4 }),
      (password) => !JSON.stringify(explainRule(`>zq${password}`, target)).includes(`zq${password}`),
    ),
  )
})

test('the explained words and signs are those of the engine, with the behaviours that they need', () => {
  for (const { word, needs } of wordRules) {
    const rule = parseRule(word)
    expect({ word, kind: rule.kind, needs: neededBehaviour(rule) ?? undefined }).toEqual({
      word,
      kind: expect.stringMatching(/^(flag|all|reset|category)$/) as string,
      needs,
    })
  }
  for (const { prefix, needs } of prefixRules) {
    const rule = parseRule(prefix === '(' ? '()' : prefix)
    expect({
      prefix,
      printed: printRule(rule).slice(0, prefix.length),
      needs: neededBehaviour(rule) ?? undefined,
    }).toEqual({ prefix, printed: prefix, needs })
  }
})
