import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compileGlob } from '../../src/acl/glob'
import { compareFiles, compareTargets, describeUserChange } from '../../src/analysis/compare'
import { coverOf } from '../../src/analysis/compare/cover'
import { decide } from '../../src/acl/check'
import { usesOf as usesOfLine } from '../../src/targets/uses'
import { usersOf } from './users'
import { loadTarget } from '../../src/targets/load'
import type { TargetId } from '../../src/targets/target'

async function changes(before: string, after: string, id: TargetId = 'redis-8.0'): Promise<Record<string, string[]>> {
  const target = await loadTarget(id)
  const { users } = compareFiles({ target, acl: before }, { target, acl: after })
  return Object.fromEntries(
    users.filter(({ kind }) => kind !== 'same').map((user) => [user.name, describeUserChange(user)]),
  )
}

test('commands gained and lost, categories resolved', async () => {
  expect(await changes('user a +get +config|get', 'user a +mget +config|get +config|set')).toEqual({
    a: ['+ can run CONFIG SET, MGET', '- can no longer run GET'],
  })
  expect(await changes('user a -@all +@hyperloglog', 'user a +pfadd +pfcount +pfdebug +pfmerge +pfselftest')).toEqual(
    {},
  )
})

test('first arguments', async () => {
  expect(await changes('user a +select', 'user a +select|0')).toEqual({ a: ['- can no longer run SELECT'] })
  expect(await changes('user a +select|0', 'user a +select|1')).toEqual({
    a: ['+ can run SELECT 1 alone', '- can no longer run SELECT 0 alone'],
  })
})

test('key patterns by what they match', async () => {
  expect(await changes('user a +get +set ~app:*', 'user a +get +set ~app:1* ~app:2*')).toEqual({
    a: ['- can no longer read and write ~app:* (such as app:)'],
  })
  expect(await changes('user a +get ~app:1* ~app:2*', 'user a +get ~app:*')).toEqual({
    a: ['+ can read and write ~app:* (such as app:)'],
  })
  expect(await changes('user a +get ~app:1', 'user a +get ~app:?')).toEqual({
    a: ['+ can read and write ~app:? (such as app:x)'],
  })
  expect(await changes('user a +get ~a[bc]*', 'user a +get ~ab* ~ac*')).toEqual({})
  expect(await changes('user a +get ~a*', 'user a +get %R~a*')).toEqual({
    a: ['- can no longer write ~a* (such as a)'],
  })
  expect(await changes('user a +get ~a*', 'user a +get %R~a* %W~?*')).toEqual({
    a: ['+ can write %W~?* (such as x)', '- can no longer read and write ~a* (such as a)'],
  })
  expect(await changes('user a ~a', 'user a ~b')).toEqual({
    a: [
      '+ can read and write ~b, though none of its commands uses that',
      '- can no longer read and write ~a, though none of its commands uses that',
    ],
  })
})

test('channels, and patterns for PSUBSCRIBE', async () => {
  expect(await changes('user a +@pubsub &news:* &news:eu*', 'user a +@pubsub &news:*')).toEqual({
    a: ['- can no longer PSUBSCRIBE to &news:eu*'],
  })
  expect(await changes('user a +@pubsub &news:*', 'user a +@pubsub &*')).toEqual({ a: ['+ can use &* (such as x)'] })
})

test('databases', async () => {
  expect(await changes('user a ~* +get db=0,1', 'user a ~* +get db=1,2', 'valkey-9.1')).toEqual({
    a: ['+ can use db=2', '- can no longer use db=0'],
  })
})

test('log-in, and users that come and go', async () => {
  expect(await changes('user a on >x\nuser b off\n', 'user a nopass\nuser c on >y\n')).toEqual({
    a: ['- can no longer log in (off)', '+ needs no password any more (nopass)', '- a password removed'],
    c: ['+ is new'],
    b: ['- is gone'],
  })
  expect(
    await changes('user a on >x', 'user a on #2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881'),
  ).toEqual({})
})

test('a file without a line for default leaves it open', async () => {
  const { default: told = [] } = await changes('user default off', 'user a off')
  expect(told.slice(0, 2)).toEqual(['+ can log in now (on)', '+ needs no password any more (nopass)'])
})

test('selectors in pairs', async () => {
  expect(await changes('user a (+get ~a) (+set ~b)', 'user a (+set ~b) (+get ~a*)')).toEqual({
    a: ['+ in selector 2, can read and write ~a* (such as ax)'],
  })
})

test('a file that a side refuses', async () => {
  const target = await loadTarget('redis-7.2')
  const { refused, users, same } = compareFiles({ target, acl: '# no\n' }, { target, acl: 'user a (+get' })
  expect(refused.map(({ side, crash }) => [side, crash])).toEqual([
    ['before', false],
    ['after', true],
  ])
  expect([users, same]).toEqual([[], false])
})

test('6.2 to 7.2: channels are granted again, subcommands that a category lost too', async () => {
  const acl =
    'user default on nopass ~* +@all\nuser app on >x ~app:* +@read +@write -@dangerous\nuser chat on >x resetchannels &news:* +@pubsub\n'
  const {
    added,
    complete,
    acl: made,
    remaining,
  } = compareTargets(acl, await loadTarget('redis-6.2'), await loadTarget('redis-7.2'))
  expect(complete).toBe(true)
  expect(added.find(({ user }) => user === 'default')?.rules).toEqual(['&*'])
  expect(added.find(({ user }) => user === 'chat')?.rules).toEqual(['+pubsub|help'])
  expect(made.split('\n')[0]).toBe('user default on nopass ~* +@all &*')
  expect(
    remaining.users.flatMap(({ commands }) => [...commands.gained, ...commands.lost]).filter(({ exists }) => exists),
  ).toEqual([])
})

test('7.2 to 6.2: every channel by default is taken back', async () => {
  const { added, complete } = compareTargets(
    'user default off\nuser a on >x +@pubsub -pubsub &a ~x\n',
    await loadTarget('redis-7.2'),
    await loadTarget('redis-6.2'),
  )
  expect(added).toEqual([{ user: 'a', rules: ['resetchannels', '&a'] }])
  expect(complete).toBe(true)
})

test('what the new server refuses is taken out and said', async () => {
  const { repairs, acl, remaining } = compareTargets(
    '# hello\nuser a on +stralgo +get\n',
    await loadTarget('redis-8.8'),
    await loadTarget('redis-7.2'),
  )
  expect(remaining.refused.map(({ side }) => side)).toEqual(['before'])
  expect([repairs, acl]).toEqual([
    ['# hello: taken out, since Redis 7.2 refuses it.', '+stralgo: taken out, since Redis 7.2 refuses it.'],
    'user a on +get\n',
  ])
})

test('db= has no counterpart elsewhere: that is left, and said', async () => {
  const { repairs, complete, remaining } = compareTargets(
    'user default off\nuser a on >x ~* +get db=0\n',
    await loadTarget('valkey-9.1'),
    await loadTarget('redis-8.0'),
  )
  expect(repairs).toEqual(['db=0: taken out, since Redis 8.0 refuses it.'])
  expect(complete).toBe(false)
  expect(remaining.users.flatMap((user) => describeUserChange(user))).toEqual(['+ can use alldbs'])
})

const piece = fc.constantFrom('a', 'b', '*', '?', '[ab]', '[^a]', '\\*', '[a', 'ab')
const pattern = fc.array(piece, { maxLength: 5 }).map((pieces) => pieces.join(''))
const texts = [
  '',
  ...['a', 'b', 'c', '*', '['].flatMap((x) =>
    ['', 'a', 'b', 'c', '*'].flatMap((y) =>
      ['', 'a', 'b', 'c', '['].flatMap((z) => ['', 'a', 'b'].map((w) => x + y + z + w)),
    ),
  ),
]

test('a pattern is covered exactly where all it matches is matched', () => {
  fc.assert(
    fc.property(pattern, fc.array(pattern, { maxLength: 4 }), (wanted, others) => {
      const cover = coverOf(wanted, others)
      expect(cover).not.toBe(null)
      if (cover?.covered === false) {
        expect(compileGlob(wanted).matches(cover.example)).toBe(true)
        expect(others.some((other) => compileGlob(other).matches(cover.example))).toBe(false)
      } else
        for (const text of texts)
          if (compileGlob(wanted).matches(text))
            expect(others.some((other) => compileGlob(other).matches(text))).toBe(true)
    }),
    { numRuns: 2000 },
  )
})

test('a question that is too big is left open, and soon', () => {
  const started = performance.now()
  expect(
    coverOf(
      '*a*b*c*d*e*f*g*h*',
      Array.from({ length: 60 }, (_, i) => `${'?*'.repeat(i % 9)}${'[ab]*'.repeat(i % 7)}x${i}*`),
    ),
  ).toBe(null)
  expect(coverOf(`${'*a'.repeat(400)}`, [`${'*a'.repeat(900)}b`])).toBe(null)
  expect(performance.now() - started).toBeLessThan(3000)
})

test('a file is the same as itself, and rules added for any target are accepted there', async () => {
  const rule = fc.constantFrom(
    'on',
    '>x',
    '~app:*',
    '~*',
    '+@read',
    '+@all',
    '-@dangerous',
    '+get',
    '&news',
    'resetchannels',
    '+config|get',
    '+memory',
    '+@pubsub',
    '-@all',
  )
  const id = fc.constantFrom<TargetId>(
    'redis-6.0',
    'redis-6.2',
    'redis-7.0',
    'redis-7.2',
    'redis-8.0',
    'redis-8.8',
    'valkey-9.1',
  )
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(rule, { maxLength: 6 }), { maxLength: 3 }), id, id, async (lines, from, to) => {
      const acl = lines.map((rules, i) => `user u${i} ${rules.join(' ')}\n`).join('')
      const [old, fresh] = [await loadTarget(from), await loadTarget(to)]
      const itself = compareFiles({ target: old, acl }, { target: old, acl })
      if (itself.refused.length > 0) return
      expect(itself.same).toBe(true)
      const { remaining, acl: made } = compareTargets(acl, old, fresh)
      expect(remaining.refused).toEqual([])
      const again = compareTargets(made, fresh, fresh)
      expect([again.acl, again.comparison.same]).toEqual([made, true])
    }),
    { numRuns: 150 },
  )
})

test('whatever the server decides differently, a comparison shows', async () => {
  const rule = fc.constantFrom(
    '~app:*',
    '~app:1*',
    '%R~a*',
    '%W~app:*',
    '%R~?pp:*',
    '~*',
    '+@read',
    '+get',
    '+set',
    '-get',
    '+@all',
    '-@dangerous',
    '+config|get',
    '&n*',
    '&news',
    '+@pubsub',
    '+select|0',
    '(+get ~app:*)',
    '(+set %W~b)',
  )
  const lines = [
    'GET app:1',
    'SET app:1 x',
    'GET b',
    'SET b 1',
    'GETDEL app:2',
    'CONFIG GET x',
    'CONFIG SET x y',
    'PUBLISH news x',
    'PSUBSCRIBE n*',
    'FLUSHALL',
    'SELECT 0',
    'SELECT 1',
  ].map((line) => line.split(' '))
  const rules = fc.array(rule, { maxLength: 6 }).map((list) => `user a ${list.join(' ')}\n`)
  await fc.assert(
    fc.asyncProperty(rules, rules, async (before, after) => {
      const [old, fresh] = await Promise.all([usersOf(before).catch(() => null), usersOf(after).catch(() => null)])
      if (old === null || fresh === null) return
      const { target } = old
      const { same, users } = compareFiles({ target, acl: before }, { target, acl: after })
      for (const argv of lines) {
        const command = target.table.resolve(argv)
        if (command === undefined) throw new Error('no such command')
        const uses = usesOfLine(target, command, argv, 0)
        if (decide(old.user('a'), command, argv, uses).allowed === decide(fresh.user('a'), command, argv, uses).allowed)
          continue
        expect([before, after, argv, same, users.find(({ name }) => name === 'a')?.kind]).toEqual([
          before,
          after,
          argv,
          false,
          'changed',
        ])
      }
    }),
    { numRuns: 500 },
  )
})
