import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decide } from '../../src/acl/check'
import { usesOf as usesOfLine } from '../../src/targets/uses'
import { READ, WRITE } from '../../src/acl/command'
import { channelAccess, keyAccess, reachesKey, type Way } from '../../src/analysis/key-access'
import { summarize, summaryParagraph } from '../../src/analysis/summary'
import { plain } from '../../src/analysis/phrase'
import type { TargetId } from '../../src/targets/target'
import { usersOf } from './users'

const file = `user default off
user app on >x ~app:* +@read +@write -@dangerous
user split on >x %R~app:* %W~out:* +@all -@dangerous -function
user wo on >x %W~app:* +set +incr
user two on >x ~other:* +@read (+get ~app:*) (+publish &app:*)
user chat on >x resetchannels &app:* &exact -@all +publish +subscribe +psubscribe
user spy on >x -@all +monitor
user none on >x ~app:* -@all
`

/** Returns a user `a` with these rules; null where the server refuses them. */
const withRules = (rules: readonly string[], id: TargetId): Promise<Awaited<ReturnType<typeof usersOf>> | null> =>
  usersOf(`user a ${rules.join(' ')}\n`, id).catch(() => null)

const shown = (ways: readonly Way[]): string[] =>
  ways.map(({ selector, rules }) => `${selector}: ${rules.map(({ text }) => text).join(' ')}`)

test('who reads and writes a key, and by which rule', async () => {
  const { users, target } = await usersOf(file)
  const access = new Map(keyAccess(target, users, 'app:1').map((one) => [one.user.name, one]))
  expect([...access].map(([name, { read, write }]) => [name, shown(read), shown(write)])).toEqual([
    ['default', [], []],
    ['app', ['0: ~app:*'], ['0: ~app:*']],
    ['split', ['0: %R~app:*'], []],
    ['wo', [], ['0: %W~app:*']],
    ['two', ['1: ~app:*'], []],
    ['chat', [], []],
    ['spy', [], []],
    ['none', [], []],
  ])
  expect(access.get('wo')?.write[0]?.commands.map(({ name }) => name)).toEqual(['set'])
  expect(access.get('spy')?.escalations.map(({ command }) => command.name)).toEqual(['monitor'])
  expect(access.get('app')?.names.map(({ name }) => name)).toEqual(['scan', 'randomkey'])
})

test('a command that reads one key and writes another is a way only with patterns for both', async () => {
  const { users, target } = await usersOf('user a on >x %W~b:* +copy\nuser b on >x %R~a:* %W~b:* +copy\n')
  const written = keyAccess(target, users, 'b:1').map(({ user, write }) => [user.name, shown(write)])
  expect(written.filter(([name]) => name !== 'default')).toEqual([
    ['a', []],
    ['b', ['0: %W~b:*']],
  ])
  const all = ['a', 'b'].map((name) => reachesKey(target, users.get(name) ?? users.newUser(name), 'b:1', WRITE, 0))
  expect(all).toEqual([false, true])
})

test('before 7.0 a pattern gives everything', async () => {
  const { users, target } = await usersOf('user a on >x ~app:* +get\nuser b on >x ~app:* +del\n', 'redis-6.2')
  const told = keyAccess(target, users, 'app:1').map(({ user, read, write }) => [user.name, read.length, write.length])
  expect(told).toEqual([
    ['default', 1, 1],
    ['a', 1, 0],
    ['b', 0, 1],
  ])
})

test('who publishes to a channel and receives from it', async () => {
  const { users, target } = await usersOf(file)
  const told = channelAccess(target, users, 'app:1').filter(
    ({ publish, subscribe, psubscribe }) => publish.length + subscribe.length + psubscribe.length > 0,
  )
  expect(
    told.map(({ user, publish, subscribe, psubscribe }) => [
      user.name,
      shown(publish),
      shown(subscribe),
      shown(psubscribe),
    ]),
  ).toEqual([
    ['two', ['2: &app:*'], [], []],
    ['chat', ['0: &app:*'], ['0: &app:*'], ['0: &app:*']],
  ])
})

test('databases limit a way', async () => {
  const { users, target } = await usersOf('user a on >x ~* +@all db=0,2\n', 'valkey-9.1')
  const way = keyAccess(target, users, 'k').find(({ user }) => user.name === 'a')?.read[0]
  expect(way?.databases).toEqual([0, 2])
  expect(way?.databaseRule?.text).toBe('db=0,2')
})

test('a user in plain words', async () => {
  const { user, target } = await usersOf(file)
  const told = (name: string): string => plain(summaryParagraph(user(name), target))
  expect(told('app')).toBe(
    'app can log in with its password; can run 197 of 379 commands; cannot run any of the 75 dangerous commands; can read and write keys under app:; can list the names of all keys (SCAN and RANDOMKEY); can publish nowhere and subscribe to nothing.',
  )
  expect(told('split')).toContain('can read keys under app:; can write keys under out:;')
  expect(told('chat')).toContain(
    'can neither read nor write any key; can publish and subscribe to channels under app: and the channel exact.',
  )
  expect(told('spy')).toContain('can watch the commands of other clients, with keys and values (MONITOR).')
  expect(told('default')).toContain('default cannot log in, since it is off; can run no command;')
})

test('the monitoring user of the chapter can list every key, and an open default user is told as what it is', async () => {
  const { user, target } = await usersOf(
    'user default on nopass ~* +@all\nuser monitor on >monitor_password ~* +@read +ping +info\n',
  )
  expect(plain(summaryParagraph(user('monitor'), target))).toContain(
    'can read every key; can write no key; can list the names of all keys (KEYS, SCAN and RANDOMKEY);',
  )
  const facts = summarize(user('default'), target)
  expect(facts.filter(({ tone }) => tone === 'danger').map(({ phrases }) => plain(phrases))).toEqual([
    'needs no password: every new connection is it',
    'all 75 dangerous ones among them',
    'can get around any limit (ACL SETUSER, CONFIG SET, REPLICAOF and 11 more such commands)',
  ])
})

test('databases and single commands with arguments', async () => {
  const { user, target } = await usersOf('user a off >x >y ~a ~b? ~c* +get +select|1 db=1\n', 'valkey-9.1')
  expect(plain(summaryParagraph(user('a'), target))).toBe(
    'a cannot log in, since it is off; can run 1 of 383 commands, and 1 more with some arguments; cannot run any of the 83 dangerous commands; can read keys under c, the key a and keys that match b?; can write no key; can publish nowhere and subscribe to nothing; all that only in database 1.',
  )
})

test('a command is among those of a way exactly where the server lets it touch the key', async () => {
  const rule = fc.constantFrom(
    '~app:*',
    '%R~a*',
    '%W~app:1',
    '~*',
    '+@read',
    '+get',
    '+set',
    '-get',
    '+@all',
    '-@write',
    '+getdel',
    '+incr',
    '+get|app:1',
    '(+get ~app:*)',
    '(+@write %W~a*)',
  )
  const probes = [
    ['get', 'GET app:1'],
    ['set', 'SET app:1 x'],
    ['getdel', 'GETDEL app:1'],
    ['incr', 'INCR app:1'],
    ['dump', 'DUMP app:1'],
    ['del', 'DEL app:1'],
  ] as const
  await fc.assert(
    fc.asyncProperty(
      fc.array(rule, { maxLength: 6 }),
      fc.constantFrom('redis-6.2' as const, 'redis-8.0' as const),
      async (rules, id) => {
        const loaded = await withRules(rules, id)
        if (loaded === null) return
        const access = keyAccess(loaded.target, [loaded.user('a')], 'app:1')[0]
        for (const [name, line] of probes) {
          const argv = line.split(' ')
          const command = loaded.target.table.resolve(argv)
          if (command === undefined) throw new Error(line)
          const can = decide(loaded.user('a'), command, argv, usesOfLine(loaded.target, command, argv, 0)).allowed
          expect([
            rules,
            name,
            [...(access?.read ?? []), ...(access?.write ?? [])].some(({ commands }) => commands.includes(command)),
          ]).toEqual([rules, name, can])
        }
      },
    ),
    { numRuns: 300 },
  )
})

test('a user reaches a key exactly where it has a way to it', async () => {
  const rule = fc.constantFrom(
    ...[
      '~app:*',
      '%R~a*',
      '%W~app:1',
      '~*',
      '+@read',
      '+@write',
      '+get',
      '+set',
      '+getset',
      '-get',
      '+@all',
      '-@write',
    ],
    ...['+get|app:1', '+object|encoding', '+exists', '(+get ~app:*)', '(+@write %W~a*)', 'db=0', 'db=1,2'],
  )
  await fc.assert(
    fc.asyncProperty(
      fc.array(rule, { maxLength: 7 }),
      fc.constantFrom('redis-6.2' as const, 'redis-8.0' as const, 'valkey-9.1' as const),
      fc.nat({ max: 2 }),
      async (rules, id, db) => {
        const loaded = await withRules(rules, id)
        if (loaded === null) return
        const { target } = loaded
        const user = loaded.user('a')
        const access = keyAccess(target, [user], 'app:1')[0]
        const has = (ways: readonly Way[] = []): boolean =>
          ways.some(({ databases }) => databases === 'all' || databases.includes(db))
        expect([
          rules,
          reachesKey(target, user, 'app:1', READ, db),
          reachesKey(target, user, 'app:1', WRITE, db),
        ]).toEqual([rules, has(access?.read), has(access?.write)])
      },
    ),
    { numRuns: 300 },
  )
})
