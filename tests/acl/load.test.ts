import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fromText } from '../../src/acl/bytes'
import { loadAclFile, printAclFile } from '../../src/acl/load'
import type { TargetId } from '../../src/targets/target'
import { everyKind, usersOf } from './targets'
import { runs } from '../runs'
import { codePoint } from '../code-point'

/** The users' lines after loading a file, or the server's words and the text that each problem points at. */
async function loaded(id: TargetId, file: string): Promise<unknown> {
  const { users } = await usersOf(id)
  const result = loadAclFile(users, fromText(file), 'users.acl')
  if (!result.ok)
    return { message: result.message, at: result.problems.map(({ span }) => file.slice(span.from, span.to)) }
  users.replaceAll(result)
  return [...users].filter((user) => user.name !== 'default').map((user) => user.describe())
}

const end = 'WARNING: ACL errors detected, no change to the previously active ACL rules was performed'

test('blank lines, white space around lines, CRLF and double spaces are fine', async () => {
  expect(await loaded('redis-8.0', '\n  user  \n \t user bob on  nopass \r\n')).toEqual({
    message: `users.acl:2 should start with user keyword followed by the username. ${end}`,
    at: ['user'],
  })
  expect(await loaded('redis-8.0', '\n \t user bob on  nopass \r\n')).toEqual([
    'user bob on nopass sanitize-payload resetchannels -@all',
  ])
})

test('two spaces before the name make a user without one', async () => {
  expect(await loaded('redis-8.0', 'user  a\n')).toEqual({ message: `users.acl:1: Syntax error. ${end}`, at: ['a'] })
})

test('a tab in a name, a comment, a byte order mark', async () => {
  expect(await loaded('redis-8.0', 'user a\tb on\n# x\n\uFEFFuser b\n')).toEqual({
    message:
      `'users.acl:1: username 'a\tb' contains invalid characters. users.acl:2 should start with user keyword followed by the username. ` +
      `users.acl:3 should start with user keyword followed by the username. ${end}`,
    at: ['a\tb', '#', '\uFEFFuser'],
  })
})

test('8.8 drops comment lines', async () => {
  expect(await loaded('redis-8.8', '# the worker\nuser bob\n')).toEqual([
    'user bob off sanitize-payload resetchannels -@all',
  ])
})

test('problems point at the word in the text, whatever comes before it', async () => {
  expect(await loaded('redis-8.0', 'user é😀 ~ü +nosuch (+get +x)\n')).toMatchObject({ at: ['+nosuch', '(+get +x)'] })
})

test('7.0 reports one plain error a line and every unknown name, 6.x everything', async () => {
  const file = 'user bob x +nosuch y\nuser al z\n'
  expect(await loaded('redis-7.2', file)).toEqual({
    message: `users.acl:1: Syntax error. users.acl:1: Error in applying operation '+nosuch': Unknown command or category name in ACL. users.acl:2: Syntax error. ${end}`,
    at: ['x', '+nosuch', 'z'],
  })
  expect(await loaded('redis-6.2', file)).toEqual({
    message: `users.acl:1: Syntax error. users.acl:1: Unknown command or category name in ACL. users.acl:1: Syntax error. users.acl:2: Syntax error. ${end}`,
    at: ['x', '+nosuch', 'y', 'z'],
  })
})

test('a name counts as used even where its first line was refused', async () => {
  expect(await loaded('redis-8.0', 'user bob nosuch\nuser bob\n')).toEqual({
    message: `users.acl:1: Syntax error. WARNING: Duplicate user 'bob' found on line 2. ${end}`,
    at: ['nosuch', 'bob'],
  })
})

test('a parenthesis left open crashes the real server', async () => {
  const { users } = await usersOf('redis-8.0')
  const result = loadAclFile(users, 'user bob (+get\nuser bob\n', 'users.acl')
  expect(result).toMatchObject({
    ok: false,
    crash: true,
    problems: [{ kind: 'unmatched-parenthesis', span: { line: 1, from: 9, to: 14 } }],
  })
})

test('loading keeps the objects of users that stay, and gives back the default user', async () => {
  const { users } = await usersOf('redis-8.0')
  for (const name of ['bob', 'eve', 'default']) users.setUser(name, ['reset'])
  const bob = users.get('bob')
  const result = loadAclFile(users, 'user bob on\nuser al\n', 'users.acl')
  if (!result.ok) throw new Error(result.message)
  users.replaceAll(result)
  expect(users.default.describe()).toBe('user default on nopass sanitize-payload ~* &* +@all')
  expect(users.get('default')).toBe(users.default)
  expect(users.get('bob')).toBe(bob)
  expect(bob?.enabled).toBe(true)
  expect([...users].map((user) => user.name).sort()).toEqual(['al', 'bob', 'default'])
})

test('a line read before knows its new place after an edit', async () => {
  const { users } = await usersOf('redis-8.0')
  const places = (file: string): (number | undefined)[] => {
    const result = loadAclFile(users, file, 'users.acl')
    if (!result.ok) throw new Error(result.message)
    users.replaceAll(result)
    return users.get('bob')?.selectors.flatMap((selector) => selector.rules.map((rule) => rule.span?.from)) ?? []
  }
  expect(places('user bob +get (~a)\n')).toEqual([9, 15])
  expect(places('user al\nuser bob +get (~a)\n')).toEqual([17, 23])
  users.setUser('bob', ['+set', 'clearselectors'])
  expect(users.get('bob')?.root.rules.map((rule) => rule.text)).toEqual(['+get', '+set', 'clearselectors'])
  expect(places('user bob +get (~a)\n')).toEqual([9, 15])
})

test('text after a NUL is lost, as servers read files', async () => {
  expect(await loaded('redis-8.0', 'user bob on\0 off\nuser x nosuch\0\n')).toEqual({
    message: `users.acl:1: Syntax error. ${end}`,
    at: expect.anything(),
  })
})

const words = fc.constantFrom(
  'on',
  'off',
  'nopass',
  '>pw',
  '#30c952fab122c3f9759f02a6d95c3758b246b4fee239957b2d4fee46e26170c4',
  'resetpass',
  'skip-sanitize-payload',
  'reset',
  '~*',
  '~a:*',
  '%R~b',
  '%W~b',
  '%rw~c?',
  'resetkeys',
  '&*',
  '&news',
  'resetchannels',
  'allchannels',
  '+@all',
  '-@all',
  '+@read',
  '-@dangerous',
  '+get',
  '-get',
  '+config|get',
  '+config',
  '-config|set',
  '+select|0',
  '+debug|object',
  '-@all',
  '+@hash',
  'clearselectors',
  '(+get ~x)',
  '(%R~y &z +@all -set)',
  '()',
  'db=1,2',
  'resetdbs',
  'alldbs',
  '(db=3)',
)

test.each(everyKind)('%s: printing users and reading them back gives the same users', async (id) => {
  const { users } = await usersOf(id)
  fc.assert(
    fc.property(fc.array(words, { maxLength: 12 }), (rules) => {
      const taken: string[] = []
      users.deleteUser('bob')
      for (const rule of rules) if (users.setUser('bob', [rule]) === null) taken.push(rule)
      const printed = printAclFile(users)
      const result = loadAclFile(users, printed, 'users.acl')
      expect(result.ok, `${taken.join(' ')} prints ${printed}`).toBe(true)
      if (!result.ok) return
      const before = users.get('bob')
      const after = result.users.get('bob')
      if (before === undefined) return
      expect(after?.describe()).toBe(before.describe())
      expect(after?.selectors.map((s) => [...s.commands.bits])).toEqual(
        before.selectors.map((s) => [...s.commands.bits]),
      )
    }),
    { numRuns: runs(100) },
  )
})

test('no file makes it throw', async () => {
  const { users } = await usersOf('valkey-9.1')
  fc.assert(
    fc.property(
      fc.array(
        fc.oneof(
          words,
          fc.constantFrom('user', 'a', '\n', '(', ')', '"', '\t', '\0', '\xff'),
          fc.string({ unit: codePoint }),
        ),
        { maxLength: 30 },
      ),
      (parts) => {
        loadAclFile(users, fromText(parts.join(' ')), 'users.acl')
        loadAclFile(users, fromText(`user ${parts.join(' ')}`), 'users.acl')
      },
    ),
    { numRuns: runs(300) },
  )
})
