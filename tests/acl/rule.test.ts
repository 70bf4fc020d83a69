import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Bytes } from '../../src/acl/bytes'
import {
  channelGrant,
  isSignedPattern,
  keyGrant,
  neededBehaviour,
  parseRule,
  printRule,
  readDatabases,
} from '../../src/acl/rule'
import type { User } from '../../src/acl/user'
import { ruleTexts } from './rules'
import { everyKind, usersOf } from './targets'

test.each([
  ['%R~a', { kind: 'key', access: 1, pattern: 'a', form: '%~' }],
  ['%w~a', { kind: 'key', access: 2, pattern: 'a', form: '%~' }],
  ['%Wr~a~b', { kind: 'key', access: 3, pattern: 'a~b', form: '%~' }],
  ['~a', { kind: 'key', access: 3, pattern: 'a', form: '~' }],
  ['%rw', { kind: 'key', access: 3, pattern: '', form: '%' }],
  ['%', { kind: 'key', access: 0, pattern: '', form: '%' }],
  ['%~a', { kind: 'key', access: 0, pattern: 'a', form: '%~' }],
  ['%RR~a', { kind: 'invalid', like: 'key', text: '%RR~a' }],
  ['%Rx~a', { kind: 'invalid', like: 'key', text: '%Rx~a' }],
  ['~*', { kind: 'all', of: 'keys' }],
  ['AllKeys', { kind: 'all', of: 'keys' }],
  ['&*', { kind: 'all', of: 'channels' }],
  ['&a', { kind: 'channel', pattern: 'a' }],
  ['+Config|GET', { kind: 'command', allows: true, name: 'Config|GET' }],
  ['-@Read', { kind: 'category', allows: false, name: 'read' }],
  ['NOCOMMANDS', { kind: 'category', allows: false, name: 'all' }],
  ['>', { kind: 'password', adds: true, form: 'plain', value: '' }],
  ['!x', { kind: 'password', adds: false, form: 'hash', value: 'x' }],
  ['Reset', { kind: 'reset', of: 'user' }],
  ['clearselectors', { kind: 'reset', of: 'selectors' }],
  ['DB=1,0', { kind: 'databases', list: '1,0' }],
  ['(+get ~a)', { kind: 'selector', inside: '+get ~a' }],
  ['(+get', { kind: 'invalid', like: 'selector', text: '(+get' }],
  ['on\0x', { kind: 'flag', flag: 'on' }],
  ['ON ', { kind: 'invalid', like: null, text: 'ON ' }],
  ['', { kind: 'empty' }],
] as const)('%j is parsed', (text, rule) => {
  expect(parseRule(text)).toEqual(rule)
})

test.each([
  ['%wr~a', '%RW~a'],
  ['%RW~*', '%RW~*'],
  ['%r', '%R~'],
  ['%', '%'],
  ['%~', '%~'],
  ['allkeys', '~*'],
  ['AllChannels', '&*'],
  ['nocommands', '-@all'],
  ['+@READ', '+@read'],
  ['Resetpass', 'resetpass'],
  ['Skip-Sanitize-Payload', 'skip-sanitize-payload'],
  ['nonsense', 'nonsense'],
])('%s is printed as %s', (text, printed) => {
  expect(printRule(parseRule(text))).toBe(printed)
})

test('grants are read off signs and words alike', () => {
  expect(keyGrant(parseRule('allkeys'))).toEqual({ pattern: '*', access: 3 })
  expect(keyGrant(parseRule('%W~a'))).toMatchObject({ pattern: 'a', access: 2 })
  expect(channelGrant(parseRule('allchannels'))).toBe('*')
  expect(channelGrant(parseRule('resetchannels'))).toBeNull()
  expect(['~a', '%R~a', '~*', '&*', '&a'].every(isSignedPattern)).toBe(true)
  expect(['allkeys', '%R', '%x~a', '+get', ''].some(isSignedPattern)).toBe(false)
})

test('databases are read as strtol reads them', () => {
  expect(readDatabases('3,1,3')).toEqual([1, 3])
  expect(readDatabases(' +1')).toEqual([1])
  expect(readDatabases('1,')).toBe('syntax')
  expect(readDatabases('-1')).toBe('database-range')
})

/** Everything that rules set in a user. */
function state(user: User): unknown {
  return {
    line: user.describe(),
    flags: [user.enabled, user.nopass, user.sanitize],
    selectors: user.selectors.map((selector) => [
      selector.allKeys,
      selector.keys.map(({ text }) => text),
      selector.allChannels,
      selector.channels.map(({ pattern }) => pattern),
      selector.allDatabases,
      selector.databases,
      selector.commands.all,
      [...selector.commands.bits],
      [...selector.commands.firstArgs],
    ]),
  }
}

describe.each(everyKind)('%s', (id) => {
  test('a printed rule sets the same as the rule, and is refused for the same reason', async () => {
    const { users } = await usersOf(id)
    fc.assert(
      fc.property(fc.array(ruleTexts, { maxLength: 8 }), (rules) => {
        const [written, printed] = [users.newUser('u'), users.newUser('u')]
        for (const rule of rules) {
          expect(printed.apply(printRule(parseRule(rule)))).toBe(written.apply(rule))
          expect(state(printed)).toEqual(state(written))
        }
      }),
      { numRuns: 300 },
    )
  })

  test('a rule whose behaviour the target lacks is a syntax error', async () => {
    const { users, target } = await usersOf(id)
    fc.assert(
      fc.property(ruleTexts, (text) => {
        const needed = neededBehaviour(parseRule(text))
        if (needed !== null && target.behaviours[needed] === false)
          expect(users.newUser('u').apply(text)).toBe('syntax')
      }),
    )
  })
})

test('any bytes are parsed and printed, and printing is settled after once', () => {
  const anything = fc.string({ unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)) })
  fc.assert(
    fc.property(fc.oneof(ruleTexts, anything), (text: Bytes) => {
      const printed = printRule(parseRule(text))
      expect(printRule(parseRule(printed))).toBe(printed)
    }),
    { numRuns: 2_000 },
  )
})
