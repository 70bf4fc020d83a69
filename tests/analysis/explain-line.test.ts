import fc from 'fast-check'
import { expect, test } from 'vitest'
import { check } from '../../src/acl/check'
import { READ, WRITE, type Access } from '../../src/acl/command'
import { compileGlob } from '../../src/acl/glob'
import type { Selector } from '../../src/acl/selector'
import { User } from '../../src/acl/user'
import { explainLine, meaningOf, meaningPhrases, type Reach, userOfRules } from '../../src/analysis/explain-line'
import { plain } from '../../src/analysis/phrase'
import { loadTarget } from '../../src/targets/load'
import { runsScripts } from '../../src/targets/performed-access'
import type { Target, TargetId } from '../../src/targets/target'
import { usesOf } from '../../src/targets/uses'
import { ruleTexts } from '../acl/rules'
import { runs } from '../runs'

async function said(rules: string, id: TargetId = 'redis-8.0'): Promise<string> {
  const words = rules.match(/\([^)]*\)|\S+/g) ?? []
  return plain(explainLine('app', words, await loadTarget(id)))
}

test.each([
  ['off', 'app is off; once on, it may run no command.'],
  [
    'on ~* +@all',
    'app has no password, so nobody can log in; with one, it may read and write every key, and run every command.',
  ],
  [
    'on nopass ~* &* +@all',
    'app needs no password, and may read and write every key, publish and subscribe to every channel, and run every command.',
  ],
  ['on >p ~app:* +get +set', 'app may read and write keys that start with app:, and run only GET and SET.'],
  [
    'on >p %R~app:* ~one +get +set +del',
    'app may read keys that start with app: and the key one, write the key one, and run only DEL, GET and SET.',
  ],
  [
    'on >p ~app:* +@read +@write -@dangerous',
    'app may read and write keys that start with app:, and run 197 commands; not FLUSHALL or CONFIG SET.',
  ],
  [
    'on >p ~app:* +@all -flushall',
    'app may read and write keys that start with app:, and run 378 commands; even CONFIG SET and ACL SETUSER; not FLUSHALL.',
  ],
  [
    'on >p &news:* +subscribe +ping',
    'app may read and write no key, subscribe to channels that start with news:, and run only PING and SUBSCRIBE.',
  ],
  [
    'on >p ~a:* +get (%R~config:? +get +ttl)',
    'app may read keys that start with a:, and run only GET; or, by a selector, read keys that match config:?, and run only GET and TTL.',
  ],
  ['on >p %RW~* +get', 'app may read every key whose name is not empty, and run only GET.'],
  ['on >p allkeys +get', 'app may read every key, and run only GET.'],
  // No pattern lets it read the source of a copy.
  ['on >p %W~b:* +copy', 'app may read and write no key, and run only COPY.'],
  [
    'on >p %R~a:* %W~b:* +copy',
    'app may read keys that start with a:, write keys that start with b:, and run only COPY.',
  ],
  [
    'on >p %W~b:* +sunionstore +bitop +set',
    'app may write keys that start with b:, and run only BITOP, SET and SUNIONSTORE.',
  ],
  ['on >p ~a ~b ~c ~d ~e +get', 'app may read the keys a, b and 3 more, and run only GET.'],
  ['on >p +nosuch', 'Redis 8.0 rejects the line of app, because of +nosuch.'],
  ['on #xyz', 'Redis 8.0 rejects the line of app, because of a password.'],
])('%s', async (rules, sentence) => expect(await said(rules)).toBe(sentence))

test('a release without key permissions and one with databases', async () => {
  expect(await said('on >p ~a:* +get', 'redis-6.0')).toBe('app may read keys that start with a:, and run only GET.')
  expect(await said('on >p ~a:* +get +set db=0,3', 'valkey-9.1')).toBe(
    'app may read and write keys that start with a:, and run only GET and SET, only in database 0, 3.',
  )
  expect(await said('on >p ~a:* +get resetdbs', 'valkey-9.1')).toBe(
    'app may read and write no key, and run only GET, in no database.',
  )
})

const keys = ['app:1', 'app', 'a', 'news:1', '', 'x', 'secret']
const holds = ({ all, patterns }: Reach, key: string): boolean =>
  all || patterns.some((pattern) => compileGlob(pattern).matches(key))

/** Tells whether the engine lets a selector read or write this key, beside another one, by some command. */
function reaches(
  selector: Selector,
  key: string,
  access: Access,
  target: Target,
  commands = target.table.commands,
  other = key,
): boolean {
  const alone = new User('u', selector.space, { allChannelsByDefault: false })
  alone.own = [selector]
  return commands.some((command) => {
    // What a script does is checked as it runs.
    if (command.subcommands !== null || runsScripts(command)) return false
    const name = command.name.split('|')
    return [
      [key, key, key, key],
      [key, other, other, other],
      [other, key, key, key],
      ['1', key, key, key],
      ['0', '1', key, key],
      [key, '1', other],
      [other, '1', key],
      [key, 'v', 'get'],
      [key, 'get', 'u8', '0'],
      ['and', key, other],
      ['and', other, key],
      [other, 'store', key],
      [other, 'm', '1', 'm', 'store', key],
      [other, '0', '0', '1', 'm', 'store', key],
      ['streams', key, '0'],
      ['group', 'g', 'c', 'streams', key, '>'],
    ].some((rest) => {
      const argv = [...name, ...rest, ...Array<string>(8).fill(key)].slice(
        0,
        name.length + Math.max(rest.length, Math.abs(command.arity) - name.length),
      )
      const uses = usesOf(target, command, argv, selector.allDatabases ? 0 : (selector.databases[0] ?? 0))
      return (
        uses.keys.some((use) => use.key === key && (use.access & access) !== 0) && check(alone, command, argv, uses)
      )
    })
  })
}

test('every command alone, with patterns for reading, for writing, or for each', async () => {
  const wrong: string[] = []
  for (const id of ['redis-7.0', 'redis-8.0', 'valkey-9.1'] as const) {
    const target = await loadTarget(id)
    for (const command of target.table.commands) {
      for (const patterns of [['%R~x'], ['%W~x'], ['%R~x', '%W~a'], ['%R~a', '%W~x']]) {
        if (command.subcommands !== null) continue
        const made = userOfRules('u', [...patterns, `+${command.name}`], target)
        if ('rejected' in made) throw new Error(command.name)
        const [selector] = made.user.selectors
        const [meaning] = meaningOf(made.user, target).selectors
        const said = [meaning?.reads, meaning?.writes].map((reach) => reach !== undefined && holds(reach, 'x'))
        const reached = (access: Access): boolean => reaches(selector, 'x', access, target, [command], 'a')
        const real = [reached(READ), reached(WRITE)]
        if (said.join() !== real.join()) wrong.push([id, command.name, ...patterns, ...said].join(' '))
      }
    }
  }
  expect(wrong).toEqual([])
})

test('what it says of keys and commands is what the engine decides', async () => {
  for (const id of ['redis-8.0', 'valkey-9.1'] as const) {
    const target = await loadTarget(id)
    fc.assert(
      fc.property(fc.array(ruleTexts, { maxLength: 12 }), (texts) => {
        const made = userOfRules(
          'u',
          texts.filter((text) => 'user' in userOfRules('u', [text], target)),
          target,
        )
        if ('rejected' in made) return
        const meaning = meaningOf(made.user, target)
        made.user.selectors.forEach((selector, i) => {
          const one = meaning.selectors[i]
          if (one === undefined) throw new Error('a selector is missing')
          for (const command of target.table.commands) {
            if (command.subcommands !== null) continue
            const isOpen = made.user.space.nothing.allows(command, [])
            if (one.commands.includes(command)) expect(selector.commands.allows(command, [])).toBe(true)
            else if (!isOpen)
              expect([command.name, selector.commands.allows(command, [])]).toEqual([command.name, false])
          }
          // Without a database no key is reached, which is said of the databases.
          for (const key of selector.allDatabases || selector.databases.length > 0 ? keys : []) {
            if (one.partly.length === 0 && reaches(selector, key, READ, target))
              expect([key, holds(one.reads, key)]).toEqual([key, true])
            if (one.partly.length === 0 && reaches(selector, key, WRITE, target))
              expect([key, holds(one.writes, key)]).toEqual([key, true])
            if (holds(one.reads, key)) expect([key, reaches(selector, key, READ, target)]).toEqual([key, true])
            if (holds(one.writes, key)) expect([key, reaches(selector, key, WRITE, target)]).toEqual([key, true])
          }
        })
        for (const command of meaning.excluded)
          for (const { commands } of made.user.selectors) expect(commands.allows(command, ['x', 'y'])).toBe(false)
        const counts = [...plain(meaningPhrases(meaning, target)).matchAll(/run (\d+) commands/g)].map(([, n]) =>
          Number(n),
        )
        expect(meaning.selectors.map(({ commands }) => commands.length)).toEqual(expect.arrayContaining(counts))
      }),
      { numRuns: runs(60) },
    )
  }
})
