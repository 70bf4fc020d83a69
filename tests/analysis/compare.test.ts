import fc from 'fast-check'
import { expect, test, vi } from 'vitest'
import { groupChanges, namesOf } from '../../src/analysis/compare/groups'
import { compareFiles, compareTargets, describeUserChange } from '../../src/analysis/compare'
import { isDifferent } from '../../src/analysis/compare/upgrade'
import { withoutRejected } from '../../src/analysis/compare/without-rejected'
import type { Difference } from '../../src/proof/users'
import { decide } from '../../src/acl/check'
import { usesOf as usesOfLine } from '../../src/targets/uses'
import { usersOf } from './users'
import { loadTarget } from '../../src/targets/load'
import type { TargetId } from '../../src/targets/target'
import { runs } from '../runs'

async function changes(before: string, after: string, id: TargetId = 'redis-8.0'): Promise<Record<string, string[]>> {
  const target = await loadTarget(id)
  const { users } = compareFiles({ target, acl: before }, { target, acl: after })
  return Object.fromEntries(
    users.filter(({ kind }) => kind !== 'same').map((user) => [user.name, describeUserChange(user)]),
  )
}

const off = '= nobody can log in: the user is off'

test('commands gained and lost, categories resolved', async () => {
  expect(await changes('user a +get +config|get', 'user a +mget +config|get +config|set')).toEqual({
    a: ['+ can also run CONFIG SET, such as CONFIG SET x x', off],
  })
  expect(await changes('user a ~x +get +config|get', 'user a ~x +mget +config|get +config|set')).toEqual({
    a: ['+ can also run CONFIG SET, MGET, such as CONFIG SET x x', '- can no longer run GET, such as GET x', off],
  })
  expect(await changes('user a -@all +@hyperloglog', 'user a +pfadd +pfcount +pfdebug +pfmerge +pfselftest')).toEqual(
    {},
  )
})

test('patterns are compared as bytes, and bytes that are no text are shown escaped', async () => {
  expect(await changes('user a on nopass ~\xff +get', 'user a on nopass ~\xc3\xbf +get')).toEqual({
    a: ['+ can also run GET on ~ÿ, such as GET "\\xc3\\xbf"', '- can no longer run GET on ~\\xff, such as GET "\\xff"'],
  })
  const target = await loadTarget('redis-6.2')
  const { acl, added } = compareTargets(
    'user a on nopass ~\xff resetchannels +client|list',
    target,
    await loadTarget('redis-7.2'),
  )
  expect(acl.startsWith('user a on nopass ~\xff resetchannels +client|list')).toBe(true)
  expect(added).toEqual([])
})

test('COMMAND, which runs by itself, is more than all of its subcommands', async () => {
  const { table } = await loadTarget('redis-8.0')
  const parts = [...(table.find('command')?.subcommands?.values() ?? [])].map(({ name }) => `+${name}`).join(' ')
  expect(await changes('user a on nopass +command', `user a on nopass ${parts}`)).toEqual({
    a: ['- can no longer run COMMAND'],
  })
})

test('subcommands are listed behind their container, in every language of the machine', async () => {
  // A language that reverses whatever it is asked to sort.
  vi.spyOn(String.prototype, 'localeCompare').mockReturnValue(-1)
  expect(await changes('user a', 'user a +commandlog|len +command|count +command|info', 'valkey-9.1')).toEqual({
    a: ['+ can also run COMMAND COUNT, COMMAND INFO, COMMANDLOG LEN', off],
  })
})

test('first arguments', async () => {
  expect(await changes('user a +select', 'user a +select|0')).toEqual({
    a: ['- can no longer run SELECT, such as SELECT x', off],
  })
  expect(await changes('user a +select|0', 'user a +select|1')).toEqual({
    a: ['+ can also run SELECT, such as SELECT 1', '- can no longer run SELECT, such as SELECT 0', off],
  })
})

test('key patterns by what they match', async () => {
  expect(await changes('user a +get +set ~app:*', 'user a +get +set ~app:1* ~app:2*')).toEqual({
    a: ['- can no longer run GET, SET on ~app:*, such as GET app:', off],
  })
  expect(await changes('user a +get ~app:1* ~app:2*', 'user a +get ~app:*')).toEqual({
    a: ['+ can also run GET on ~app:*, such as GET app:', off],
  })
  expect(await changes('user a +get ~app:1', 'user a +get ~app:?')).toEqual({
    a: ['+ can also run GET on ~app:?, such as GET app:x', off],
  })
  expect(await changes('user a +get ~a[bc]*', 'user a +get ~ab* ~ac*')).toEqual({})
  // Nothing that the commands need is lost with the other access, or with a pattern that no command uses.
  expect(await changes('user a +get ~a*', 'user a +get %R~a*')).toEqual({})
  expect(await changes('user a +get ~a*', 'user a +get %R~a* %W~?*')).toEqual({})
  expect(await changes('user a +get +del ~a*', 'user a +get +del %R~a* %W~a?* %W~a')).toEqual({})
  expect(await changes('user a ~a', 'user a ~b')).toEqual({})
})

test('what is gained by each of several patterns, with the gravest command first', async () => {
  expect(await changes('user a on nopass ~a:* +@string', 'user a on nopass ~a:* ~b:* %R~c:* +@string')).toEqual({
    a: [
      expect.stringMatching(/^\+ can also run APPEND, .* on ~b:\*, such as /),
      expect.stringMatching(/^\+ can also run GET, .* on %R~c:\*, such as GET c:$/),
    ],
  })
  const [line = ''] = (await changes('user a on nopass ~a:* +@read', 'user a on nopass ~a:* +@all'))['a'] ?? []
  expect(line).toMatch(/^\+ can also run ACL .*CONFIG SET.* and \d+ more, such as ACL SETUSER x$/)
})

test('moving a rule between the root and a selector changes nothing', async () => {
  expect(await changes('user a on nopass ~a:* +get', 'user a on nopass (~a:* +get)')).toEqual({})
  expect(await changes('user a on nopass ~* +@all (~a:* +get)', 'user a on nopass ~* +@all')).toEqual({})
})

test('what only SORT, RESTORE and the empty name tell apart', async () => {
  expect(await changes('user a on nopass ~* +sort', 'user a on nopass ~** +sort')).toEqual({
    a: ['- can no longer run SORT on ~*, such as SORT ""', '- can no longer run SORT, such as SORT x BY w_*'],
  })
  expect(await changes('user a on nopass &* +publish', 'user a on nopass &** +publish')).toEqual({
    a: ['- can no longer run PUBLISH on &*, such as PUBLISH "" x'],
  })
  expect(
    await changes(
      'user a on nopass ~* +restore sanitize-payload',
      'user a on nopass ~* +restore skip-sanitize-payload',
    ),
  ).toEqual({ a: ['+ RESTORE no longer checks its payloads'] })
})

test('a user under another name', async () => {
  expect(await changes('user a on >x ~a:* +get', 'user b on >x ~a:* +get +set')).toEqual({
    b: ['= was a before', '+ can also run SET, such as SET a: x'],
  })
})

test('redis.conf counts: channels by default, and commands that rename-command disables', async () => {
  const target = await loadTarget('redis-8.0')
  const with_ = (conf: string, before: string, after: string) =>
    compareFiles({ target, acl: before, conf }, { target, acl: after, conf }).same
  const [narrow, wide] = ['user a on nopass +publish', 'user a on nopass allchannels +publish']
  expect([with_('', narrow, wide), with_('acl-pubsub-default allchannels', narrow, wide)]).toEqual([false, true])
  const [some, all] = ['user a on nopass +ping', 'user a on nopass +ping +flushall']
  expect([with_('', some, all), with_('rename-command FLUSHALL ""', some, all)]).toEqual([false, true])
  const [few, more] = ['user a on nopass +ping', 'user a on nopass +ping +config|get']
  expect([with_('', few, more), with_('rename-command CONFIG ""', few, more)]).toEqual([false, true])
})

test('databases count as far as the server has them', async () => {
  const target = await loadTarget('valkey-9.1')
  const sameWith = (conf: string) =>
    compareFiles(
      { target, acl: 'user a on nopass ~* +get db=0', conf },
      { target, acl: 'user a on nopass ~* +get db=0,20', conf },
    ).same
  expect([sameWith(''), sameWith('databases 32')]).toEqual([true, false])
})

test('channels, and patterns for PSUBSCRIBE', async () => {
  expect(await changes('user a +@pubsub &news:* &news:eu*', 'user a +@pubsub &news:*')).toEqual({
    a: ['- can no longer run PSUBSCRIBE on &news:eu*, such as PSUBSCRIBE news:eu*', off],
  })
  expect(await changes('user a +@pubsub &news:*', 'user a +@pubsub &*')).toEqual({
    a: ['+ can also run PSUBSCRIBE, PUBLISH, SPUBLISH, SSUBSCRIBE, SUBSCRIBE on &*, such as PUBLISH x x', off],
  })
})

test('databases', async () => {
  expect(await changes('user a ~* +get db=0,1', 'user a ~* +get db=1,2', 'valkey-9.1')).toEqual({
    a: [
      '+ can also run GET on db=1,2, such as GET x in database 2',
      '- can no longer run GET on db=0,1, such as GET x in database 0',
      off,
    ],
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

test('selectors in another order', async () => {
  expect(await changes('user a (+get ~a) (+set ~b)', 'user a (+set ~b) (+get ~a*)')).toEqual({
    a: ['+ can also run GET on ~a*, such as GET ax', off],
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
    ['# hello: removed, since Redis 7.2 rejects it.', '+stralgo: removed, since Redis 7.2 rejects it.'],
    'user a on +get\n',
  ])
})

test('a selector is taken out as a whole for a release without selectors, and none of its rules becomes a root rule', async () => {
  const { repairs, acl } = compareTargets(
    'user default off\nuser a on >x ~a:* +set (~b:* +get +del) (~c +info)\nuser b on >x (~d)\n',
    await loadTarget('redis-7.0'),
    await loadTarget('redis-6.0'),
  )
  expect(repairs).toEqual(
    ['(~b:* +get +del)', '(~c +info)', '(~d)'].map((selector) => `${selector}: removed, since Redis 6.0 rejects it.`),
  )
  expect(acl).toBe('user default off\nuser a on >x ~a:* +set\nuser b on >x\n')
})

test('db= has no counterpart elsewhere: that is left, and said', async () => {
  const { repairs, complete, remaining } = compareTargets(
    'user default off\nuser a on >x ~* +get db=0\n',
    await loadTarget('valkey-9.1'),
    await loadTarget('redis-8.0'),
  )
  expect(repairs).toEqual(['db=0: removed, since Redis 8.0 rejects it.'])
  expect(complete).toBe(false)
  expect(remaining.users.flatMap((user) => describeUserChange(user))).toEqual([
    '+ can also run GET on alldbs, such as GET x in database 1',
  ])
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
    { numRuns: runs(100) },
  )
})

test.each<TargetId>(['redis-8.0', 'valkey-9.2'])(
  '%s: whatever the server decides differently, a comparison shows',
  async (id) => {
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
    const rules = fc.array(rule, { maxLength: 6 }).map((list) => list.join(' '))
    const held = fc.constantFrom('', ' role=r', ' role=s,r')
    const user = fc.tuple(rules, held).map(([own, roles]) => `user a ${own}${roles}\n`)
    const file =
      id === 'redis-8.0'
        ? rules.map((own) => `user a ${own}\n`)
        : fc.tuple(rules, rules, user).map(([r, s, line]) => `role r ${r}\nrole s ${s}\n${line}`)
    await fc.assert(
      fc.asyncProperty(file, file, async (before, after) => {
        const [old, fresh] = await Promise.all([
          usersOf(before, id).catch(() => null),
          usersOf(after, id).catch(() => null),
        ])
        if (old === null || fresh === null) return
        const { target } = old
        const { same, users } = compareFiles({ target, acl: before }, { target, acl: after })
        for (const argv of lines) {
          const command = target.table.resolve(argv)
          if (command === undefined) throw new Error('no such command')
          const uses = usesOfLine(target, command, argv, 0)
          if (
            decide(old.user('a'), command, argv, uses).allowed === decide(fresh.user('a'), command, argv, uses).allowed
          )
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
      { numRuns: runs(300) },
    )
  },
)

test('a role that changes is a change of all who hold it, whose own lines stay', async () => {
  const before =
    'role r ~c* +get\nrole s +ping\nuser a on nopass role=r\nuser b on nopass role=s\nuser c on nopass ~c1 +get role=r\n'
  expect(await changes(before, before.replace('+get', '+get +set'), 'valkey-9.2')).toEqual({
    a: ['+ can also run SET, such as SET c x'],
    c: ['+ can also run SET, such as SET c x'],
  })
  expect(await changes(before, before.replace('~c1 +get role=r', 'role=r'), 'valkey-9.2')).toEqual({})
  expect(await changes(before, before.replace('nopass role=r', 'nopass ~c* +get'), 'valkey-9.2')).toEqual({})
  expect(await changes(before, before.replace('role=s', '+ping'), 'valkey-9.2')).toEqual({})
})

test('what a new user may do is said by role', async () => {
  expect(
    await changes('role r ~c +get\n', 'role r ~c +get (~d +set)\nuser a on nopass +ping role=r\n', 'valkey-9.2'),
  ).toEqual({
    a: [
      '+ is new',
      '+ in the root permissions, can run PING',
      '+ in role r, can run GET',
      '+ in role r, can read and write ~c',
      '+ in role r, selector 1, can run SET',
      '+ in role r, selector 1, can read and write ~d',
    ],
  })
})

test('thousands of patterns: what differs is found, examples are for the first hundred, and the notes say so', async () => {
  const target = await loadTarget('redis-8.0')
  const acl = (start: string, count: number): string =>
    `user a on nopass +@all${Array.from({ length: count }, (_, i) => ` ~${start}${i}:*`).join('')}\n`
  const moved = compareFiles({ target, acl: acl('k', 2_000) }, { target, acl: acl('j', 2_000) })
  expect(moved.users.find(({ name }) => name === 'a')).toMatchObject({ relation: 'other', isCut: true })
  expect(moved.notes).toContain('For a, more patterns differ than are listed here.')
  const grown = compareFiles({ target, acl: acl('k', 2_000) }, { target, acl: acl('k', 2_001) })
  const user = grown.users.find(({ name }) => name === 'a')
  expect(user?.lost).toEqual([])
  expect(user?.isCut).toBe(false)
  expect(new Set(user?.gained.map(({ rule }) => rule))).toEqual(new Set(['~k2000:*']))
})

test('one changed selector among hundreds is compared to the end; hundreds of changed ones are not, and the notes say so', async () => {
  const target = await loadTarget('redis-8.0')
  const acl = (letter: (i: number) => string): string =>
    `user a on nopass${Array.from({ length: 1_000 }, (_, i) => ` (~${letter(i)}${i} +get)`).join('')}\n`
  const one = compareFiles({ target, acl: acl(() => 'k') }, { target, acl: acl((i) => (i === 700 ? 'j' : 'k')) })
  const user = one.users.find(({ name }) => name === 'a')
  expect(user).toMatchObject({ relation: 'other', undecided: [], isCut: false })
  expect(user?.gained.map(({ witness }) => witness.argv)).toEqual([['get', 'j700']])
  expect(one.notes).toEqual([])
  const all = compareFiles({ target, acl: acl(() => 'k') }, { target, acl: acl(() => 'j') })
  expect(all.users.find(({ name }) => name === 'a')?.undecided).toContain('get')
  expect(all.notes).toEqual([expect.stringContaining('Not decided for one user')])
})

test('users are grouped only where every command, pattern and example is alike', async () => {
  const target = await loadTarget('redis-8.0')
  const grouped = (before: string, after: string): string[] =>
    groupChanges(compareFiles({ target, acl: before }, { target, acl: after }).users).map(
      ({ users, lines }) => `${namesOf(users)}: ${lines.join('; ')}`,
    )
  const base = 'user app1 on >a ~x:1:*\nuser app2 on >b ~x:2:*\nuser app3 on >c ~x:*\nuser web on >d ~x:*\n'
  expect(grouped(base, base.replaceAll(':*\n', ':* +get\n').replace('x:*\nuser web', 'x:* +get\nuser web'))).toEqual([
    'app1 and app2: + can also run GET, such as GET x:{id}:',
    'app3 and web: + can also run GET, such as GET x:',
  ])
  // Of 13 commands and of 14, twelve are named.
  const many = (last: string): string => `+get +set +del +mget +incr +decr +ttl +type +dump +copy +sort +hget ${last}`
  const other = (first: string, second: string): string =>
    `user a1 on >a ~k ${first}\nuser a2 on >b ~k ${second}\nuser a3 on >c ~k ${first}\n`
  expect(grouped(other('', ''), other(many('+touch'), many('+xlen'))).map((line) => line.split(':')[0])).toEqual([
    'a1 and a3',
    'a2',
  ])
})

test('the lines that a server rejects are left blank, for a comparison of the rest', async () => {
  const target = await loadTarget('redis-8.0')
  const texts = {
    before: '# old\nuser a on nopass ~a* +get\nuser b on +gett\n',
    after: 'user a on nopass ~a* +get +set\nuser b on +get\n',
  }
  const compared = ({ before, after }: typeof texts) => compareFiles({ target, acl: before }, { target, acl: after })
  const whole = compared(texts)
  expect(whole.refused.map(({ side }) => side)).toEqual(['before'])
  let left = withoutRejected(texts, whole)
  for (let round = 0; round < 3 && left !== null && compared(left).refused.length > 0; round++)
    left = withoutRejected(left, compared(left))
  expect(left).toEqual({ ...texts, before: '\nuser a on nopass ~a* +get\n\n' })
  expect(left && compared(left).users.find(({ name }) => name === 'a')?.relation).toBe('more')
})

test('nothing is left out where a server names no line', () => {
  const refused = [{ side: 'after', message: 'no', crash: false, problems: [] }] as const
  expect(withoutRejected({ before: 'a', after: 'b' }, { refused })).toBeNull()
})

test('what was not decided, and checks that RESTORE skips, count as a difference of an upgrade', async () => {
  const target = await loadTarget('redis-8.0')
  const rest = '?'.repeat(24)
  const differs = (before: string, after: string): readonly boolean[] =>
    compareFiles({ target, acl: before }, { target, acl: after })
      .users.filter(({ name }) => name === 'a')
      .map(isDifferent)
  const halves = `user a on nopass ~k*a${rest} ~k*[^a]${rest} +get`
  expect(differs(halves, `user a on nopass ~k*?${rest} +get`)).toEqual([true])
  expect(differs('user a on nopass ~* +restore', 'user a on nopass ~* +restore skip-sanitize-payload')).toEqual([true])
  expect(differs('user a on nopass ~a:* +get', 'user a on nopass ~a:* ~a:1 +get')).toEqual([false])
})

test.each([
  ['+xread ~b', ['XREAD STREAMS x 0 0'], []],
  ['+sort %R~a %W~BY', ['SORT a STORE by STORE BY'], ['SORT a STORE store BY']],
  ['+georadius %R~a %W~c', ['GEORADIUS a 0 0 1 m STORE x STORE c'], ['GEORADIUS a 0 0 1 m STORE c STORE x']],
] as const)('redis-8.0 to valkey-8.1, %s: lines of which the servers find other keys', async (rules, lost, gained) => {
  const [from, to] = await Promise.all([loadTarget('redis-8.0'), loadTarget('valkey-8.1')])
  const { comparison } = compareTargets(`user default off\nuser u on nopass resetchannels -@all ${rules}\n`, from, to)
  const shown = comparison.users.find(({ name }) => name === 'u')
  const lines = (differences: readonly Difference[]): string[] =>
    differences.map(({ witness: { argv } }) => argv.map((word, i) => (i === 0 ? word.toUpperCase() : word)).join(' '))
  expect(lines(shown?.lost ?? [])).toEqual(expect.arrayContaining([...lost]))
  expect(lines(shown?.gained ?? [])).toEqual(gained.length === 0 ? [] : expect.arrayContaining([...gained]))
})
