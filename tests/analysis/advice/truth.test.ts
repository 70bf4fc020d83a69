import fc from 'fast-check'
import { expect, test } from 'vitest'
import { check, decide, readsEveryKey } from '../../../src/acl/check'
import type { Bytes } from '../../../src/acl/bytes'
import type { Command } from '../../../src/acl/command'
import { hashPassword } from '../../../src/acl/password'
import { User, Users } from '../../../src/acl/users'
import { catalogue } from '../../../src/analysis/advice/catalogue'
import { fileCatalogue } from '../../../src/analysis/advice/file/catalogue'
import { readUserLine, type Remark, type UserLine } from '../../../src/analysis/advice/line'
import { applyFix } from '../../../src/analysis/finding'
import { Adviser } from '../../../src/analysis/advice/advise'
import { loadTarget } from '../../../src/targets/load'
import type { Target, TargetId } from '../../../src/targets/target'
import { usesOf } from '../../../src/targets/uses'
import { userLine } from './lines'
import { hash } from './found'
import { runs } from '../../runs'

const targets: readonly TargetId[] = ['redis-6.2', 'redis-7.0', 'redis-8.0', 'valkey-8.1', 'valkey-9.1']

interface CommandLine {
  readonly argv: readonly Bytes[]
  readonly command: Command
}

/** Names that the generated patterns tell apart, the empty one included. */
const names = ['', 'app:', 'app:x', 'app:1', 'a', 'a:1', 'b:1', 'a|b', '{a,b}:1', '-x', 'x', 'secret', 'k]', '\xc3\xa9']

/** 2,000 command lines or a few more: every command of the target, with names in all places. */
function commandLines(target: Target): CommandLine[] {
  const commands = target.table.commands.filter(({ subcommands }) => (subcommands?.size ?? 0) === 0)
  const each = Math.ceil(2000 / commands.length)
  return commands.flatMap((command, n) =>
    Array.from({ length: each }, (_, i): CommandLine => {
      const name = (at: number): Bytes => names[(n + i + at * 5) % names.length] ?? ''
      const argv = [...command.name.split('|'), name(0), i % 2 === 0 ? '1' : name(1), name(2), '1', name(3)]
      return { command, argv }
    }),
  )
}

/** Whether a command line is allowed, in one of the databases at least. */
function verdict(target: Target, user: User, argv: readonly Bytes[]): boolean {
  const command = target.table.resolve(argv)
  if (command === undefined) throw new Error(`${target.id} has no ${argv.join(' ')}`)
  const databases = new Set([0, ...user.selectors.flatMap((selector) => selector.databases)])
  return [...databases].some((db) => decide(user, command, argv, usesOf(target, command, argv, db)).allowed)
}

/** The first command line that is allowed to one of the users only; null where there is none. */
function difference(target: Target, lines: readonly CommandLine[], a: User, b: User): string | null {
  for (const { command, argv } of lines) {
    for (const db of target.behaviours.hasDatabases ? [0, 1, 2] : [0]) {
      const uses = usesOf(target, command, argv, db)
      if (check(a, command, argv, uses) !== check(b, command, argv, uses)) return `${argv.join(' ')} in ${db}`
    }
    if (/^sort(_ro)?$/.test(command.name) && readsEveryKey(a, command, argv) !== readsEveryKey(b, command, argv))
      return `${command.name} BY`
  }
  return null
}

/** Who logs in how. */
const login = ({ enabled, nopass, passwords, sanitize }: User): unknown => [
  enabled,
  nopass,
  passwords.map((one) => one.hash).sort(),
  sanitize,
]

interface Said {
  readonly target: Target
  readonly lines: readonly CommandLine[]
  readonly text: string
  readonly line: UserLine
  readonly user: User
  readonly remark: Remark
  /** What the remark underlines. */
  readonly place: string
}

const claims = ({ target, user, remark }: Said): void => {
  for (const { argv, allowed } of remark.claims?.() ?? [])
    expect(verdict(target, user, argv), argv.join(' ')).toBe(allowed)
  expect(remark.claims?.().length).toBeGreaterThan(0)
}

/** What it says has no effect is removed by its own fix, and nothing changes. */
const isWithoutEffect = ({ target, lines, text, user, remark }: Said): void => {
  const fixes = typeof remark.fixes === 'function' ? remark.fixes() : remark.fixes
  const removal = fixes.find(({ label }) => label.startsWith('Remove'))
  expect(removal).toBeDefined()
  if (removal === undefined) return
  const users = new Users(target.table, target.behaviours)
  const other = readUserLine(applyFix(text, removal), users, target)?.user
  // Where a rule is refused without the one before it, the fix is not offered.
  if (other) expect(difference(target, lines, user, other)).toBeNull()
}

const commandsIn = (text: string): string[][] =>
  (text.match(/[A-Z]{2,}(?: [A-Z]{2,})?/g) ?? []).map((name) => name.toLowerCase().split(' '))

/** Says of no command line that it is allowed or denied: why, in words. */
const other = (why: string) => why

/**
 * By code: rules that trigger it, and whether what it says is true. A string says why there is no verdict to ask for.
 */
const truths: Readonly<
  Record<string, { readonly seeds: readonly string[]; readonly holds: ((said: Said) => void) | string }>
> = {
  nopass: {
    seeds: ['nopass on +get ~a:*'],
    holds: ({ user }) => expect(user.nopass && user.enabled).toBe(true),
  },
  'empty-password': {
    seeds: ['on > +get ~a:*'],
    holds: ({ user }) => expect(user.passwords.map((one) => one.hash)).toContain(hashPassword('')),
  },
  'hash-as-password': { seeds: [`on >${hash.slice(1)} +get`], holds: other('about a password') },
  'plaintext-password': { seeds: ['on >secret +get'], holds: other('about a password') },
  'weak-password': { seeds: ['on >pw +get'], holds: other('about a password') },
  'shared-password': { seeds: [], holds: other('about a password') },
  'overridden-password': { seeds: ['on >secret nopass +get'], holds: other('about a password') },
  'missing-on': { seeds: ['>secret +get ~a:*'], holds: ({ user }) => expect(user.enabled).toBe(false) },
  'no-credential': {
    seeds: ['on +get ~a:*'],
    holds: ({ user }) => expect(user.nopass || user.passwords.length > 0).toBe(false),
  },
  'quoted-token': { seeds: ['on >"quoted" +get'], holds: other('about how a rule is written') },
  'commands-no-keys': {
    seeds: ['on +@read', 'on +@read (+set)', 'on ~a:* +get (+set)'],
    holds: ({ user, remark, target }) => {
      const told = remark.message.startsWith('This selector') ? user.selectors.slice(1) : [user.root]
      expect(told.some(({ allKeys, keys }) => !allKeys && keys.length === 0)).toBe(true)
      if (user.selectors.length === 1) expect(verdict(target, user, ['get', 'a:1'])).toBe(false)
    },
  },
  'keys-no-commands': { seeds: ['on ~a:*', 'on +get ~a:* (~b:*)'], holds: other('about rules without use') },
  'pubsub-no-channels': {
    seeds: ['on +publish', 'on ~* +@all', 'on +@pubsub resetchannels'],
    holds: ({ target, user, remark }) => {
      for (const [name = ''] of commandsIn(remark.message.split(' denied')[0] ?? ''))
        expect(verdict(target, user, [name, 'app:x'])).toBe(false)
    },
  },
  'channels-by-default': {
    seeds: ['on +publish ~a:*'],
    holds: ({ user }) => expect(user.selectors.some(({ allChannels }) => allChannels)).toBe(true),
  },
  'psubscribe-literal': {
    seeds: ['on &app:* +psubscribe'],
    holds: ({ target, user, place }) => {
      if (!user.selectors.some(({ allChannels }) => allChannels))
        expect(verdict(target, user, ['psubscribe', `${place.slice(1)}zz`])).toBe(false)
    },
  },
  'keys-command-leaks': {
    seeds: ['on ~a:* +@read', 'on ~a:* +@all', 'on ~a:* +flushall', 'on ~a:* +client'],
    holds: claims,
  },
  'sort-other-keys': {
    seeds: ['on ~app:* +sort'],
    holds: ({ target }) => expect(target.behaviours.sortChecksAccess).toBe(false),
  },
  'sort-needs-all-keys': {
    seeds: ['on ~app:* +sort', 'on %R~app:* +sort_ro'],
    holds: ({ target, line, user, remark }) => {
      const at = line.tokens.find(({ from }) => from === remark.from)?.selector ?? 0
      const selector = user.selectors[at]
      expect(
        selector?.allKeys === true ||
          selector?.keys.some(({ pattern, access }) => pattern === '*' && (access & 1) !== 0),
      ).toBe(false)
      expect(target.behaviours.sortChecksAccess).toBe(true)
    },
  },
  'split-access': { seeds: ['on %R~a:* +@all', 'on %W~a:* +@all'], holds: other('about what key permissions mean') },
  'script-keys': { seeds: ['on ~a:* +@scripting'], holds: other('about how scripts are checked') },
  'privilege-escalation': {
    seeds: [
      'on ~a:* +@all',
      'on ~a:* +config',
      'on ~a:* +@admin -acl',
      'on +psync +replconf',
      'on ~a:* +@all -@dangerous',
      'on ~a:* +acl|load +slowlog',
    ],
    holds: claims,
  },
  'dangerous-residue': {
    seeds: ['on ~a:* +@all -@dangerous', 'on ~a:* +@all -@dangerous +info +keys'],
    holds: ({ target, user, remark }) => {
      const [, taken = '', left = ''] =
        /(?:This also denies (.*?), which[^.]*\. ?)?(?:It still allows (.*?)\.)?$/.exec(remark.message) ?? []
      for (const argv of commandsIn(taken))
        if (target.table.resolve(argv)?.subcommands === undefined)
          expect(verdict(target, user, [...argv, 'x']), argv.join(' ')).toBe(false)
      for (const argv of commandsIn(left))
        expect(
          target.table.resolve(argv) &&
            user.selectors.some(({ commands }) => commands.has(target.table.resolve(argv)?.index ?? -1)),
          argv.join(' '),
        ).toBe(true)
    },
  },
  'read-write-gaps': { seeds: ['on ~a:* +@read +@write'], holds: other('about what categories hold') },
  'type-category-gaps': { seeds: ['on ~a:* +@hash'], holds: other('about what categories hold') },
  'client-handshake': { seeds: ['on ~a:* +get'], holds: other('about client libraries') },
  'client-needs': { seeds: ['on ~a:* +get'], holds: other('about client libraries') },
  'cluster-subcommands': {
    seeds: ['on +cluster|info'],
    holds: ({ target, user }) => {
      for (const sub of ['slots', 'shards', 'nodes']) expect(verdict(target, user, ['cluster', sub])).toBe(false)
    },
  },
  'order-cancels': { seeds: ['on ~a:* -@dangerous +@all', 'on +get -get'], holds: isWithoutEffect },
  'redundant-token': { seeds: ['on ~a:* +@read +get', 'on ~a:* +@all -@dangerous -@admin'], holds: isWithoutEffect },
  'redundant-selector': { seeds: ['on ~a:* +@read (~a:1 +get)', 'on ~** +@all (%R~* +sort)'], holds: isWithoutEffect },
  'shadowed-pattern': {
    seeds: [
      'on ~a:* ~a:1 +get',
      'on ~** %R~* +sort',
      'on %R~* %R~ +get',
      'on %R~a:1 %W~a:1 %R~a:* +incr',
      'on &a &a +publish',
    ],
    holds: isWithoutEffect,
  },
  'selectors-dont-union': {
    seeds: ['on ~a:* +@all (~b:* +@all)'],
    holds: other('about commands with several keys'),
  },
  'firstarg-deprecated': { seeds: ['on +get|x'], holds: other('about how rules are written') },
  'select-firstarg-bypass': {
    seeds: ['on ~a:* +select|0 +@write', 'on ~a:* +select|0 +get', 'on ~a:* +select|0 +copy'],
    holds: ({ target, user, remark }) => {
      const told = commandsIn(remark.message.split(' reach')[0] ?? '').flat()
      for (const name of ['move', 'copy']) {
        const command = target.table.find(name)
        const allowed = command !== undefined && user.selectors.some(({ commands }) => commands.has(command.index))
        expect(told.includes(name), name).toBe(allowed)
      }
    },
  },
  'db-replaces': { seeds: ['on ~a:* +get db=0 db=1'], holds: other('about how rules are written') },
  'db-default-0': { seeds: ['on ~a:* +get db=1'], holds: other('about where a connection starts') },
  'shell-glob': {
    seeds: ['on ~{a,b}:* +get', 'on %R~** +sort', 'on ~a:** +get', 'on &a:** +psubscribe'],
    holds: other('about what a pattern means'),
  },
  'negated-pattern': { seeds: ['on ~-x +get'], holds: other('about what a pattern means') },
  'no-delimiter': { seeds: ['on ~app* +get'], holds: other('about what a pattern means') },
  'exact-not-prefix': { seeds: ['on ~app: +get'], holds: other('about what a pattern means') },
  'unclosed-bracket': { seeds: ['on ~[a +get', 'on ~k[a-]x +get'], holds: other('about what a pattern means') },
  'empty-pattern': { seeds: ['on ~ +get', 'on %RW +get'], holds: other('about what a pattern means') },
  'unloadable-list': { seeds: [`on +ping ("~it's*" +get)`], holds: other('about what is printed') },
  'target-mismatch': { seeds: ['on +getex', 'on +nosuch'], holds: other('about a line that is refused') },
  placeholder: { seeds: ['on >${PW} +get'], holds: other('about a text that stands for another') },
  'password-like-rule': { seeds: [], holds: other('about a password') },
  'repeated-password': { seeds: ['on >secret >secret +get'], holds: other('about a password') },
  'useless-access': {
    seeds: ['on %W~a:* +get', 'on %R~a:* +set', 'on %W~a:* +incr'],
    holds: ({ target, line, user, remark }) => {
      const token = line.tokens.find(({ from }) => from === remark.from)
      if (token?.selector !== 0 || user.selectors.length > 1) return
      expect(verdict(target, user, [token.word.slice(1), 'a:1', '1', '1']), token.word).toBe(false)
    },
  },
  'consumer-groups': { seeds: ['on ~a:* +xreadgroup'], holds: other('about streams') },
  'acl-shows-hashes': {
    seeds: ['on +acl|list', 'on +acl|getuser ~a:*'],
    holds: ({ target, user, remark }) => {
      for (const argv of commandsIn(remark.message.split(' print')[0] ?? ''))
        expect(verdict(target, user, argv), argv.join(' ')).toBe(true)
    },
  },
  'multi-without-exec': {
    seeds: ['on +multi', 'on +@all -exec'],
    holds: ({ target, user }) => {
      expect(verdict(target, user, ['multi'])).toBe(true)
      expect(verdict(target, user, ['exec'])).toBe(false)
    },
  },
  'always-allowed': { seeds: ['on +@all -auth', 'on +@connection -hello'], holds: isWithoutEffect },
  'voided-pattern': {
    seeds: ['on ~a:* resetkeys +get', 'on ~a:* allkeys +get', 'on &a resetchannels'],
    holds: other('its fixes are tried'),
  },
  'negated-class': { seeds: ['on ~[^a]* +get'], holds: other('about what a pattern means') },
  'leading-star': { seeds: ['on ~*secret* +get'], holds: other('about what a pattern means') },
  'nobody-may-run-acl': { seeds: [], holds: other('about all users') },
  'missing-default': { seeds: [], holds: other('about a line that is not there') },
  'repeated-user': { seeds: [], holds: other('about two lines') },
  'dropped-comments': { seeds: [], holds: other('about comments') },
  'load-disconnects': { seeds: [], holds: other('about connections') },
  'save-would-rewrite': { seeds: [], holds: other('about what is printed') },
}

test('every diagnostic about users is held to what it says', () => {
  const codes = [...catalogue, ...fileCatalogue].map(({ code }) => code)
  expect([...new Set(codes)].filter((code) => truths[code] === undefined)).toEqual([])
})

/** Seeds, alone and among other rules, and lines of any rules. */
const seeded = fc
  .tuple(fc.constantFrom(...Object.values(truths).flatMap(({ seeds }) => seeds)), userLine, fc.nat(3))
  .map(([seed, line, kind]) =>
    kind === 0
      ? `user app ${seed}`
      : kind === 1
        ? line
        : kind === 2
          ? `${line} ${seed}`
          : `user app ${seed} ${line.split(' ').slice(2).join(' ')}`,
  )

test.each(targets)('what a diagnostic says of a user is true: %s', async (id) => {
  const target = await loadTarget(id)
  const users = new Users(target.table, target.behaviours)
  const lines = commandLines(target)
  expect(lines.length).toBeGreaterThanOrEqual(2000)
  fc.assert(
    fc.property(seeded, (text) => {
      const line = readUserLine(text, users, target)
      if (line === null || line.user === null) return
      for (const advice of catalogue) {
        const truth = truths[advice.code]
        if (truth === undefined || typeof truth.holds === 'string') continue
        for (const remark of advice.check(line)) {
          const said = { target, lines, text, line, user: line.user, remark, place: text.slice(remark.from, remark.to) }
          try {
            truth.holds(said)
          } catch (problem) {
            throw new Error(`${advice.code} of ${text}: ${remark.message}`, { cause: problem })
          }
        }
      }
    }),
    { numRuns: runs(150) },
  )
})

test.each(targets)('a safe fix changes no verdict and no log-in: %s', async (id) => {
  const target = await loadTarget(id)
  const users = new Users(target.table, target.behaviours)
  const adviser = new Adviser(users, target)
  const lines = commandLines(target)
  fc.assert(
    fc.property(seeded, (text) => {
      const before = readUserLine(text, users, target)?.user
      if (!before) return
      for (const { code, fixes } of adviser.advise(text)) {
        for (const fix of fixes) {
          if (fix.safe !== true) continue
          const after = readUserLine(applyFix(text, fix), users, target)?.user
          expect(after, code).toBeTruthy()
          if (!after) continue
          expect(login(after), code).toEqual(login(before))
          expect(difference(target, lines, before, after), `${code}: ${fix.label}`).toBeNull()
        }
      }
    }),
    { numRuns: runs(100) },
  )
})
