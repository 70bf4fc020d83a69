import fc from 'fast-check'
import { expect, test } from 'vitest'
import { check, checkRegardless, decide, refusalOf } from '../../src/acl/check'
import type { Decision } from '../../src/acl/decision'
import { dryRunText, refusalText } from '../../src/acl/refusals'
import { usesOf as touches } from '../../src/targets/uses'
import type { TargetId } from '../../src/targets/target'
import { everyKind, usersOf } from './targets'

async function decided(id: TargetId, rules: string, line: string): Promise<Decision> {
  const { target, users } = await usersOf(id)
  const refusal = users.setUser('bob', rules.split(' '))
  const argv = line.split(' ')
  const command = target.table.resolve(argv)
  const user = users.get('bob')
  if (refusal !== null || command === undefined || user === undefined) throw new Error(refusal?.message ?? line)
  return decide(user, command, argv, touches(target, command, argv, 0))
}

async function verdict(id: TargetId, rules: string, line: string): Promise<string> {
  const decision = await decided(id, rules, line)
  return decision.allowed
    ? `allowed by ${decision.decidedBy}`
    : `${decision.reason} ${decision.object} in ${decision.decidedBy}`
}

test('one selector must do it all', async () => {
  expect(await verdict('redis-8.0', '+@all ~app1:* (+@all ~app2:*)', 'copy app2:a app1:a')).toBe('key app1:a in 1')
  expect(await verdict('redis-8.0', '+@all ~app1:* %R~app2:*', 'copy app2:a app1:a')).toBe('allowed by 0')
})

test('one pattern must give all the access that a key needs', async () => {
  const decision = await decided('redis-8.0', '+@all %R~a* %W~*b', 'getset ab 1')
  expect(decision.selectors[0]?.keys[0]).toMatchObject({
    allowed: false,
    missing: 2,
    grantedBy: [{ text: '%R~a*' }, { text: '%W~*b' }],
  })
  expect(await verdict('redis-8.0', '+@all %R~a %W~a', 'getset a 1')).toBe('allowed by 0')
})

test('the gravest failure of all selectors is reported, then the one furthest right', async () => {
  expect(await verdict('redis-8.0', '+get (+mget ~a) (+mget ~a ~b)', 'mget a b c')).toBe('key c in 2')
  expect(await verdict('redis-8.0', '-@all (+publish)', 'publish x y')).toBe('channel x in 1')
  expect(await verdict('redis-8.0', '-@all', 'publish x y')).toBe('command publish in 0')
})

test('of equal failures, the first selector’s is reported', async () => {
  expect(await verdict('redis-8.0', '-@all (-@all) (-@all)', 'get a')).toBe('command get in 0')
  expect(await verdict('redis-8.0', '+get (+get ~a) (+get ~b)', 'get c')).toBe('key c in 0')
})

test('only a selector with all keys, channels, databases and the command allows it whatever its arguments', async () => {
  const { target, users } = await usersOf('valkey-9.1')
  const may = (rules: string): boolean => {
    users.setUser('one', ['reset', ...rules.split(' ')])
    const user = users.get('one')
    const command = target.table.resolve(['get', 'a'])
    if (user === undefined || command === undefined) throw new Error(rules)
    return checkRegardless(user, command)
  }
  expect(may('~* &* +get')).toBe(true)
  expect(may('-@all (~* &* alldbs +get)')).toBe(true)
  expect(may('~* &* +get db=0')).toBe(false)
  expect(may('~* &* -get')).toBe(false)
  expect(may('~a &* +get')).toBe(false)
  expect(may('~* &a +get')).toBe(false)
  expect(may('~* &* (+get ~*)')).toBe(false)
})

test('databases come before commands', async () => {
  expect(await verdict('valkey-9.1', '+set ~* db=1', 'get a')).toBe('database get in 0')
  expect(await verdict('valkey-9.1', '+@all db=1', 'select 2')).toBe('database 2 in 0')
  expect(await verdict('valkey-9.1', '+@all ~* db=0', 'get a')).toBe('allowed by 0')
})

test('AUTH is open to all; the rule that lets a first argument through is named', async () => {
  expect(await verdict('redis-8.0', '-@all', 'auth a b')).toBe('allowed by 0')
  const decision = await decided('redis-8.0', '+select|0 +select|1', 'select 1')
  expect(decision.selectors[0]?.command.rule?.text).toBe('+select|1')
})

const reasons: readonly [rules: string, line: string, rule: string | null][] = [
  ['+@read -get +@string', 'get a', '+@string'],
  ['+@read -get', 'get a', '-get'],
  ['+@all -@dangerous', 'flushall', '-@dangerous'],
  ['+config|get -config', 'config get a', '-config'],
  ['-config +config|get', 'config get a', '+config|get'],
  ['+@read', 'set a b', null],
  ['+get reset', 'get a', 'reset'],
  ['-@all', 'auth a b', null],
  ['-@all +auth', 'auth a b', '+auth'],
]

test.each(reasons)('%s decides %s by %s', async (rules, line, rule) => {
  expect((await decided('redis-8.0', rules, line)).selectors[0]?.command.rule?.text ?? null).toBe(rule)
})

test('key and channel patterns that grant are named, void ones are not', async () => {
  const decision = await decided('redis-8.0', '+@all ~a* allkeys resetkeys ~ab ~a* &x allchannels', 'get ab')
  expect(decision.selectors[0]?.keys[0]?.grantedBy.map((rule) => rule.text)).toEqual(['~ab', '~a*'])
  const published = await decided('redis-8.0', '+@all &news*', 'publish news1 x')
  expect(published.selectors[0]?.channels[0]?.grantedBy?.text).toBe('&news*')
})

test('the words of a refusal', async () => {
  const words = async (id: TargetId, rules: string, line: string): Promise<string[]> => {
    const { target } = await usersOf(id)
    const decision = await decided(id, rules, line)
    return [refusalText(decision, target.behaviours), dryRunText(decision, target.behaviours)]
  }
  expect(await words('redis-8.0', '-@all', 'config get a')).toEqual([
    "NOPERM User bob has no permissions to run the 'config|get' command",
    "User bob has no permissions to run the 'config|get' command",
  ])
  expect(await words('redis-7.0', '+get', 'get a')).toEqual([
    'NOPERM this user has no permissions to access one of the keys used as arguments',
    "This user has no permissions to access the 'a' key",
  ])
  expect((await words('redis-6.2', '-@all', 'config get a'))[0]).toBe(
    "NOPERM this user has no permissions to run the 'config' command or its subcommand",
  )
  expect(await words('valkey-9.1', 'resetdbs', 'GET a')).toEqual([
    'NOPERM No permissions to access database',
    'User bob has no permissions to access database GET',
  ])
})

const rules = fc.constantFrom(
  '+@all',
  '-@all',
  '+@read',
  '+@write',
  '-@dangerous',
  '+get',
  '-get',
  '+config|get',
  '+select|0',
  '+@pubsub',
  '+copy',
  '+mget',
  '~*',
  '~a*',
  '%R~b*',
  '%W~b',
  '%R~c',
  '~??',
  'resetkeys',
  '&*',
  '&a',
  '&a*',
  'resetchannels',
  '(+@all ~a)',
  '(+get %R~*)',
  '(+mget ~b ~c)',
  '(+publish &*)',
  'db=0',
  'db=1',
  'alldbs',
  '(+@all ~* db=1)',
)
const lines = fc.constantFrom(
  'get a',
  'get b',
  'get',
  'set b 1',
  'set b 1 get',
  'mget a b c',
  'copy a b',
  'copy c b db 1',
  'config get x',
  'config set x y',
  'select 0',
  'select 1',
  'publish a x',
  'psubscribe a*',
  'subscribe a b',
  'auth a b',
  'flushall',
  'eval x 1 a',
  'sort a store b',
  'ping',
  'move a 1',
  'xreadgroup group g c streams a b 1 2',
)

test.each(everyKind)('%s: the fast answer and the reasoned one agree', async (id) => {
  const { target, users } = await usersOf(id)
  fc.assert(
    fc.property(fc.array(rules, { maxLength: 10 }), lines, fc.integer({ min: 0, max: 2 }), (given, line, db) => {
      users.deleteUser('bob')
      users.setUser('bob', [])
      for (const rule of given) users.setUser('bob', [rule])
      const user = users.get('bob')
      const argv = line.split(' ')
      const command = target.table.resolve(argv)
      if (user === undefined || command === undefined) return
      const uses = touches(target, command, argv, db)
      const decision = decide(user, command, argv, uses)
      expect(check(user, command, argv, uses)).toBe(decision.allowed)
      const { reason, at } = decision.allowed ? { reason: null, at: null } : decision
      expect(refusalOf(user, command, argv, uses)).toEqual(reason === null ? null : { reason, at })
      for (const selector of decision.selectors) {
        const { command: made } = selector
        if (made.rule !== null) expect(made.rule.text[0] === '+').toBe(made.allowed)
        for (const key of selector.keys)
          if (key.allowed && selector.selector === 0) expect(key.grantedBy.length).toBeGreaterThan(0)
      }
    }),
    { numRuns: 400 },
  )
})

test.each<[rules: string, line: string, allowed: boolean]>([
  ['resetchannels &a +publish', 'publish a x', true],
  ['resetchannels &a +publish', 'publish b x', false],
  ['resetchannels &a* &b* +subscribe', 'subscribe a1 b1', true],
  ['resetchannels &a* &b* +subscribe', 'subscribe a1 c1', false],
  ['resetchannels &a* +psubscribe', 'psubscribe a*', true],
  ['resetchannels &a* +psubscribe', 'psubscribe a1*', false],
  ['~a %R~b +mget +rename', 'mget a b', true],
  ['~a %R~b +mget +rename', 'mget a c', false],
  ['~a %R~b +mget +rename', 'rename a b', false],
  ['~* &* +@all -get', 'get a', false],
])('with %s, %s: the fast answer, the reasoned one and that of the only selector', async (rules, line, allowed) => {
  const { target, users } = await usersOf('redis-8.0')
  expect(users.setUser('bob', rules.split(' '))).toBeNull()
  const user = users.get('bob')
  const argv = line.split(' ')
  const command = target.table.resolve(argv)
  if (user === undefined || command === undefined) throw new Error(line)
  const uses = touches(target, command, argv, 0)
  const decision = decide(user, command, argv, uses)
  expect([check(user, command, argv, uses), decision.allowed]).toEqual([allowed, allowed])
  expect(decision.selectors.map((one) => one.allowed)).toEqual([allowed])
  expect(refusalOf(user, command, argv, uses) === null).toBe(allowed)
})

test('what is denied is named: the subcommand, or in place of a database of the connection the command', async () => {
  expect(await verdict('redis-8.0', '-@all', 'CONFIG GET x')).toBe('command config|get in 0')
  expect(await verdict('valkey-9.1', '+@all ~* db=1', 'GET a')).toBe('database get in 0')
  expect(await verdict('valkey-9.1', '+@all ~* db=0', 'COPY a b DB 3')).toBe('database 3 in 0')
})

test('a graver failure counts more than one further right', async () => {
  expect(await verdict('valkey-9.1', '+@all ~x (+@all ~* db=0)', 'copy a b db 3')).toBe('key a in 0')
})

test('what is allowed has no object, lacks no access, and what is denied has no rule', async () => {
  const allowed = await decided('redis-8.0', '+@all ~*', 'getset a 1')
  expect(allowed).toMatchObject({ allowed: true, object: '', reason: null })
  expect(allowed.selectors[0]?.keys[0]?.missing).toBe(0)
  const denied = await decided('redis-8.0', '+@all', 'publish a x')
  expect(denied.selectors[0]?.channels[0]?.grantedBy).toBeNull()
})

test('a pattern of one access leaves the other missing', async () => {
  for (const [rule, missing] of [
    ['%R~a', 2],
    ['%W~a', 1],
  ] as const)
    expect((await decided('redis-8.0', `+@all ${rule}`, 'getset a 1')).selectors[0]?.keys[0]?.missing).toBe(missing)
})
