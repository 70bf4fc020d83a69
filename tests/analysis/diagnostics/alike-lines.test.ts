import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Users } from '../../../src/acl/users'
import { AlikeLines } from '../../../src/analysis/diagnostics/alike-lines'
import { checkLine, type CheckedLine } from '../../../src/analysis/diagnostics/checked-line'
import { heldFrom, shapeOf } from '../../../src/analysis/diagnostics/line-shape'
import { loadTarget } from '../../../src/targets/load'
import type { TargetId } from '../../../src/targets/target'
import { runs } from '../../runs'
import { userLine } from './lines'

const prefix = fc.constantFrom('app:', 'app:x:', 'a:', 'ab:', 'a:b:', 'x.', 'x.y:', 'queue-1:')
const pattern = fc
  .tuple(fc.constantFrom('~', '%R~', '%W~', '%RW~', '&'), prefix)
  .map(([sign, start]) => `${sign}${start}*`)
const words = `~* &* %R~* allkeys resetkeys resetchannels allchannels on off nopass reset resetpass +@all -@all +@read +@write
  -@dangerous +get -get +set +GET +config|get +acl|setuser +function|load +fcall +sort +multi +psubscribe +publish +@pubsub +keys
  +@hash +xreadgroup -auth +@scripting +psync +replconf db=1 db=0,2 nope +nope`
const rule = fc.oneof(
  { weight: 3, arbitrary: pattern },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 3 }).map((digit) => `#${String(digit).repeat(64)}`) },
  { weight: 5, arbitrary: fc.constantFrom(...words.split(/\s+/)) },
)
const selector = fc
  .array(fc.oneof(pattern, fc.constantFrom('+get', '+@read', '+@all', '~*', '%R~*')), { minLength: 1, maxLength: 4 })
  .map((rules) => `(${rules.join(' ')})`)
const shapedLine = fc
  .tuple(
    fc.constantFrom('default', 'a', 'worker', 'a-b.c'),
    fc.array(fc.oneof({ weight: 6, arbitrary: rule }, { weight: 1, arbitrary: selector }), { maxLength: 9 }),
  )
  .map(([name, rules]) => ['user', name, ...rules].join(' '))

/** Returns a line with other names: that of the user, the words in patterns, and the last digits of hashes. */
function renamed(line: string, by: string): string {
  const [keyword = '', name = '', ...rules] = line.split(' ')
  const longer = (text: string): string => text.replace(/[A-Za-z0-9]+/, (word) => word + by)
  const other = rules.map((text) =>
    /^#[0-9a-f]{64}$/.test(text)
      ? text.slice(0, -1) + by.length.toString(16)
      : text.replace(/^(\(?(?:~|&|%[RW]+~))(.+)$/, (_, sign: string, rest: string) => sign + longer(rest)),
  )
  return [keyword, name === 'default' ? name : longer(name), ...other].join(' ')
}

/** A checked line with everything that it and its reports compute on demand. */
const whole = (line: CheckedLine): Record<keyof CheckedLine, unknown> => ({
  text: line.text,
  name: line.name,
  isComment: line.isComment,
  passwords: line.passwords,
  greeting: line.greeting,
  functions: line.functions,
  end: line.end,
  mayChangeUsers: line.mayChangeUsers,
  isAsSaved: line.isAsSaved,
  reports: line.reports.map(({ code, severity, message, hint, from, to, group, fixes }) => ({
    ...{ code, severity, message, hint, from, to, group, fixes },
  })),
})

test.each<TargetId>(['redis-6.2', 'redis-8.0', 'valkey-9.1'])(
  'a line that is checked by its shape has the reports of its own: %s',
  async (id) => {
    const target = await loadTarget(id)
    const users = new Users(target.table, target.behaviours)
    const lines = fc.array(
      fc.tuple(fc.oneof(shapedLine, userLine), fc.constantFrom('', '1', 'xyz', 'longer2'), fc.boolean()),
      { minLength: 2, maxLength: 8 },
    )
    fc.assert(
      fc.property(lines, (given) => {
        const alike = new AlikeLines(users, target)
        for (const [line, by, hasClient] of given) {
          const client = hasClient ? 'celery' : null
          for (const text of [line, renamed(line, by)])
            expect(whole(alike.check(text, client))).toEqual(whole(checkLine(text, users, target, client)))
        }
      }),
      { numRuns: runs(100) },
    )
  },
)

const valkey = await loadTarget('valkey-9.2')
const roleRules = fc.constantFrom(
  '~app:* +get',
  '~a* +@all',
  '~app:x:1 +set',
  '&app:* +publish',
  '~* +@read',
  '+keys',
  '~a?b +get',
  '(~x.* +get)',
  'db=0',
  '&* +@pubsub',
)

test('a line with roles that is checked by its shape has the reports of its own', () => {
  const names = ['reader', 'writer', 'ops']
  const defined = fc.array(fc.array(roleRules, { maxLength: 3 }), { minLength: 3, maxLength: 3 })
  const held = fc.subarray([...names, 'nobody'], { minLength: 1 }).map((list) => ` role=${list.join(',')}`)
  const lines = fc.array(fc.tuple(shapedLine, held, fc.constantFrom('', '1', 'xyz', 'longer2')), {
    minLength: 2,
    maxLength: 8,
  })
  let alike = 0
  fc.assert(
    fc.property(defined, lines, (rules, given) => {
      const users = new Users(valkey.table, valkey.behaviours)
      for (const [i, name] of names.entries()) users.setRole(name, rules[i]?.flatMap((one) => one.split(' ')) ?? [])
      const shaped = new AlikeLines(users, valkey)
      for (const [line, roles, by] of given)
        for (const text of [line + roles, renamed(line, by) + roles]) {
          if (shapeOf(text, heldFrom(users.roles)) !== null) alike++
          expect(whole(shaped.check(text, null))).toEqual(whole(checkLine(text, users, valkey, null)))
        }
    }),
    { numRuns: runs(100) },
  )
  expect(alike).toBeGreaterThan(runs(100))
})

const hash = (digit: string): string => `#${digit.repeat(64)}`

test.each([
  [`user app on ${hash('a')} ~app:* +@read`, `user other on ${hash('b')} ~other:* +@read`],
  ['user a ~a:* ~b:* &a:*', 'user b ~x.y:* ~z:* &news.*'],
  ['user a (~a:* +get)', 'user bcd (~longer:* +get)'],
  ['user a ~a:* ~a:x:*', 'user b ~b:* ~b:y:z:*'],
])('lines of one shape: %s and %s', (a, b) => {
  expect(shapeOf(a)).not.toBeNull()
  expect(shapeOf(b)).toBe(shapeOf(a))
})

test.each([
  ['user app ~app:* +get', 'user default ~app:* +get'],
  ['user app ~app:*', 'user app ~*'],
  ['user app ~app:*', 'user app %R~app:*'],
  ['user app ~a:* ~b:*', 'user app ~a:* ~a:*'],
  ['user app ~a:* ~b:*', 'user app ~a:* ~a:b:*'],
  ['user app ~a:b:* ~a:*', 'user app ~a:* ~a:b:*'],
  [`user app ${hash('a')} ${hash('a')}`, `user app ${hash('a')} ${hash('b')}`],
  ['user app +get', 'user app +set'],
])('lines of two shapes: %s and %s', (a, b) => {
  expect(shapeOf(b)).not.toBe(shapeOf(a))
})

test('the shape of a line with roles depends on how its patterns lie to those of its roles', () => {
  const users = new Users(valkey.table, valkey.behaviours)
  users.setRole('reader', ['~app:*', '+get'])
  users.setRole('odd', ['~a?b', '+get'])
  const heldOf = heldFrom(users.roles)
  const shape = (text: string): string | null => shapeOf(text, heldOf)
  expect(shape('user a ~x:* role=reader')).toBe(shape('user b ~y:* role=reader'))
  expect(shape('user a ~x:* role=reader')).not.toBe(shape('user a ~app:* role=reader'))
  expect(shape('user a ~x:* role=reader')).not.toBe(shape('user a ~app:x:* role=reader'))
  expect(shape('user a ~x:* role=reader')).not.toBe(shape('user a ~x:* role=reader,writer'))
  expect(shape('user a ~x:* role=odd')).toBeNull()
})

test.each([
  ['user app >secret +get'],
  ['user app ~app* +get'],
  ['user app ~__TENANT__:* +get'],
  ['user {{name}} +get'],
  ['user é +get'],
  ['user app  +get'],
  ['user app +get\r'],
  [`user app ${'+get '.repeat(100)}+get`],
  ['user app (+get) (+set) (+del)'],
  ['# user app +get'],
  [''],
])('a line without a shape: %s', (text) => {
  expect(shapeOf(text)).toBeNull()
})
