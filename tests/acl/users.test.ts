import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Users } from '../../src/acl/users'
import type { TargetId } from '../../src/targets/target'
import { usersOf } from './targets'

/** The user's line after these rules, or the refusal. */
async function made(id: TargetId, ...rules: string[]): Promise<string> {
  const { users } = await usersOf(id)
  const refusal = users.setUser('bob', rules)
  return refusal?.message ?? describe(users)
}

function describe(users: Users): string {
  return users.get('bob')?.describe() ?? ''
}

test('a new user starts with nothing but what its release gives', async () => {
  expect(await made('redis-6.0')).toBe('user bob off -@all')
  expect(await made('redis-6.2')).toBe('user bob off &* -@all')
  expect(await made('redis-7.0')).toBe('user bob off resetchannels -@all')
  expect(await made('redis-7.2')).toBe('user bob off sanitize-payload resetchannels -@all')
  expect(await made('valkey-9.1')).toBe('user bob off resetchannels -@all')
})

test('7.2 prints command rules as they came, 7.0 the categories that fit', async () => {
  const rules = ['+@read', '-get', '+select|0', '+CONFIG|GET', '-config']
  expect(await made('redis-7.2', ...rules)).toBe(
    'user bob off sanitize-payload resetchannels -@all +@read -get +select|0 -config',
  )
  expect(await made('redis-7.0', ...rules)).toBe('user bob off resetchannels -@all +@read -get +select|0')
})

test('a later rule replaces the same rule, and those of its subcommands', async () => {
  expect(await made('redis-8.0', '+get', '+config|get', '-get', '+config')).toBe(
    'user bob off sanitize-payload resetchannels -@all -get +config',
  )
})

test('two rules for one key pattern become one', async () => {
  expect(await made('redis-8.0', '%R~a', '~b', '%W~a')).toBe('user bob off sanitize-payload ~a ~b resetchannels -@all')
})

test('selectors may be spread over several arguments', async () => {
  expect(await made('redis-8.0', '(+get', '~a', '%R~"b c")', '()')).toMatch(
    'Error in ACL SETUSER modifier \'(+get ~a %R~"b c")\': Syntax error',
  )
  expect(await made('redis-8.0', '(+get', '~a)', '()')).toBe(
    'user bob off sanitize-payload resetchannels -@all (~a resetchannels -@all +get) (resetchannels -@all)',
  )
  expect(await made('redis-8.0', '+get', '(+set', '~a')).toBe(
    "Unmatched parenthesis in acl selector starting at '(+set'.",
  )
})

test('nothing changes when one rule is refused', async () => {
  const { users } = await usersOf('redis-8.0')
  users.setUser('bob', ['on', '+get'])
  expect(users.setUser('bob', ['off', '+set', '~a b'])).toEqual({
    message: "Error in ACL SETUSER modifier '~a b': Syntax error",
    argument: 2,
    error: 'syntax',
  })
  expect(describe(users)).toBe('user bob on sanitize-payload resetchannels -@all +get')
  expect(users.setUser('eve', ['nosuch'])).not.toBeNull()
  expect(users.get('eve')).toBeUndefined()
})

const refusals: readonly [TargetId, string[], string][] = [
  [
    'redis-6.0',
    ['+config', '+config|get'],
    'Adding a subcommand of a command already fully added is not allowed. Remove the command to start. Example: -DEBUG +DEBUG|DIGEST',
  ],
  ['redis-6.0', ['&a'], 'Syntax error'],
  ['redis-6.0', ['-config|get'], 'Unknown command or category name in ACL'],
  [
    'redis-6.2',
    ['&a'],
    "Adding a pattern after the * pattern (or the 'allchannels' flag) is not valid and does not have any effect. Try 'resetchannels' to start with an empty list of channels",
  ],
  ['redis-6.2', ['(+get)'], 'Syntax error'],
  [
    'redis-8.0',
    ['~*', '~a'],
    "Adding a pattern after the * pattern (or the 'allkeys' flag) is not valid and does not have any effect. Try 'resetkeys' to start with an empty list of patterns",
  ],
  ['redis-8.0', ['+config|get|x'], 'Allowing first-arg of a subcommand is not supported'],
  ['redis-8.0', ['+get|'], 'Syntax error'],
  ['redis-8.0', ['-select|0'], 'Unknown command or category name in ACL'],
  ['redis-8.0', ['%X~a'], 'Syntax error'],
  ['redis-8.0', ['(on)'], 'Syntax error'],
  ['redis-8.0', ['<pw'], 'The password you are trying to remove from the user does not exist'],
  [
    'redis-8.0',
    ['#abc'],
    'The password hash must be exactly 64 characters and contain only lowercase hexadecimal characters',
  ],
  ['redis-8.0', ['db=1'], 'Syntax error'],
  ['valkey-9.1', ['db=-1'], 'The provided database ID is out of range'],
  ['valkey-9.1', ['db=1,'], 'Syntax error'],
]

test.each(refusals)('%s refuses %j: %s', async (id, rules, reason) => {
  expect(await made(id, ...rules)).toBe(`Error in ACL SETUSER modifier '${rules.at(-1)}': ${reason}`)
})

test('passwords are kept as hashes, each once; nopass forgets them', async () => {
  const hash = '#30c952fab122c3f9759f02a6d95c3758b246b4fee239957b2d4fee46e26170c4'
  expect(await made('redis-8.0', '>pw', hash, '>pw')).toBe(`user bob off sanitize-payload ${hash} resetchannels -@all`)
  expect(await made('redis-8.0', '>pw', 'nopass')).toBe('user bob off nopass sanitize-payload resetchannels -@all')
  const { users } = await usersOf('redis-8.0')
  users.setUser('bob', ['on', '>pw'])
  expect([users.get('bob')?.accepts('pw'), users.get('bob')?.accepts('other')]).toEqual([true, false])
  users.setUser('bob', ['off'])
  expect(users.get('bob')?.accepts('pw')).toBe(false)
})

test('databases replace each other and are sorted', async () => {
  expect(await made('valkey-9.1', 'db=3', 'db=2,1,2')).toBe('user bob off resetchannels db=1,2 -@all')
  expect(await made('valkey-9.1', 'resetdbs')).toBe('user bob off resetchannels resetdbs -@all')
})

test('connections keep the object that a change is made to', async () => {
  const { users } = await usersOf('redis-8.0')
  users.setUser('bob', ['on'])
  const bob = users.get('bob')
  let seen: string | undefined
  users.setUser('bob', ['off'], undefined, (was, becomes) => {
    seen = `${was.enabled} ${becomes.enabled}`
  })
  expect(users.get('bob')).toBe(bob)
  expect([bob?.enabled, seen]).toEqual([false, 'true false'])
})

test('the default user stays', async () => {
  const { users } = await usersOf('redis-8.0')
  expect(users.deleteUser('default')).toBe(false)
  expect(users.deleteUser('nobody')).toBe(false)
  expect([...users].map((user) => user.describe())).toEqual(['user default on nopass sanitize-payload ~* &* +@all'])
})

test('listeners hear of every change until they stop', async () => {
  const { users } = await usersOf('redis-8.0')
  let heard = 0
  const stop = users.onChange(() => heard++)
  users.setUser('bob', ['on'])
  users.setUser('bob', ['nosuch'])
  users.deleteUser('bob')
  stop()
  users.setUser('bob', [])
  expect(heard).toBe(2)
})

test('a user changed often does not collect rules without end', async () => {
  const { users } = await usersOf('redis-8.0')
  for (let i = 0; i < 1_000; i++) users.setUser('bob', [i % 2 ? '+get' : '-get', '~a'])
  expect(users.get('bob')?.root.rules.map((rule) => rule.text)).toEqual(['-get', '+get', '~a'])
})

test('no rule makes it throw', async () => {
  for (const id of ['redis-6.0', 'redis-7.0', 'valkey-9.1'] as const) {
    const { users } = await usersOf(id)
    const piece = fc.constantFrom(
      '+',
      '-',
      '@',
      '~',
      '&',
      '%',
      'R',
      'W',
      '>',
      '<',
      '#',
      '!',
      '(',
      ')',
      '|',
      'get',
      'config',
      'all',
      'db=',
      '1',
      ',',
      ' ',
      '"',
      "'",
      '\\',
      '\0',
      '\xff',
      '\n',
    )
    fc.assert(
      fc.property(
        fc.array(
          fc.array(piece, { maxLength: 6 }).map((parts) => parts.join('')),
          { maxLength: 6 },
        ),
        (rules) => {
          users.setUser('bob', rules)
          describe(users)
        },
      ),
      { numRuns: 1000 },
    )
  }
})
