import fc from 'fast-check'
import { expect, test } from 'vitest'
import { check, readsEveryKey } from '../../../src/acl/check'
import { hashPassword } from '../../../src/acl/password'
import { User, Users } from '../../../src/acl/users'
import { catalogue } from '../../../src/analysis/diagnostics/catalogue'
import { fileCatalogue } from '../../../src/analysis/diagnostics/file/catalogue'
import { withRoles } from '../../../src/analysis/role-lines'
import { readUserLine } from '../../../src/analysis/diagnostics/line'
import { applyFix } from '../../../src/analysis/diagnostic'
import { Checker } from '../../../src/analysis/diagnostics/checker'
import { loadTarget } from '../../../src/targets/load'
import type { Target, TargetId } from '../../../src/targets/target'
import { usesOf } from '../../../src/targets/uses'
import { userLine } from './lines'
import { hash } from './found'
import { runs } from '../../runs'
import { commands } from './truths/commands'
import { logins } from './truths/logins'
import { patterns } from './truths/patterns'
import { commandLines, commandsIn, verdict, type CommandLine, type Said, type Truth } from './truths/said'

const targets: readonly TargetId[] = ['redis-6.2', 'redis-7.0', 'redis-8.0', 'valkey-8.1', 'valkey-9.1', 'valkey-9.2']

/** The first command line that is allowed to one of the users only; null where there is none. */
function difference(target: Target, lines: readonly CommandLine[], a: User, b: User): string | null {
  for (const { command, argv } of lines) {
    for (const db of target.behaviours.hasDatabases ? [0, 1, 2] : [0]) {
      const uses = usesOf(target, command, argv, db)
      if (check(a, command, argv, uses) !== check(b, command, argv, uses)) return `${argv.join(' ')} in ${db}`
      if (!/^sort(_ro)?$/.test(command.name)) continue
      if (readsEveryKey(a, command, argv, uses) !== readsEveryKey(b, command, argv, uses)) return `${command.name} BY`
    }
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

const claims = ({ target, user, report }: Said): void => {
  for (const { argv, allowed } of report.claims?.() ?? [])
    expect(verdict(target, user, argv), argv.join(' ')).toBe(allowed)
  expect(report.claims?.().length).toBeGreaterThan(0)
}

/** What it says has no effect is removed by its own fix, and nothing changes. */
const isWithoutEffect = ({ target, lines, text, user, report }: Said): void => {
  const fixes = typeof report.fixes === 'function' ? report.fixes() : report.fixes
  const removal = fixes.find(({ label }) => label.startsWith('Remove'))
  expect(removal).toBeDefined()
  if (removal === undefined) return
  const { users } = readers(target)
  const other = readUserLine(applyFix(text, removal), users, target)?.user
  // Where a rule is refused without the one before it, the fix is not offered.
  if (other) expect(difference(target, lines, user, other)).toBeNull()
}

/** Where a diagnostic that is about more than one line is held to what it says. */
const other = (where: string) => where

/**
 * By code: rules that trigger it, and whether what it says is true. A string says where else it is held to it.
 */
const truths: Readonly<
  Record<string, { readonly seeds: readonly string[]; readonly holds: Truth | string | undefined }>
> = {
  nopass: {
    seeds: ['nopass on +get ~a:*'],
    holds: ({ target, user }) => {
      expect(user.nopass && user.enabled).toBe(true)
      const harmless = ['auth', 'echo', 'hello', 'ping', 'quit', 'reset', 'select', 'time']
      const { commands } = target.table
      const may = commands.filter(({ index }) => user.selectors.some((one) => one.commands.has(index)))
      const first = user.selectors.some((one) => one.commands.firstArgs.size > 0)
      expect(first || may.some(({ name }) => !harmless.includes(name))).toBe(true)
    },
  },
  'empty-password': {
    seeds: ['on > +get ~a:*'],
    holds: ({ user }) => expect(user.passwords.map((one) => one.hash)).toContain(hashPassword('')),
  },
  'hash-as-password': { seeds: [`on >${hash.slice(1)} +get`], holds: logins['hash-as-password'] },
  'plaintext-password': { seeds: ['on >secret +get'], holds: logins['plaintext-password'] },
  'weak-password': { seeds: ['on >pw +get'], holds: logins['weak-password'] },
  'shared-password': { seeds: [], holds: other('held to it in truths/file.test.ts') },
  'overridden-password': { seeds: ['on >secret nopass +get'], holds: logins['overridden-password'] },
  'overridden-flag': {
    seeds: ['on +get ~a:* off', 'off >secret on +get'],
    holds: ({ user, report }) =>
      expect(report.message).toContain(user.enabled ? 'this user is on' : 'nobody can log in'),
  },
  'missing-on': { seeds: ['>secret +get ~a:*'], holds: ({ user }) => expect(user.enabled).toBe(false) },
  'no-credential': {
    seeds: ['on +get ~a:*'],
    holds: ({ user }) => expect(user.nopass || user.passwords.length > 0).toBe(false),
  },
  'quoted-token': { seeds: ['on >"quoted" +get'], holds: logins['quoted-token'] },
  'commands-no-keys': {
    seeds: ['on +@read', 'on +@read (+set)', 'on ~a:* +get (+set)'],
    holds: ({ user, report, target }) => {
      const told = report.message.startsWith('This selector') ? user.selectors.slice(1) : [user.root]
      expect(told.some(({ allKeys, keys }) => !allKeys && keys.length === 0)).toBe(true)
      if (user.selectors.length === 1) expect(verdict(target, user, ['get', 'a:1'])).toBe(false)
    },
  },
  'keys-no-commands': { seeds: ['on ~a:*', 'on +get ~a:* (~b:*)'], holds: commands['keys-no-commands'] },
  'pubsub-no-channels': {
    seeds: ['on +publish', 'on ~* +@all', 'on +@pubsub resetchannels'],
    holds: ({ target, user, report }) => {
      for (const [name = ''] of commandsIn(report.message.split(' denied')[0] ?? ''))
        expect(verdict(target, user, [name, 'app:x'])).toBe(false)
    },
  },
  'channels-by-default': {
    seeds: ['on +publish ~a:*'],
    holds: ({ user }) => expect(user.selectors.some(({ allChannels }) => allChannels)).toBe(true),
  },
  'psubscribe-literal': {
    seeds: ['on &app:* +psubscribe'],
    holds: commands['psubscribe-literal'],
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
    holds: ({ target, line, user, report }) => {
      const at = line.tokens.find(({ from }) => from === report.from)?.selector ?? 0
      const selector = user.selectors[at]
      expect(
        selector?.allKeys === true ||
          selector?.keys.some(({ pattern, access }) => pattern === '*' && (access & 1) !== 0),
      ).toBe(false)
      expect(target.behaviours.sortChecksAccess).toBe(true)
    },
  },
  'split-access': { seeds: ['on %R~a:* +@all', 'on %W~a:* +@all'], holds: commands['split-access'] },
  'script-keys': { seeds: ['on ~a:* +@scripting'], holds: commands['script-keys'] },
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
    seeds: ['on ~a:* +@all -@dangerous', 'on ~a:* +@all -@dangerous +info +keys', 'on ~a:* +@all -@admin'],
    holds: ({ target, user, report }) => {
      const [, taken = '', left = ''] =
        /(?:This also denies (.*?), which[^.]*\. ?)?(?:It still allows (.*?)\.)?$/.exec(report.message) ?? []
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
  'disturbs-others': {
    seeds: [
      'on +script ~a:* +get',
      'on +function',
      'on +client|pause +save',
      'on ~a:* +migrate (+cluster)',
      'on +cluster|meet',
    ],
    holds: (said) => {
      const { target, user, report } = said
      if (!report.message.startsWith('MIGRATE')) return claims(said)
      const migrate = target.table.find('migrate')?.index ?? -1
      expect(user.selectors.some(({ commands }) => commands.has(migrate))).toBe(true)
    },
  },
  'unchecked-restore': {
    seeds: ['on skip-sanitize-payload ~* +restore', 'on skip-sanitize-payload +@all -@admin'],
    holds: ({ target, user }) => {
      const restore = target.table.find('restore')?.index ?? -1
      expect([user.sanitize, user.selectors.some(({ commands }) => commands.has(restore))]).toEqual([
        'skip-sanitize-payload',
        true,
      ])
    },
  },
  'read-write-gaps': { seeds: ['on ~a:* +@read +@write'], holds: commands['read-write-gaps'] },
  'type-category-gaps': { seeds: ['on ~a:* +@hash'], holds: commands['type-category-gaps'] },
  'client-handshake': { seeds: ['on ~a:* +get'], holds: other('held to it in truths/clients.test.ts') },
  'client-needs': { seeds: ['on ~a:* +get'], holds: other('held to it in truths/clients.test.ts') },
  'cluster-subcommands': {
    seeds: ['on +cluster|info'],
    holds: ({ target, user }) => {
      for (const sub of ['slots', 'shards', 'nodes']) expect(verdict(target, user, ['cluster', sub])).toBe(false)
    },
  },
  'role-undoes-deny': {
    seeds: [
      'on ~a:* +@all -@dangerous -get role=admin',
      'on ~a:* +@all -get role=reader',
      'on +@all -publish role=reader',
    ],
    holds: ({ target, user, report }) => {
      const [, titles = '', roles = ''] =
        /does not deny (.*) to .*: its roles? (.*) allows? (?:it|them)\.$/.exec(report.message) ?? []
      const told = new Set(commandsIn(titles).map((argv) => target.table.resolve(argv)))
      const own = new User(user.name, user.space, user.defaults, user)
      own.roles = []
      expect(told.size).toBeGreaterThan(0)
      for (const role of roles.split(/, | and /)) expect(user.roles).toContain(role)
      for (const command of told) {
        if (command === undefined) throw new Error('no such command')
        expect(own.root.commands.has(command.index), command.name).toBe(false)
        const open = user.selectors.slice(user.own.length).some(({ commands }) => commands.has(command.index))
        expect(open, command.name).toBe(true)
      }
    },
  },
  'role-opens-all': {
    seeds: [
      'on ~a:* +get db=1 role=keys,reader',
      'on ~a:* +get db=1 role=admin',
      'on &a +publish ~a:* +get role=admin',
    ],
    holds: ({ target, user, report }) => {
      const own = new User(user.name, user.space, user.defaults, user)
      own.roles = []
      if (report.message.includes('database')) {
        expect(own.selectors.some(({ allDatabases }) => allDatabases)).toBe(false)
        const byRole = user.selectors.slice(user.own.length)
        expect(byRole.some(({ allDatabases, keys, allKeys }) => allDatabases && (allKeys || keys.length > 0))).toBe(
          true,
        )
      } else {
        expect(verdict(target, own, ['publish', 'no such channel', 'x'])).toBe(false)
        expect(user.selectors.slice(user.own.length).some(({ allChannels }) => allChannels)).toBe(true)
      }
    },
  },
  'unused-role': { seeds: [], holds: other('held to it in role-lines.test.ts') },
  'role-named-as-user': { seeds: [], holds: other('held to it in role-lines.test.ts') },
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
    holds: commands['selectors-dont-union'],
  },
  'firstarg-deprecated': { seeds: ['on +get|x'], holds: commands['firstarg-deprecated'] },
  'select-firstarg-bypass': {
    seeds: ['on ~a:* +select|0 +@write', 'on ~a:* +select|0 +get', 'on ~a:* +select|0 +copy'],
    holds: ({ target, user, report }) => {
      const told = commandsIn(report.message.split(' reach')[0] ?? '').flat()
      for (const name of ['move', 'copy']) {
        const command = target.table.find(name)
        const allowed = command !== undefined && user.selectors.some(({ commands }) => commands.has(command.index))
        expect(told.includes(name), name).toBe(allowed)
      }
    },
  },
  'db-replaces': { seeds: ['on ~a:* +get db=0 db=1'], holds: isWithoutEffect },
  'db-default-0': { seeds: ['on ~a:* +get db=1'], holds: commands['db-default-0'] },
  'shell-glob': {
    seeds: ['on ~{a,b}:* +get', 'on %R~** +sort', 'on ~a:** +get', 'on &a:** +psubscribe'],
    holds: patterns['shell-glob'],
  },
  'negated-pattern': { seeds: ['on ~-x +get'], holds: patterns['negated-pattern'] },
  'no-delimiter': { seeds: ['on ~app* +get'], holds: patterns['no-delimiter'] },
  'exact-not-prefix': { seeds: ['on ~app: +get'], holds: patterns['exact-not-prefix'] },
  'unclosed-bracket': { seeds: ['on ~[a +get', 'on ~k[a-]x +get'], holds: patterns['unclosed-bracket'] },
  'empty-pattern': { seeds: ['on ~ +get', 'on %RW +get'], holds: patterns['empty-pattern'] },
  'unloadable-list': { seeds: [`on +ping ("~it's*" +get)`], holds: patterns['unloadable-list'] },
  'target-mismatch': { seeds: ['on +getex', 'on +nosuch'], holds: other('held to it in truths/clients.test.ts') },
  placeholder: { seeds: ['on >${PW} +get'], holds: logins['placeholder'] },
  'password-like-rule': { seeds: ['on >nopass +get', `on >${hash} +get`], holds: logins['password-like-rule'] },
  'repeated-password': { seeds: ['on >secret >secret +get'], holds: logins['repeated-password'] },
  'useless-access': {
    seeds: ['on %W~a:* +get', 'on %R~a:* +set', 'on %W~a:* +incr', 'on %W~a:* +copy', 'on %R~a:1 %W~1 +rename'],
    holds: ({ target, line, user, report }) => {
      const token = line.tokens.find(({ from }) => from === report.from)
      if (token?.selector !== 0 || user.selectors.length > 1) return
      expect(verdict(target, user, [token.word.slice(1), 'a:1', '1', '1']), token.word).toBe(false)
    },
  },
  'consumer-groups': { seeds: ['on ~a:* +xreadgroup'], holds: commands['consumer-groups'] },
  'acl-shows-hashes': {
    seeds: ['on +acl|list', 'on +acl|getuser ~a:*'],
    holds: logins['acl-shows-hashes'],
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
    holds: isWithoutEffect,
  },
  'negated-class': { seeds: ['on ~[^secret]* +get'], holds: patterns['negated-class'] },
  'leading-star': { seeds: ['on ~*secret* +get'], holds: patterns['leading-star'] },
  'nobody-may-run-acl': { seeds: [], holds: other('held to it in truths/file.test.ts') },
  'missing-default': { seeds: [], holds: other('held to it in truths/file.test.ts') },
  'repeated-user': { seeds: [], holds: other('held to it in truths/file.test.ts') },
  'dropped-comments': { seeds: [], holds: other('held to it in truths/file.test.ts') },
  'load-disconnects': { seeds: [], holds: other('held to it in truths/file.test.ts') },
  'save-would-rewrite': { seeds: [], holds: other('held to it in truths/file.test.ts') },
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

/** Roles that users hold where a target has them. */
const roleLines = [
  'role admin ~* &* +@all -@scripting',
  'role reader %R~cache:* +@read (~log:* &log:* +@write db=1)',
  'role nothing',
  'role functions ~f +fcall +function +acl|setrole',
  'role keys ~a:* ~b &news',
].join('\n')
const held = fc.constantFrom('', ' role=admin', ' role=reader', ' role=keys,reader', ' role=functions', ' role=nothing')

/** The users that lines are read for, and lines of them; on a target with roles, users hold some. */
function readers(target: Target): { readonly users: Users; readonly texts: fc.Arbitrary<string> } {
  const users = new Users(target.table, target.behaviours)
  return target.behaviours.hasRoles
    ? { users: withRoles(users, roleLines), texts: fc.tuple(seeded, held).map(([text, roles]) => text + roles) }
    : { users, texts: seeded }
}

/** How often each predicate was asked, over all targets. */
const asked = new Map<string, number>()

/** Each seed alone: however few lines are drawn, every predicate is asked. */
const seeds = Object.values(truths).flatMap((truth) => truth.seeds.map((seed): [string] => [`user app ${seed}`]))

test.each(targets)('what a diagnostic says of a user is true: %s', async (id) => {
  const target = await loadTarget(id)
  const { users, texts } = readers(target)
  const lines = commandLines(target)
  expect(lines.length).toBeGreaterThanOrEqual(2000)
  fc.assert(
    fc.property(texts, (text) => {
      const line = readUserLine(text, users, target)
      if (line === null || line.user === null) return
      for (const diagnostics of catalogue) {
        const truth = truths[diagnostics.code]
        if (truth === undefined || typeof truth.holds !== 'function') continue
        for (const report of diagnostics.check(line)) {
          const said = { target, lines, text, line, user: line.user, report, place: text.slice(report.from, report.to) }
          asked.set(diagnostics.code, (asked.get(diagnostics.code) ?? 0) + 1)
          try {
            truth.holds(said)
          } catch (problem) {
            throw new Error(`${diagnostics.code} of ${text}: ${report.message}`, { cause: problem })
          }
        }
      }
    }),
    { numRuns: runs(150) + seeds.length, examples: seeds },
  )
})

test('every predicate was asked', () => {
  const predicates = Object.entries(truths).flatMap(([code, { holds }]) => (typeof holds === 'function' ? [code] : []))
  expect(predicates.filter((code) => !asked.has(code))).toEqual([])
})

test.each(targets)('a safe fix changes no verdict and no log-in: %s', async (id) => {
  const target = await loadTarget(id)
  const { users, texts } = readers(target)
  const checker = new Checker(users, target)
  const lines = commandLines(target)
  const roles = target.behaviours.hasRoles ? `${roleLines}\n` : ''
  fc.assert(
    fc.property(texts, (text) => {
      const before = readUserLine(text, users, target)?.user
      if (!before) return
      for (const { code, fixes } of checker.diagnose(roles + text)) {
        for (const fix of fixes) {
          if (fix.safe !== true) continue
          const after = readUserLine(applyFix(roles + text, fix).slice(roles.length), users, target)?.user
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

test('a fix that denies commands denies them, whatever roles the user holds', async () => {
  const target = await loadTarget('valkey-9.2')
  const { users, texts } = readers(target)
  let denials = 0
  fc.assert(
    fc.property(texts, (text) => {
      for (const { fixes } of new Checker(users, target).diagnose(`${roleLines}\n${text}`)) {
        for (const fix of fixes) {
          const names = [...fix.label.matchAll(/ -([a-z][\w|]*)/g)].map(([, name]) => name ?? '')
          if (!/^Deny /.test(fix.label) || names.length === 0) continue
          const after = readUserLine(
            applyFix(`${roleLines}\n${text}`, fix).slice(roleLines.length + 1),
            users,
            target,
          )?.user
          denials++
          for (const name of names) {
            const command = target.table.find(name)
            const may = after?.selectors.some(({ commands }) => command !== undefined && commands.has(command.index))
            expect([text, fix.label, name, may]).toEqual([text, fix.label, name, false])
          }
        }
      }
    }),
    { numRuns: runs(200) },
  )
  expect(denials).toBeGreaterThan(0)
})
