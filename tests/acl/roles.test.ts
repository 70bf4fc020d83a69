import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fromText } from '../../src/acl/bytes'
import { check, decide, refusalOf } from '../../src/acl/check'
import { loadAclFile } from '../../src/acl/load'
import { Role, roleNameFault } from '../../src/acl/role'
import { splitWords } from '../../src/acl/split'
import { lacksSubscription } from '../../src/acl/subscriptions'
import { User, Users } from '../../src/acl/users'
import { loadTarget } from '../../src/targets/load'
import { usesOf } from '../../src/targets/uses'
import { runs } from '../runs'
import { ruleTexts } from './rules'

const target = await loadTarget('valkey-9.2')
const newUsers = (): Users => new Users(target.table, target.behaviours)

function loaded(file: string): Users {
  const users = newUsers()
  const result = loadAclFile(users, fromText(file), 'users.acl')
  if (!result.ok) throw new Error(result.message)
  users.replaceAll(result)
  return users
}

function userIn(users: Users, name: string): User {
  const user = users.get(name)
  if (user === undefined) throw new Error(`no user ${name}`)
  return user
}

function decided(users: Users, name: string, line: string) {
  const argv = (splitWords(line) ?? []).map(({ text }) => text)
  const command = target.table.resolve(argv)
  if (command === undefined) throw new Error(line)
  return decide(userIn(users, name), command, argv, usesOf(target, command, argv, 0))
}

test('a decision names the role whose selector allowed a command, and the place of its rules', () => {
  const file =
    'user al on nopass ~own:* +set role=writer,reader\nrole reader %R~cache:* +@read (~x +incr)\nrole writer\n'
  const users = loaded(file)
  const found = decided(users, 'al', 'GET cache:1')
  const by = found.selectors[found.decidedBy]
  expect([found.allowed, by?.place]).toEqual([true, { role: 'reader', index: 0 }])
  const rule = by?.command.rule
  expect([rule?.text, rule?.span && file.slice(rule.span.from, rule.span.to), rule?.span?.line]).toEqual([
    '+@read',
    '+@read',
    2,
  ])
  expect(by?.keys[0]?.grantedBy.map(({ text }) => text)).toEqual(['%R~cache:*'])
  expect(
    decided(users, 'al', 'INCR x').selectors.map(({ place, allowed }) => [place.role, place.index, allowed]),
  ).toEqual([
    [null, 0, false],
    ['writer', 0, false],
    ['reader', 0, false],
    ['reader', 1, true],
  ])
})

test('the rules of a user cannot deny what one of its roles allows', () => {
  const users = loaded('role permissive ~* +@all\nuser al on nopass role=permissive -@admin -@all\n')
  expect(decided(users, 'al', 'FLUSHALL').allowed).toBe(true)
})

test('a role without databases opens all of them to a user that is restricted to one', () => {
  const users = loaded(
    'role reader ~* +get\nuser al on nopass db=1 ~* +get role=reader\nuser bo on nopass db=1 ~* +get\n',
  )
  expect([decided(users, 'al', 'GET a').allowed, decided(users, 'bo', 'GET a').reason]).toEqual([true, 'database'])
})

test('of the failures of all selectors and roles, the one that got furthest is reported', () => {
  const users = loaded(
    'role reader ~cache:* +mget\nrole other db=1 +@all\nuser al on nopass +mget ~a role=other,reader\n',
  )
  const found = decided(users, 'al', 'MGET cache:1 b')
  expect([found.allowed, found.reason, found.object, found.at]).toEqual([false, 'key', 'b', 2])
  expect(found.selectors[found.decidedBy]?.place).toEqual({ role: 'reader', index: 0 })
})

test('a changed role changes what its holders may do, at once', () => {
  const users = loaded('role reader ~* +get\nuser al on nopass role=reader\n')
  const before = userIn(users, 'al').selectors
  expect(userIn(users, 'al').selectors).toBe(before)
  expect(users.setRole('reader', ['-get', '+set'])).toBe(null)
  expect([decided(users, 'al', 'GET a').allowed, decided(users, 'al', 'SET a b').allowed]).toEqual([false, true])
})

test.each([
  ['', "Role names can't be empty"],
  ['a b', 'Role names can only contain printable ASCII characters'],
  ['é', 'Role names can only contain printable ASCII characters'],
  ['a,b', "Role names can't contain commas"],
  ["it's", "Role names can't contain quotes or backslashes"],
  ['a\\b', "Role names can't contain quotes or backslashes"],
  ['a,é', "Role names can't contain commas"],
  ['read-only', null],
  ['role:admin', null],
  ['(x)', null],
  ['a=b', null],
])('the name of a role %j: %s', (name, fault) => {
  expect(roleNameFault(fromText(name))).toBe(fault)
})

test('a role refuses what is about logging in or about roles, before it looks at the rest of the rule', () => {
  const refused = ['on', 'OFF', 'nopass', 'resetpass', 'reset', 'sanitize-payload', '>x', '#short', '<x', '!x']
  for (const rule of [...refused, 'resetroles', 'role=', 'ROLE=x', 'role=,', '(role=x)', '(on)'])
    expect([rule, newUsers().setRole('r', [rule])?.message]).toEqual([
      rule,
      `Error in ACL SETROLE modifier '${rule}': Syntax error`,
    ])
})

test('SETROLE changes all or nothing, and adds to what is there', () => {
  const users = newUsers()
  expect(users.setRole('r', ['+get', '~a'])).toBe(null)
  expect(users.setRole('r', ['+set', '+nosuch'])?.argument).toBe(1)
  expect(users.setRole('r', ['(+set'])?.message).toBe(
    "Unmatched parenthesis in selector definition starting at '(+set'.",
  )
  expect(users.setRole('r', ['~b', '(+del', '~c)'])).toBe(null)
  expect(users.roles.get('r')?.describe()).toBe('role r ~a ~b resetchannels -@all +get (~c resetchannels -@all +del)')
})

test.each([
  ['role=', 'Syntax error'],
  ['role=,', 'Syntax error'],
  ['role=,a', 'Syntax error'],
  ['role=a,', 'Syntax error'],
  ['role=nosuch,', 'Syntax error'],
  ['role=a,,nosuch', 'Syntax error'],
  ['role=nosuch,,a', 'The specified ACL role does not exist'],
  ['role=A', 'The specified ACL role does not exist'],
  ['(role=a)', 'Syntax error'],
  ['+@role:a', 'Unknown command or category name in ACL'],
])('SETUSER refuses %s: %s', (rule, reason) => {
  const users = loaded('role a +get\nrole b +set\n')
  expect(users.setUser('al', ['role=b', rule])?.message).toBe(`Error in ACL SETUSER modifier '${rule}': ${reason}`)
  expect(users.get('al')).toBe(undefined)
})

test('role= replaces the roles, keeps each name once, and reset and resetroles take them all', () => {
  const users = loaded('role a +get\nrole b +set\n')
  const after = (...rules: string[]): readonly string[] | string =>
    users.setUser('al', rules)?.message ?? userIn(users, 'al').roles
  expect(after('role=a', 'ROLE=b,a,b')).toEqual(['b', 'a'])
  expect(after('resetroles')).toEqual([])
  expect(after('role=a', 'reset')).toEqual([])
  expect(userIn(users, 'al').describe()).toBe('user al off resetchannels -@all')
})

test('a role that somebody holds is not deleted, and one that nobody holds any more is', () => {
  const users = loaded('role a +get\nuser al on role=a\n')
  expect([users.deleteRole('a'), users.deleteRole('nosuch')]).toEqual([false, false])
  users.deleteUser('al')
  expect([users.deleteRole('a'), users.roles.size]).toEqual([true, 0])
})

test('roles stand before users in their file, wherever their lines are, and are found again when it is loaded', () => {
  const users = loaded('user al on nopass role=b,a\nrole a ~a +get\nrole b ~b +set\n')
  expect(decided(users, 'al', 'GET a').allowed).toBe(true)
  const again = loadAclFile(users, 'user al on nopass role=b\nrole b ~b +get\n', 'users.acl')
  if (!again.ok) throw new Error(again.message)
  expect(decided(users, 'al', 'SET b x').allowed).toBe(true)
  users.replaceAll(again)
  expect([
    ...users.roles.keys(),
    decided(users, 'al', 'SET b x').allowed,
    decided(users, 'al', 'GET b').allowed,
  ]).toEqual(['b', false, true])
})

test('users whose line names a role that another line defines keep their place in line when the role goes', () => {
  const users = newUsers()
  const problems = (file: string): unknown => {
    const result = loadAclFile(users, file, 'users.acl')
    return result.ok ? [] : result.problems.map(({ kind, span }) => [kind, span.line, file.slice(span.from, span.to)])
  }
  expect(problems('role a +get\nuser al on role=a\n')).toEqual([])
  expect(problems('role b +get\nuser al on role=a\n')).toEqual([['no-such-role', 2, 'role=a']])
  expect(problems('role a +get\nuser al on role=a\n')).toEqual([])
})

test('before Valkey 9.2, role lines and rules are refused as anything unknown', async () => {
  const older = await loadTarget('valkey-9.1')
  const users = new Users(older.table, older.behaviours)
  const result = loadAclFile(users, 'role a +get\nuser al role=a\nuser bo resetroles\n', 'users.acl')
  expect(result.ok ? [] : result.problems.map(({ kind }) => kind)).toEqual(['not-user-line', 'syntax', 'syntax'])
})

const selectorRules = ruleTexts.filter(
  (rule) => new Role('r', newUsers().space, newUsers()).apply(fromText(rule)) === null,
)
const lines = fc.constantFrom(
  'GET app:1',
  'SET app:1 x',
  'PUBLISH news:1 x',
  'SELECT 1',
  'CONFIG GET x',
  'FLUSHALL',
  'MGET a app:2',
)

test('a user that holds roles may do what a user with all of their selectors may do', () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(selectorRules, { maxLength: 5 }), { minLength: 1, maxLength: 4 }),
      lines,
      fc.constantFrom(0, 1),
      ([own = [], ...roles], line, db) => {
        const users = newUsers()
        const flat = users.newUser('flat')
        const holder = users.newUser('holder')
        for (const rule of own) [flat, holder].forEach((user) => user.apply(rule))
        for (const [i, rules] of roles.entries()) {
          users.setRole(`r${i}`, [])
          for (const rule of rules) users.setRole(`r${i}`, [rule])
          flat.own = [...flat.own, ...(users.roles.get(`r${i}`)?.own ?? [])]
        }
        if (roles.length > 0) expect(holder.apply(`role=${roles.map((_, i) => `r${i}`).join(',')}`)).toBe(null)
        const argv = line.split(' ')
        const command = target.table.resolve(argv)
        if (command === undefined) throw new Error(line)
        const uses = usesOf(target, command, argv, db)
        expect(check(holder, command, argv, uses)).toBe(check(flat, command, argv, uses))
        expect(refusalOf(holder, command, argv, uses)).toEqual(refusalOf(flat, command, argv, uses))
        const [a, b] = [decide(holder, command, argv, uses), decide(flat, command, argv, uses)]
        expect([a.allowed, a.decidedBy, a.reason, a.object]).toEqual([b.allowed, b.decidedBy, b.reason, b.object])
        const subscribed = { channels: ['news:1'], patterns: ['news:*'] }
        expect(lacksSubscription(holder, subscribed)).toBe(lacksSubscription(flat, subscribed))
      },
    ),
    { numRuns: runs(300) },
  )
})
