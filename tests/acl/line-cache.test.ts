import fc from 'fast-check'
import { expect, test } from 'vitest'
import { TextConverter, fromText } from '../../src/acl/bytes'
import { lineCacheLimits } from '../../src/acl/line-cache'
import { loadAclFile, type AclFileResult } from '../../src/acl/load'
import { Users } from '../../src/acl/users'
import { loadTarget } from '../../src/targets/load'
import type { Target, TargetId } from '../../src/targets/target'
import { runs } from '../runs'

const targets: readonly TargetId[] = ['redis-6.0', 'redis-6.2', 'redis-7.0', 'redis-8.0', 'valkey-9.1', 'valkey-9.2']

const names = fc.constantFrom('default', 'al', 'bob', 'é', 'a-name-that-is-longer-than-most')
const rules = fc.constantFrom(
  ...['on', 'off', 'nopass', '>secret', '<secret', '~app:*', '%R~é:*', '+get', '+@read', '-@dangerous', '&news:*'],
  ...['resetchannels', 'reset', 'allkeys', '(~a:* +set)', '(+get', '', '+nosuch', '-nosuch', '#00', '~*', '\t+set\r'],
  ...[
    'skip-sanitize-payload',
    'clearselectors',
    'db=1',
    'role=al',
    'role=bob,al',
    'role=nosuch',
    'role=al,',
    'resetroles',
  ],
)
const roleRules = fc.constantFrom('~app:*', '+get', '+@read', '&news:*', '(~a:* +set)', 'db=1', 'on', '(+get')
const lines = fc.oneof(
  {
    weight: 8,
    arbitrary: fc
      .tuple(names, fc.array(rules, { maxLength: 5 }))
      .map(([name, words]) => `user ${[name, ...words].join(' ')}`),
  },
  {
    weight: 3,
    arbitrary: fc
      .tuple(fc.constantFrom('al', 'bob', 'bob'), fc.array(roleRules, { maxLength: 3 }))
      .map(([name, words]) => `role ${[name, ...words].join(' ')}`),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      '',
      ' ',
      '# comment',
      'user',
      'role',
      'role al',
      'usr x',
      'user  x',
      '\tuser al on \r',
      'user a\0b on',
    ),
  },
)
const texts = fc
  .tuple(fc.array(lines, { maxLength: 8 }), fc.constantFrom('\n', '\n', '', '\n\n', '\n \n'))
  .map(([all, end]) => all.join('\n') + end)

type Edit =
  | { readonly kind: 'splice'; readonly at: number; readonly drop: number; readonly insert: string }
  | { readonly kind: 'lines'; readonly at: number; readonly drop: number; readonly insert: readonly string[] }
  | { readonly kind: 'swap'; readonly at: number }
  | { readonly kind: 'text'; readonly text: string }
const place = fc.double({ min: 0, max: 1, noNaN: true })
const edits: fc.Arbitrary<Edit> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('splice' as const),
      at: place,
      drop: fc.nat(6),
      insert: fc.constantFrom('', 'x', ' ', '\n', 'user ', '(', ')', 'é', '\r\n', ' +get', '#', '\n\n'),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('lines' as const),
      at: place,
      drop: fc.nat(2),
      insert: fc.array(lines, { maxLength: 2 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('swap' as const), at: place }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('text' as const), text: texts }) },
)

function edited(text: string, edit: Edit): string {
  if (edit.kind === 'text') return edit.text
  if (edit.kind === 'splice') {
    const at = Math.round(edit.at * text.length)
    return text.slice(0, at) + edit.insert + text.slice(at + edit.drop)
  }
  const all = text.split('\n')
  const at = Math.floor(edit.at * all.length)
  if (edit.kind === 'lines') all.splice(at, edit.drop, ...edit.insert)
  else all.push(...all.splice(at, 1))
  return all.join('\n')
}

/** Everything that a load tells, and the users that it leaves on a server, with the rules behind them. */
function told(users: Users, result: AclFileResult): unknown {
  if (!result.ok) return result
  users.replaceAll(result)
  return {
    file: [...result.users].map(([name, user]) => [name, user.describe()]),
    roles: [...users.roles.values()].map((role) => [role.describe(), role.own.map(({ rules }) => rules)]),
    server: [...users].map((user) => [
      user.name,
      user.describe(),
      user.passwords.map(({ hash }) => hash),
      user.selectors.map((selector) => selector.rules),
    ]),
  }
}

const onServer = (target: Target, allChannels: boolean): Users => {
  const users = new Users(target.table, target.behaviours)
  users.allChannelsByDefault = allChannels
  return users
}

test.each(targets)(
  'on %s a file is loaded after edits as on a server that never saw it',
  { timeout: 60_000 },
  async (id) => {
    const target = await loadTarget(id)
    fc.assert(
      fc.property(
        texts,
        fc.array(fc.tuple(edits, fc.constantFrom('load', 'load', 'load', 'command', 'channels')), {
          maxLength: 12,
        }),
        (first, steps) => {
          const users = onServer(target, false)
          let text = first
          for (const [edit, then] of [[null, 'load'] as const, ...steps]) {
            if (edit !== null) text = edited(text, edit)
            const content = fromText(text)
            if (then === 'command') users.setUser('bob', ['reset', 'on', '+get'])
            if (then === 'channels') users.allChannelsByDefault = !users.allChannelsByDefault
            const fresh = onServer(target, users.allChannelsByDefault)
            const asNew = told(fresh, loadAclFile(fresh, content, 'users.acl'))
            // The order of a server's users that stay in memory and not in the file is that of the file.
            expect(told(users, loadAclFile(users, content, 'users.acl'))).toEqual(asNew)
          }
        },
      ),
      { numRuns: runs(400) },
    )
  },
)

test('a refused file leaves the rules in force at their places in the file that was loaded', async () => {
  const target = await loadTarget('redis-8.0')
  const users = onServer(target, false)
  const load = (text: string): boolean => {
    const result = loadAclFile(users, text, 'users.acl')
    if (result.ok) users.replaceAll(result)
    return result.ok
  }
  const from = (): number | undefined => users.get('bob')?.root.rules[0]?.span?.from
  expect(load('user al on\nuser bob +get\n')).toBe(true)
  expect(load('user al on +nosuch\nuser bob +get\n')).toBe(false)
  expect(from()).toBe(20)
  expect(load('user al on +set\nuser bob +get\n')).toBe(true)
  expect(from()).toBe(25)
})

/** Loads a file as one that is too large for the cache. */
function loadAsLarge(users: Users, content: string): AclFileResult {
  const { file } = lineCacheLimits
  lineCacheLimits.file = -1
  try {
    return loadAclFile(users, content, 'users.acl')
  } finally {
    lineCacheLimits.file = file
  }
}

test('blanks make a file too large for the cache, and no other file', async () => {
  const target = await loadTarget('redis-8.0')
  const content = fromText('user al on nopass ~é:* +get\nuser bob on (~a:* +set)\n')
  const [small, asLarge, large] = [onServer(target, false), onServer(target, false), onServer(target, false)]
  const expected = told(small, loadAclFile(small, content, 'users.acl'))
  expect(told(asLarge, loadAsLarge(asLarge, content))).toEqual(expected)
  const blank = ' '.repeat(lineCacheLimits.file)
  expect(told(large, loadAclFile(large, `${content}${blank}`, 'users.acl'))).toEqual(expected)
})

test.each(targets)('on %s a file that is too large for the cache is loaded as a small one', async (id) => {
  const target = await loadTarget(id)
  fc.assert(
    fc.property(fc.array(texts, { minLength: 1, maxLength: 3 }), (all) => {
      const [cached, uncached] = [onServer(target, false), onServer(target, false)]
      for (const text of all) {
        const content = fromText(text)
        expect(told(uncached, loadAsLarge(uncached, content))).toEqual(
          told(cached, loadAclFile(cached, content, 'users.acl')),
        )
      }
    }),
    { numRuns: runs(40) },
  )
})

test.each(targets)('on %s a user of a large file that is read late is as it was loaded', async (id) => {
  const target = await loadTarget(id)
  fc.assert(
    fc.property(texts, fc.boolean(), fc.array(rules, { maxLength: 3 }), (text, isOpen, more) => {
      const [small, large] = [onServer(target, isOpen), onServer(target, isOpen)]
      const refusals = [small, large].map((users) => {
        const content = fromText(text)
        const loaded = users === large ? loadAsLarge(users, content) : loadAclFile(users, content, 'users.acl')
        if (loaded.ok) users.replaceAll(loaded)
        users.allChannelsByDefault = !isOpen
        const refusal = users.setUser('bob', more)
        return refusal?.message
      })
      expect(refusals[1]).toEqual(refusals[0])
      const seen = (users: Users): unknown =>
        [...users].map((user) => [user.describe(), user.selectors.map(({ rules }) => rules), user.copy().describe()])
      expect(seen(large)).toEqual(seen(small))
      for (const user of large) user.forget()
      expect(seen(large)).toEqual(seen(small))
      for (const users of [small, large]) for (const user of users) user.apply('+ping')
      for (const user of large) user.forget()
      expect(seen(large)).toEqual(seen(small))
    }),
    { numRuns: runs(20) },
  )
})

test('after an edit of one line, only that line is parsed again', async () => {
  const target = await loadTarget('redis-8.0')
  const users = onServer(target, false)
  const load = (rule: string): AclFileResult =>
    loadAclFile(
      users,
      Array.from({ length: 100 }, (_, i) => `user u${i} on ${i === 50 ? rule : '+get'}`).join('\n'),
      'users.acl',
    )
  const [before, after] = [load('+get'), load('+set +getrange')]
  if (!before.ok || !after.ok) throw new Error('It loads.')
  const parsedAgain = [...after.users].filter(([name, user]) => user !== before.users.get(name))
  expect(parsedAgain.map(([name]) => name)).toEqual(['u50'])
})

test('text that changes is converted as a whole would be', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(texts, edits), { minLength: 1, maxLength: 6 }), (all) => {
      const converter = new TextConverter()
      for (const [text, edit] of all)
        for (const one of [text, edited(text, edit)]) expect(converter.fromText(one)).toBe(fromText(one))
    }),
    { numRuns: runs(300) },
  )
})
