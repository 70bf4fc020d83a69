import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fromText } from '../../../src/acl/bytes'
import { decide } from '../../../src/acl/check'
import { loadAclFile } from '../../../src/acl/load'
import { Users } from '../../../src/acl/users'
import { describeDifference, expandRoles } from '../../../src/analysis/roles/expand'
import { extractRoles, type ExtractOptions } from '../../../src/analysis/roles/extract'
import { loadTarget } from '../../../src/targets/load'
import type { TargetId } from '../../../src/targets/target'
import { usesOf } from '../../../src/targets/uses'
import { gallery } from '../../../src/workspace/gallery/gallery'
import { runs } from '../../runs'

const valkey = await loadTarget('valkey-9.2')
const blank = (): Users => new Users(valkey.table, valkey.behaviours)
const extract = (content: string, options: ExtractOptions = {}) => extractRoles(content, blank(), valkey, options)

const words = ['x', 'a:1', 'b:1', 'app:1', 'app:orders:7', 'news:1']
const lines = [
  ...words.flatMap((word) => [
    ['get', word],
    ['set', word, '1'],
    ['del', word],
    ['hget', word, 'f'],
    ['publish', word, 'm'],
    ['subscribe', word],
    ['psubscribe', `${word}*`],
  ]),
  ['mget', 'a:1', 'b:1'],
  ['copy', 'a:1', 'app:1'],
  ['ping'],
  ['flushall'],
  ['config', 'get', 'x'],
  ['select', '1'],
].map((argv) => argv.map(fromText))

/** Returns what each user may do, by trying all of the lines in two databases. */
function tried(content: string): Map<string, string> {
  const loaded = loadAclFile(blank(), content, 'users.acl')
  if (!loaded.ok) throw new Error(loaded.message)
  return new Map(
    [...loaded.users.values()].map((user) => [
      user.name,
      [
        user.enabled,
        user.nopass,
        ...user.passwords.map(({ hash }) => hash),
        ...[0, 1].flatMap((db) =>
          lines.map((argv) => {
            const command = valkey.table.resolve(argv)
            if (command === undefined) throw new Error(argv.join(' '))
            return decide(user, command, argv, usesOf(valkey, command, argv, db)).allowed
          }),
        ),
      ].join(),
    ]),
  )
}

const selector = fc.tuple(
  fc.subarray(['~a:*', '%R~b:*', '~app:*', '%W~x', '&news:*', '~app:orders:*'], { minLength: 1, maxLength: 3 }),
  fc.subarray(['+@read', '+@write', '-@dangerous', '+get', '+publish', '-del', '+config|get', '+@pubsub', '+select|1']),
  fc.constantFrom('', '', '', ' db=0', ' alldbs'),
)
const text = selector.map(([patterns, commands, db]) => `${[...patterns, ...commands].join(' ')}${db}`)

/** Files of users who have some of a few selectors, in any order, and sometimes one of their own. */
const policies = fc
  .tuple(
    fc.array(text, { minLength: 1, maxLength: 6 }),
    fc.integer({ min: 2, max: 200 }),
    fc.infiniteStream(fc.nat(1000)),
  )
  .map(([pool, count, numbers]) => {
    const next = (below: number): number => (numbers.next().value ?? 0) % below
    const login = ['on >secret', 'off', 'on nopass', 'on >secret reset on >other', '']
    return Array.from({ length: count }, (_, i) => {
      const root = next(8) === 0 ? `~own${i}:* +get` : (pool[next(pool.length)] ?? '')
      const more = Array.from({ length: next(3) }, () => ` (${pool[next(pool.length)] ?? ''})`)
      return `user u${i} ${login[next(login.length)] ?? ''} ${root}${more.join('')}\n`
    })
      .join('')
      .replace(/ {2,}/g, ' ')
  })

describe('extracted roles', () => {
  test('are the classes that 200 users have, found within two seconds', () => {
    const classes = [
      ['shop', '~cart:* ~session:* +@read +@write -@dangerous &news:* (~config:* +get)'],
      ['cache', '~cache:* +@read +@string (~metrics:* +incr)'],
      ['report', '%R~* +@read -keys (~job:* +@list)'],
      ['ops', '~* &* +@all -@dangerous -flushall'],
      ['metrics', '~metrics:* +incr +incrby +get +info (~config:* +get)'],
    ] as const
    const content = Array.from({ length: 200 }, (_, i) => {
      const [name, rules] = classes[i % 5] ?? ['', '']
      return `user ${name}-${i} on >pw${i} ${rules}\n`
    }).join('')
    const start = performance.now()
    const found = extract(content)
    expect(performance.now() - start).toBeLessThan(2_000)
    expect(found).toMatchObject({
      kind: 'roles',
      roles: classes.map(([name]) => ({ name, users: { length: 40 } })),
    })
  })

  test('are found where few users share short rules', () => {
    const classes = {
      shop: '~cart:* +@read +@write -@dangerous',
      cache: '~cache:* +@read -keys +@string',
      job: '~job:* +@list -@dangerous',
    }
    const lines = Object.entries(classes).flatMap(([name, rules]) =>
      [1, 2, 3].map((i) => `user ${name}-${i} on >pw${i} ${rules}\n`),
    )
    expect(extract(lines.join(''))).toMatchObject({ roles: [{ name: 'shop' }, { name: 'cache' }, { name: 'job' }] })
  })

  test('are what users share by meaning, beside what a user has alone', () => {
    const rules = '~app:orders:* +@read +@write -@dangerous -keys'
    const other = '+@read +@write -@dangerous -keys ~app:orders:*'
    expect(
      extract(`user a on >a ${rules}\nuser b on >b ${other} (~x +get)\nuser c ${rules}\nuser d nopass ~d +get\n`),
    ).toEqual({
      kind: 'roles',
      roles: [{ name: 'app-orders-writer', rules: rules.split(' '), users: ['a', 'b', 'c'] }],
      found: [{ name: 'app-orders-writer', rules: rules.split(' '), users: ['a', 'b', 'c'] }],
      content: [
        `role app-orders-writer ${rules}`,
        'user a on >a role=app-orders-writer',
        'user b on >b (~x +get) role=app-orders-writer',
        'user c role=app-orders-writer',
        'user d nopass ~d +get',
        '',
      ].join('\n'),
    })
  })

  test('are none where they would not make the file shorter, or are not kept', () => {
    expect(extract('user a ~a +get\nuser b ~a +get\n')).toEqual({ kind: 'none', found: [] })
    const rules = '~app:orders:* +@read +@write -@dangerous -keys'
    const content = ['one', 'two', 'three'].map((name) => `user ${name} ${rules}\n`).join('')
    expect(extract(content, { keep: new Set() })).toMatchObject({
      kind: 'none',
      found: [{ name: 'app-orders-writer' }],
    })
    expect(extract('user a +nosuch\n').kind).toBe('refused')
  })

  test('get other names where they are wanted', () => {
    const rules = '~app:orders:* +@read +@write -@dangerous -keys'
    const content = ['one', 'two', 'three'].map((name) => `user ${name} ${rules}\n`).join('')
    const found = extract(content, { names: new Map([['app-orders-writer', 'orders']]) })
    expect(found).toMatchObject({ kind: 'roles', roles: [{ name: 'orders' }], found: [{ name: 'app-orders-writer' }] })
    expect('content' in found && found.content).toContain('user one role=orders\n')
  })

  test('and expanded again, allow every user the same: by proof, and by trying command lines', () => {
    let found = 0
    fc.assert(
      fc.property(policies, (content) => {
        const result = extract(content)
        if (result.kind === 'none') return
        if (result.kind !== 'roles') throw new Error(result.kind)
        found++
        expect(result.content.length).toBeLessThan(content.length)
        const expanded = expandRoles(result.content, valkey, valkey)
        if (expanded.kind !== 'expanded') throw new Error(expanded.kind)
        const before = tried(content)
        expect(tried(result.content)).toEqual(before)
        expect(tried(expanded.content)).toEqual(before)
        expect(expanded.content).not.toContain('role')
      }),
      { numRuns: runs(15) },
    )
    expect(found).toBeGreaterThan(5)
  })

  test.each(gallery.map(({ title, acl }) => [title, acl] as const))('of the gallery, %s: are equal', (_, acl) => {
    const content = fromText(acl)
    const result = extract(content)
    expect(['roles', 'none', 'refused']).toContain(result.kind)
    if (result.kind !== 'roles') return
    expect(result.content.length).toBeLessThan(content.length)
    expect(tried(result.content)).toEqual(tried(content))
    expect(expandRoles(result.content, valkey, valkey).kind).toBe('expanded')
  })
})

async function expanded(content: string, id: TargetId): Promise<string> {
  const found = expandRoles(content, valkey, await loadTarget(id))
  return found.kind === 'expanded' ? found.content : found.kind === 'differs' ? describeDifference(found) : found.kind
}

test.each<[TargetId, string, string]>([
  ['valkey-9.2', 'role r ~a +get\nuser u on ~b +set role=r\n', 'user u on ~b +set (~a +get)\n'],
  ['redis-7.2', 'user u on >x role=r\nrole r %R~a:* +@read (~b +set)\n', 'user u on >x %R~a:* +@read (~b +set)\n'],
  ['redis-7.0', 'role r ~a +get\nuser u ~a +get role=r\nuser v ~b +get\n', 'user u ~a +get\nuser v ~b +get\n'],
  ['redis-6.0', 'role r %R~a:* +get\nuser u ~a:* +set role=r\n', 'user u ~a:* +get +set\n'],
  ['redis-6.2', 'role r ~a +get\nuser u on ~* &* +@all role=r\n', 'user u on ~* +@all\n'],
  ['redis-6.2', 'role r ~a +get\nuser u ~b +set role=r\n', 'u may not run get b now, and would without roles.'],
  [
    'redis-7.2',
    'role r ~a +get db=0\nuser u on role=r\n',
    'u may not run get a in database 1 now, and would without roles.',
  ],
  ['redis-7.2', 'user u on ~a +get\n', 'none'],
  ['redis-7.2', 'role r >x\n', 'refused'],
])('%s, expanded %j: %j', async (id, content, result) => {
  expect(await expanded(content, id)).toBe(result)
})
