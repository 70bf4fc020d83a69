import { expect, test } from 'vitest'
import { readsEveryKey } from '../../../src/acl/check'
import { loadTarget } from '../../../src/targets/load'
import { found, usersOf, verdicts } from './found'

test('64 hexadecimal digits may be a password: ACL GENPASS prints such ones, so nothing is changed', async () => {
  expect(await found('hash-as-password', `user app on >${'0123456789abcdef'.repeat(4)} ~a:* +get`))
    .toMatchInlineSnapshot(`
      "warning 1:13 >0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
      After > comes the password itself. If these 64 digits are the SHA-256 hash of a password, that password does not log in.
      (A hash is written with # and lowercase digits. If these digits are the password (ACL GENPASS prints such passwords), keep >.)"
    `)
})

test('a pattern that alone gives the empty key, or SORT BY, is not shadowed', async () => {
  expect(await found('shadowed-pattern', 'user app on #… %R~* %R~ +get')).toBe('')
  expect(await verdicts('user app on #… %R~* %R~ +get', ['GET '])).toBe('GET : allowed')
  expect(await verdicts('user app on #… %R~* +get', ['GET '])).toBe('GET : key')
  expect(await found('shadowed-pattern', 'user app on #… ~** %R~* +sort')).toBe('')
  expect(await found('shadowed-pattern', 'user app on #… ~** %R~* +get')).toContain('safe')
  expect(await found('shadowed-pattern', 'user app on #… %R~ ~a:* %R~* +sort')).toBe('')
  const sort = async (rules: string): Promise<boolean> => {
    const user = [...(await usersOf(`user app on #… ${rules}`)).values()].at(-1)
    const command = user?.space.table.find('sort')
    if (user === undefined || command === undefined) throw new Error('no SORT')
    return readsEveryKey(user, command, ['sort', 'a', 'by', 'w_*'], { keys: [], channels: [], databases: [] })
  }
  expect(await sort('~** %R~* +sort')).toBe(true)
  expect(await sort('~** +sort')).toBe(false)
})

test('a pattern whose rules only together give both is not shadowed by one that gives one', async () => {
  const file = 'user app on #… %R~a:1 %W~a:1 %R~a:* +incr'
  expect(await found('shadowed-pattern', file)).toBe('')
  expect(await verdicts(file, ['INCR a:1'])).toBe('INCR a:1: allowed')
})

test('a selector that alone allows SORT BY is not redundant', async () => {
  expect(await found('redundant-selector', 'user app on #… ~** +@all (%R~* +sort)')).toBe('')
  expect(await found('redundant-selector', 'user app on #… ~** +@all (%R~* +get)')).toContain('safe')
})

test('a selector that alone allows commands of later modules is not redundant', async () => {
  const { table } = await loadTarget('redis-8.0')
  const all = table.commands.filter(({ name }) => !name.includes('|')).map(({ name }) => `+${name}`)
  const file = (root: string) => `user app on #… ~* &* ${root} (~* &* +@all)`
  expect(await found('redundant-selector', file(all.join(' ')))).toBe('')
  expect(await found('redundant-selector', file('+@all'))).toContain('(~* &* +@all)')
})

test('of two rules that each cancel another, the first is named', async () => {
  expect(await found('order-cancels', 'user app on #… ~app:* -get +@read +@all')).toContain('+@read after it cancels')
})

test('of two equal patterns, the one that grants less is the one to remove, wherever it stands', async () => {
  for (const rules of ['%R~a ~a', '~a %R~a'])
    expect(await found('shadowed-pattern', `user app on #… ${rules} +get`)).toContain('→ user app on #… ~a +get')
})

test('of two equal patterns, the second is the one to remove', async () => {
  const said = await found('shadowed-pattern', 'user app on #… ~a:* ~b ~a:* +get')
  expect(said).toContain('→ user app on #… ~a:* ~b +get')
  expect(said.split('safe:')).toHaveLength(2)
})

test('** alone is not *', async () => {
  expect(await found('shell-glob', 'user app on #… %R~** +sort')).toMatchInlineSnapshot(`
    "warning 1:79 %R~**
    ** is not *: SORT with BY or GET needs * itself, and only ~* matches the key with the empty name.
    Write %R~* → user app on #… %R~* +sort"
  `)
  expect(await found('shell-glob', 'user app on #… ~** +get')).toMatchInlineSnapshot(`
    "warning 1:79 ~**
    ** is not *: SORT with BY or GET needs * itself, and only ~* matches the key with the empty name.
    Write ~* → user app on #… ~* +get"
  `)
  expect(await found('shell-glob', 'user app on #… ~app:** +get')).toContain('safe')
  expect(await found('shell-glob', 'user app on #… &app:** +psubscribe')).not.toContain('safe')
})

test('select-firstarg-bypass names the commands that the user may run', async () => {
  const code = 'select-firstarg-bypass'
  const file = 'user app on #… ~a:* +select|0 +get +set'
  expect(await found(code, file)).toMatchInlineSnapshot(`
    "info 1:84 +select|0
    This keeps the user in database 0 only after AUTH: where the default user needs no password, a SELECT before AUTH stays in effect.
    (To keep data apart, use key patterns or separate servers.)"
  `)
  expect(await verdicts(file, ['MOVE a:1 1', 'COPY a:1 a:2 DB 1'])).toBe(
    'MOVE a:1 1: command\nCOPY a:1 a:2 DB 1: command',
  )
  expect(await found(code, 'user app on #… ~a:* +select|0 +copy')).toContain('COPY reaches other databases')
  expect(await found(code, 'user app on #… ~a:* +select|0 +@write')).toContain('MOVE and COPY reach other databases')
})

test('keys-command-leaks: what each command tells', async () => {
  const code = 'keys-command-leaks'
  expect(await found(code, 'user app on #… ~app:* +get +client|tracking')).toMatchInlineSnapshot(`
    "warning 1:79 ~app:*
    Key patterns do not limit CLIENT TRACKING: this user can be told the names of keys that others change (with BCAST).
    Deny it → user app on #… ~app:* +get +client|tracking -client|tracking"
  `)
  expect(await found(code, 'user app on #… ~app:* +get +dbsize')).toMatchInlineSnapshot(`
    "info 1:79 ~app:*
    Key patterns do not limit DBSIZE: this user can count all keys.
    Deny it → user app on #… ~app:* +get +dbsize -dbsize"
  `)
  expect(await found(code, 'user app on #… ~app:* +keys (~* +ping)')).toContain('KEYS')
  expect(await found(code, 'user app on #… ~app:* +keys (~* +get)')).toBe('')
})

test('unloadable-list: quotes in a selector', async () => {
  const file = `user app on #… +ping ("~it's*" +get)`
  expect(await found('unloadable-list', file)).toMatchInlineSnapshot(`
    "error 1:86 "~it's*"
    ACL LIST and ACL SAVE print this user in a way that Redis 8.0 cannot load again.
    (Write ? in place of the parenthesis, quote or blank in the pattern: it matches any one byte.)"
  `)
})

test('unclosed-bracket: a range that ends in the bracket', async () => {
  expect(await found('unclosed-bracket', 'user app on #… ~k[a-]x +get')).toMatchInlineSnapshot(`
    "warning 1:79 ~k[a-]x
    The [ is never closed. The server reads the rest of k[a-]x as a set of characters.
    (In -] the ] ends a range: write the - first, as in [-a].)"
  `)
  expect(await verdicts('user app on #… ~k[a-]x +get', ['GET kx', 'GET kax'])).toBe('GET kx: allowed\nGET kax: key')
  expect(await found('unclosed-bracket', 'user app on #… ~k[-a]x +get')).toBe('')
})

test('empty-pattern: letters without a pattern', async () => {
  expect(await found('empty-pattern', 'user app on #… %RW +get')).toMatchInlineSnapshot(`
    "warning 1:79 %RW
    This matches only the key whose name is empty.
    (~* is every key.)
    Remove this rule → user app on #… +get"
  `)
})
