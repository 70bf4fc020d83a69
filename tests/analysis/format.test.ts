import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fromText } from '../../src/acl/bytes'
import { loadAclFile } from '../../src/acl/load'
import { splitWords } from '../../src/acl/split'
import { Users } from '../../src/acl/users'
import { applyFix } from '../../src/analysis/diagnostic'
import { formatAcl, formatConf } from '../../src/analysis/format'
import { loadTarget } from '../../src/targets/load'
import type { Target } from '../../src/targets/target'

const targets = await Promise.all(
  (['redis-6.0', 'redis-6.2', 'redis-7.0', 'redis-8.0', 'valkey-9.1'] as const).map((id) => loadTarget(id)),
)
const redis8 = targets[3] as Target

const acl = (text: string, target = redis8): string => applyFix(text, { label: '', edits: formatAcl(text, target) })
const conf = (text: string): string => applyFix(text, { label: '', edits: formatConf(text) })

describe('users.acl', () => {
  test.each([
    ['  user app  ON   +GET  ~a:*   >p ', 'user app on >p ~a:* +get'],
    ['user app allcommands allkeys allchannels', 'user app ~* &* +@all'],
    ['user app (  +GET   %rw~a:* )  on', 'user app on (+get ~a:*)'],
    ['user app -@all +@read -get +get', 'user app -@all +@read -get +get'],
    ['user app +get reset on ~a', 'user app +get reset on ~a'],
    ['user app  on\r\n\r\n# c \r\nuser b ', 'user app on\r\n\r\n# c \r\nuser b'],
    ['user  b on', 'user  b on'],
    ['user app on nonsense  +GET', 'user app on nonsense  +GET'],
    ['user app (+get', 'user app (+get'],
    ['nobody  here', 'nobody  here'],
    ['user é +get   ~é', 'user é ~é +get'],
  ])('%j', (text, formatted) => expect(acl(text)).toBe(formatted))
})

test('redis.conf', () => {
  expect(conf('  BIND   127.0.0.1  -::1 \n#  x \nuser  app   "~a b"  +GET\nrequirepass "a  b"\nbad "quote')).toBe(
    'bind 127.0.0.1 -::1\n#  x\nuser app "~a b" +GET\nrequirepass "a  b"\nbad "quote',
  )
})

/** Everybody as the server prints them; null where it refuses the file. */
function usersOf(text: string, target: Target): string[] | null {
  const result = loadAclFile(new Users(target.table, target.behaviours), fromText(text), 'users.acl')
  return result.ok ? [...result.users.values()].map((user) => user.describe()) : null
}

test('users are equal before and after, and a second time changes nothing', () => {
  const rule = fc.constantFrom(
    'on',
    'OFF',
    'nopass',
    '>p',
    '<p',
    'resetpass',
    '~a:*',
    '~A',
    '%R~a:*',
    '%w~b',
    '%RW~c',
    'allkeys',
    'resetkeys',
    '&n',
    '&n*',
    'allchannels',
    'resetchannels',
    '+get',
    '-GET',
    '+@read',
    '-@all',
    '+@all',
    '+select|0',
    '+config|get',
    '-config',
    'nocommands',
    'reset',
    '(+get ~x)',
    '( +SET  ~y )',
    'clearselectors',
    'db=1,0',
    'alldbs',
    'sanitize-payload',
    '',
    'nonsense',
    '(',
    '+nosuch',
  )
  const line = fc
    .tuple(
      fc.constantFrom('user a', 'user  b', 'user default', ' user c', 'user', '# x', ''),
      fc.array(rule, { maxLength: 8 }),
    )
    .map(([start, rules]) => [start, ...rules].join(' '))
  fc.assert(
    fc.property(
      fc.array(line, { maxLength: 4 }).map((lines) => lines.join('\n')),
      fc.constantFrom(...targets),
      (text, target) => {
        const formatted = acl(text, target)
        expect(usersOf(formatted, target)).toEqual(usersOf(text, target))
        expect(acl(formatted, target)).toBe(formatted)
      },
    ),
    { numRuns: 400 },
  )
})

test('redis.conf has the same words before and after', () => {
  const piece = fc.constantFrom('bind', 'USER', ' ', '  ', '\t', '"a b"', "'", '\\', '#', '+GET', '\n', 'é', '"')
  fc.assert(
    fc.property(
      fc.array(piece, { maxLength: 20 }).map((pieces) => pieces.join('')),
      (text) => {
        const words = (all: string): (string | undefined)[][] =>
          all
            .split('\n')
            .map((one) =>
              one.trim().startsWith('#')
                ? ['#']
                : (splitWords(fromText(one))?.map((word, i) => (i === 0 ? word.text.toLowerCase() : word.text)) ?? [
                    'unbalanced',
                  ]),
            )
        expect(words(conf(text))).toEqual(words(text))
      },
    ),
  )
})

test('a long run of blanks inside a line takes no longer than the line', () => {
  const started = process.cpuUsage()
  expect(acl(`user a on${' '.repeat(200_000)}+get`)).toBe('user a on +get')
  expect(acl(`user a on${'\t'.repeat(200_000)}x`)).toBe(`user a on${'\t'.repeat(200_000)}x`)
  conf(`maxmemory${' '.repeat(200_000)}1`)
  expect(process.cpuUsage(started).user / 1000).toBeLessThan(2_000)
})
