import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Access } from '../../src/acl/command'
import { hashPassword } from '../../src/acl/password'
import { editUser, fieldsOf, type FormChange } from '../../src/analysis/user-form'
import { applyEdits, findUserText, userOfText } from '../../src/analysis/user-text'
import { allows } from '../../src/proof/command-line'
import { beyond } from '../../src/proof/users'
import { loadTarget } from '../../src/targets/load'
import { runs } from '../runs'

const target = await loadTarget('redis-8.0')
const valkey = await loadTarget('valkey-9.1')
const hash = hashPassword('secret')

/** The line after a change; null where there is no edit for it. */
function edited(line: string, change: FormChange, on = target): string | null {
  const edits = editUser(line, 'u', change, on)
  return edits === null ? null : applyEdits(line, edits)
}
const key = (pattern: string, access: Access, selector = 0): FormChange => ({ kind: 'key', selector, pattern, access })

test.each<[string, FormChange, string | null]>([
  ['user u off ~a', { kind: 'enabled', value: true }, 'user u on ~a'],
  ['user  u  ~a', { kind: 'enabled', value: true }, 'user  u on  ~a'],
  ['user u on reset ~a', { kind: 'enabled', value: true }, 'user u on reset ~a on'],
  ['user u on', { kind: 'password', hash, value: true }, `user u on #${hash}`],
  ['user u on >secret >b ~x', { kind: 'password', hash, value: false }, 'user u on >b ~x'],
  ['user u on >a ~x', { kind: 'password', hash, value: true }, `user u on >a #${hash} ~x`],
  ['user u on nopass ~x', { kind: 'nopass', value: false }, 'user u on ~x'],
  ['user u on >a', { kind: 'nopass', value: true }, 'user u on >a nopass'],
  ['user u ~a ~b +get', key('a', 1), 'user u %R~a ~b +get'],
  ['user u %R~a ~b %W~a', key('a', 3), 'user u ~a ~b'],
  ['user u ~a ~b +get', key('a', 0), 'user u ~b +get'],
  ['user u ~a +get', key('b:*', 2), 'user u ~a %W~b:* +get'],
  ['user u +get (~a +set)', key('b', 3, 1), 'user u +get (~a ~b +set)'],
  ['user u +get (~a +set)', key('a', 0, 1), 'user u +get (+set)'],
  ['user u ~* +get', { kind: 'all', of: 'keys', selector: 0, value: false }, 'user u +get'],
  ['user u ~a +get', { kind: 'all', of: 'keys', selector: 0, value: true }, 'user u ~a +get ~*'],
  ['user u &a', { kind: 'channel', selector: 0, pattern: 'b', value: true }, 'user u &a &b'],
  ['user u &a &b', { kind: 'channel', selector: 0, pattern: 'a', value: false }, 'user u &b'],
  ['user u +@all -get', { kind: 'command', selector: 0, name: 'get', allows: true }, 'user u +@all'],
  ['user u +get', { kind: 'command', selector: 0, name: '@read', allows: true }, 'user u +get +@read'],
  ['user u +get', { kind: 'selector', selector: 0, value: true }, 'user u +get ()'],
  ['user u +get (~a +set)  (~b)', { kind: 'selector', selector: 1, value: false }, 'user u +get  (~b)'],
  ['user u ~*', key('a', 1), null],
  ['user u ~a', key('b c', 1), null],
  ['user u +nosuch', { kind: 'enabled', value: true }, null],
])('%s', (line, change, after) => expect(edited(line, change)).toBe(after))

test('databases, where the release has them', () => {
  const list: FormChange = { kind: 'databases', selector: 0, list: [1, 2] }
  expect(edited('user u on db=0 +get', list, valkey)).toBe('user u on db=1,2 +get')
  expect(edited('user u on +get', list)).toBe(null)
  expect(edited('user u db=0', { kind: 'all', of: 'databases', selector: 0, value: true }, valkey)).toBe(
    'user u db=0 alldbs',
  )
})

const roles = await loadTarget('valkey-9.2')
const role = (name: string, value: boolean): FormChange => ({ kind: 'role', name, value })

test.each<[string, FormChange, string | null]>([
  ['user u on ~a', role('reader', true), 'user u on ~a role=reader'],
  ['user u role=reader ~a', role('writer', true), 'user u role=reader,writer ~a'],
  ['user u role=reader,writer ~a', role('reader', false), 'user u role=writer ~a'],
  ['user u on role=reader', role('reader', false), 'user u on'],
  ['user u role=writer role=reader', role('writer', true), 'user u role=reader,writer'],
  ['user u role=reader on reset', role('reader', true), 'user u role=reader on reset role=reader'],
  ['user u role=gone,reader', role('gone', false), 'user u role=reader'],
  ['user u role=gone', { kind: 'enabled', value: true }, 'user u on role=gone'],
  ['user u role=gone', { kind: 'key', selector: 1, pattern: 'a', access: 3 }, null],
  ['user u role=reader', { kind: 'key', selector: 1, pattern: 'a', access: 3 }, null],
])('roles, %s', (line, change, after) => {
  const defined = 'role reader ~r +get (~s +set)\nrole writer ~w +set\n'
  const edits = editUser(defined + line, 'u', change, roles)
  expect(edits === null ? null : applyEdits(defined + line, edits)).toBe(after === null ? null : defined + after)
})

const rules = fc.constantFrom(
  'on',
  'OFF',
  'nopass',
  '>secret',
  '>other',
  `#${hash}`,
  '~a',
  '%R~a',
  '%W~b',
  '~*',
  'resetkeys',
  'AllKeys',
  '&a',
  '&*',
  'resetchannels',
  '+@all',
  '-@all',
  '+GET',
  '-get',
  '+@read',
  '-@write',
  '+config|get',
  '+select|1',
  '(~a +get)',
  '(%R~b +@read -get &c)',
  '()',
  'clearselectors',
  'sanitize-payload',
  'reset',
)
const selector = fc.integer({ min: 0, max: 2 })
const changes: fc.Arbitrary<FormChange> = fc.oneof(
  fc.record({ kind: fc.constantFrom('enabled' as const, 'nopass' as const), value: fc.boolean() }),
  fc.record({ kind: fc.constant('password' as const), hash: fc.constant(hash), value: fc.boolean() }),
  fc.record({
    kind: fc.constant('key' as const),
    selector,
    pattern: fc.constantFrom('a', 'b', 'n:*'),
    access: fc.constantFrom<Access>(0, 1, 2, 3),
  }),
  fc.record({
    kind: fc.constant('channel' as const),
    selector,
    pattern: fc.constantFrom('a', 'x*'),
    value: fc.boolean(),
  }),
  fc.record({
    kind: fc.constant('all' as const),
    of: fc.constantFrom('keys' as const, 'channels' as const),
    selector,
    value: fc.boolean(),
  }),
  fc.record({
    kind: fc.constant('command' as const),
    selector,
    name: fc.constantFrom('get', '@read', 'config|set'),
    allows: fc.boolean(),
  }),
  fc.record({ kind: fc.constant('selector' as const), selector, value: fc.boolean() }),
)

test('an edit changes its field alone, and leaves every other word as written', () =>
  fc.assert(
    fc.property(fc.array(rules, { maxLength: 9 }), fc.constantFrom(' ', '  '), changes, (list, blank, change) => {
      const acl = `user default off\nuser u ${list.join(blank)}\nuser z on`
      const before = userOfText(acl, 'u', target)
      const edits = editUser(acl, 'u', change, target)
      if (before === null || edits === null) return
      const text = applyEdits(acl, edits)
      const after = userOfText(text, 'u', target)
      if (after === null) throw new Error('rejected')
      const [was, is] = [fieldsOf(before), fieldsOf(after)]
      const at = 'selector' in change ? change.selector : -1
      if (change.kind !== 'selector')
        for (const [i, one] of was.selectors.entries()) {
          const kept = { ...one, ...(i === at && { keys: [], channels: [], databases: '', commands: '' }) }
          const now = is.selectors[i]
          const free = {
            key: 'keys',
            channel: 'channels',
            command: 'commands',
            all: change.kind === 'all' ? change.of : '',
          } as const
          if (i !== at) expect(now).toEqual(kept)
          else
            for (const field of ['keys', 'channels', 'databases', 'commands'] as const)
              if (field !== free[change.kind as keyof typeof free]) expect(now?.[field]).toEqual(one[field])
        }
      if (change.kind !== 'enabled') expect(is.enabled).toBe(was.enabled)
      if (change.kind === 'enabled') expect(is.enabled).toBe(change.value)
      if (change.kind !== 'password' && change.kind !== 'nopass')
        expect([is.nopass, is.passwords]).toEqual([was.nopass, was.passwords])
      expect(is.sanitize).toBe(was.sanitize)
      // Log-ins and flags do not change what the rules allow.
      if (change.kind === 'enabled' || change.kind === 'password' || change.kind === 'nopass') {
        const options = { assumeLogIn: true, first: true }
        const [a, b] = [before, after].map((user) => ({ user, target, hidden: new Set<string>() }))
        if (a !== undefined && b !== undefined)
          expect([beyond(a, b, options), beyond(b, a, options)].flatMap(({ differences }) => differences)).toEqual([])
        if (a !== undefined)
          expect(allows(a, { argv: ['get', 'zzz'], db: 0 }, true)).toBe(
            b !== undefined && allows(b, { argv: ['get', 'zzz'], db: 0 }, true),
          )
      }
      // Words outside of the edits stand as they were, in order.
      const outside = (whole: string, spans: readonly { from: number; to: number }[]): string =>
        spans.reduceRight((rest, { from, to }) => rest.slice(0, from) + rest.slice(to), whole)
      let shift = 0
      const inserted = edits.map(({ from, to, insert }) => {
        const place = { from: from + shift, to: from + shift + insert.length }
        shift += insert.length - (to - from)
        return place
      })
      expect(outside(text, inserted)).toBe(outside(acl, edits))
      expect(findUserText(text, 'u', true)?.line).toBe(2)
    }),
    { numRuns: runs(300) },
  ))
