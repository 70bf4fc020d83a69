import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { files, run } from './program'

const reader = '~app:orders:* +@read -@dangerous (~config:* +get)'
const acl = [
  `user shop-1 on >secret-password ${reader}`,
  `user shop-2 on >other-secret ${reader}`,
  `user shop-3 on >third-secret ${reader} (~cart:* +set)`,
  'user ops on nopass ~* +@all',
  '',
].join('\n')
const withRole = [
  `role shop ${reader}`,
  'user shop-1 on >secret-password role=shop',
  'user shop-2 on >other-secret role=shop',
  'user shop-3 on >third-secret (~cart:* +set) role=shop',
  'user ops on nopass ~* +@all',
  '',
].join('\n')

const pathOf = (content: string): string => files({ 'users.acl': content })['users.acl'] ?? ''

test('prints the roles, what they save and the proof, and no password', async () => {
  const path = pathOf(acl)
  const { code, out, err } = await run(['roles', path])
  expect([code, err]).toEqual([0, ''])
  expect(out).toContain(`  role shop ${reader}\n`)
  expect(out).toContain(' (~cart:* +set) role=shop\n')
  expect(out).toContain(`1 role; 3 lines shorter, ${acl.length - withRole.length} characters saved.\n`)
  expect(out).toContain('Proved equal on Valkey 9.2')
  expect(out).not.toContain('secret')
  expect(readFileSync(path, 'utf8')).toBe(acl)
})

test('writes roles with --write, finds no more of them, and expands them again', async () => {
  const path = pathOf(acl)
  expect((await run(['roles', path, '--write'])).code).toBe(0)
  expect(readFileSync(path, 'utf8')).toBe(withRole)
  expect((await run(['roles', path])).out).toBe(
    'No roles were found that make the file shorter. That is no proof that there are none.\n',
  )
  expect((await run(['roles', path, '--expand', '--to', 'redis-7.2', '--write'])).code).toBe(0)
  const written = readFileSync(path, 'utf8')
  expect(written).not.toContain('role')
  expect(written).toContain(`user shop-1 on >secret-password ${reader}`)
  expect((await run(['roles', path, '--expand'])).out).toBe('The file has no roles.\n')
})

test('keeps the roles that are named, and says which there are', async () => {
  const path = pathOf(
    `${acl}${['a', 'b', 'c', 'd'].map((name) => `user ${name} on >x ~stock:* +@write -@dangerous -keys\n`).join('')}`,
  )
  const json = (await run(['roles', path, '--keep', 'stock-writer', '--format', 'json'])).out
  expect(JSON.parse(json)).toMatchObject({
    command: 'roles',
    kind: 'roles',
    proof: 'equal',
    found: [{ name: 'shop', users: ['shop-1', 'shop-2', 'shop-3'] }, { name: 'stock-writer' }],
    roles: [{ name: 'stock-writer', users: ['a', 'b', 'c', 'd'] }],
  })
  expect(json).not.toContain('secret')
  expect(await run(['roles', path, '--keep', 'nobody'])).toMatchObject({
    code: 2,
    err: 'No role nobody was found. Choose from: shop, stock-writer\n',
  })
})

test('refuses what a server without roles cannot have, with the command line that differs', async () => {
  const path = pathOf('role r ~a +get (~b +set)\nuser app on >secret-password role=r\n')
  expect((await run(['roles', path, '--expand', '--to', 'redis-7.0'])).out).toContain(
    '  user app on >*** ~a +get (~b +set)\n',
  )
  const { code, out } = await run(['roles', path, '--expand', '--to', 'redis-6.2'])
  expect([code, out]).toEqual([
    1,
    'Redis 6.2 cannot have the same policy without roles.\napp may not run get b now, and would without roles.\n',
  ])
  const json = (await run(['roles', path, '--expand', '--to', 'redis-6.2', '--format', 'json'])).out
  expect(JSON.parse(json)).toMatchObject({
    kind: 'differs',
    proof: null,
    acl: null,
    user: 'app',
    without: 'more',
    example: { argv: ['get', 'b'], db: 0 },
  })
})

test('compares with a server without roles as the file would be there', async () => {
  const path = pathOf(withRole)
  const { out } = await run(['compare', path, '--target', 'valkey-9.2', '--to', 'redis-7.2', '--format', 'json'])
  expect(JSON.parse(out)).toMatchObject({
    repairs: ['role shop: removed, since Redis 7.2 has no roles. Its users have its rules themselves.'],
    complete: true,
  })
})

test('says what it cannot do', async () => {
  const path = pathOf(acl)
  for (const [words, err] of [
    [['--to', 'redis-7.2'], 'Redis 7.2 has no roles. Choose a server that has them: --to valkey-9.2\n'],
    [
      ['--expand', '--target', 'redis-7.2'],
      'Redis 7.2 has no roles. Choose the server that the file is for: --target valkey-9.2\n',
    ],
    [['--expand', '--keep', 'shop'], '--keep chooses extracted roles: omit --expand.\n'],
  ] as const)
    expect(await run(['roles', path, ...words])).toMatchObject({ code: 2, out: '', err })
  expect(await run(['roles', '-', '--write'], { stdin: acl })).toMatchObject({
    code: 2,
    err: '--write needs a file.\n',
  })
  expect(await run(['roles', '-'], { stdin: 'user a +nosuch\n' })).toMatchObject({ code: 2, out: '' })
})
