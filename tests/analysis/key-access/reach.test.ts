import fc from 'fast-check'
import { expect, test } from 'vitest'
import { READ, WRITE } from '../../../src/acl/command'
import { compileGlob } from '../../../src/acl/glob'
import type { User } from '../../../src/acl/user'
import { parseExpectation } from '../../../src/analysis/expectations/parse'
import { printExpectation } from '../../../src/analysis/expectations/print'
import { runExpectations } from '../../../src/analysis/expectations/run'
import {
  needs,
  patternReach,
  statementOf,
  type Extent,
  type PatternReach,
} from '../../../src/analysis/key-access/reach'
import { disabledCommands, typedLine } from '../../../src/analysis/typed-line'
import { allows } from '../../../src/proof/command-line'
import type { Need } from '../../../src/proof/reached'
import type { SimulatedServer } from '../../../src/server/server'
import { startServer } from '../../../src/server/start'
import { loadTarget } from '../../../src/targets/load'
import type { TargetId } from '../../../src/targets/target'
import { usesOf } from '../../../src/targets/uses'
import { chapter } from '../../../src/workspace/gallery/chapter'
import { runs } from '../../runs'

async function serverOn(acl: string, conf = '', id: TargetId = 'redis-8.0'): Promise<SimulatedServer> {
  const started = startServer({
    target: await loadTarget(id),
    conf: `${conf}\naclfile users.acl\n`,
    files: { read: () => acl, write: () => undefined },
    clock: { now: () => 0 },
    random: { bytes: (n) => 'a'.repeat(n), below: () => 0 },
  })
  if (!started.started) throw new Error('the server does not start')
  return started.server
}

const shownExtent = (server: SimulatedServer, extent: Extent): string => {
  if (extent.kind === 'none' || (extent.kind === 'undecided' && extent.line === null)) return extent.kind
  const example = extent.line === null ? '' : typedLine(server, extent.line.line).text
  return extent.kind === 'some' ? `some: ${example}, not ${extent.missing}` : `${extent.kind}: ${example}`
}

/** Each user's access to a pattern, in one line: reading, writing, naming, and the commands that get around the rules. */
function shown(server: SimulatedServer, pattern: string): string[] {
  return [...patternReach(server, pattern)].map(({ user, extents, escalations }) => {
    const beyond = escalations.length === 0 ? '' : `; ${escalations.map(({ command }) => command.name).join(', ')}`
    return `${user.name}: ${needs.map((need) => shownExtent(server, extents[need])).join('; ')}${beyond}`
  })
}

const powers = 'acl|setuser, config|set, replicaof, psync, monitor, slowlog|get'

test('the five users of the security chapter, and the keys app:*', async () => {
  const server = await serverOn(chapter.find(({ id }) => id === 'five-users')?.acl ?? '')
  expect(shown(server, 'app:*')).toEqual([
    `default: all: GET app:; all: SET app: x; all: GET app:; ${powers}`,
    `admin: all: GET app:; all: SET app: x; all: GET app:; ${powers}`,
    'app: all: GET app:; all: SET app: x; all: GET app:',
    'monitor: all: GET app:; none; all: GET app:',
    'worker: none; none; none',
  ])
  expect(shown(server, '*s:*').slice(2)).toEqual([
    // PFMERGE without sources writes every key.
    'app: some: GET app:s:, not s:; all: SET app:s: x; all: GET app:s:',
    'monitor: all: GET s:; none; all: GET s:',
    'worker: some: GET jobs:, not s:; some: SET jobs: x, not s:; some: GET jobs:, not s:',
  ])
})

test('tenants reach their own keys, and some of a pattern that spans tenants', async () => {
  const server = await serverOn(
    `user default off
user admin on >a ~* &* +@all
user tenant-a on >b ~tenant:a:* ~shared:* resetchannels +@string
user reader on >c %R~tenant:* resetchannels +@read -@dangerous
user idle off >d ~* +@all
user locked on ~* +@all
user spy on >e -@all +monitor
`,
  )
  expect(shown(server, 'tenant:a:*')).toEqual([
    'default: none; none; none',
    `admin: all: GET tenant:a:; all: SET tenant:a: x; all: GET tenant:a:; ${powers}`,
    'tenant-a: all: GET tenant:a:; all: SET tenant:a: x; all: GET tenant:a:',
    'reader: all: GET tenant:a:; none; all: GET tenant:a:',
    'idle: none; none; none',
    'locked: none; none; none',
    'spy: none; none; none; monitor',
  ])
  expect(shown(server, 'tenant:*').slice(2, 4)).toEqual([
    'tenant-a: some: GET tenant:a:, not tenant:; some: SET tenant:a: x, not tenant:; some: GET tenant:a:, not tenant:',
    'reader: all: GET tenant:; none; all: GET tenant:',
  ])
  const found = [...patternReach(server, 'tenant:a:*')]
  expect(found.filter(({ canLogIn }) => !canLogIn).map(({ user }) => user.name)).toEqual(['default', 'idle', 'locked'])
  const statement = (need: Need): string => {
    const stated = statementOf(found, need, 'tenant:a:*')
    return stated === null ? '' : printExpectation(stated)
  }
  expect(needs.map(statement)).toEqual([
    'only admin, tenant-a, reader, spy can read keys tenant:a:*',
    'only admin, tenant-a can write keys tenant:a:*',
    'only admin, tenant-a, reader, spy can access keys tenant:a:*',
  ])
})

test('a command that rename-command changed is shown by its new name, and one that it removed does not count', async () => {
  const server = await serverOn(
    'user default off\nuser app on nopass ~a:* -@all +get +set\n',
    'rename-command GET FETCH',
  )
  expect(shown(server, 'a:*')[1]).toBe('app: all: fetch a:; all: SET a: x; all: fetch a:')
  const without = await serverOn(
    'user default off\nuser app on nopass ~a:* -@all +get +config|set\n',
    'rename-command GET ""\nrename-command CONFIG ""',
  )
  expect(shown(without, 'a:*')).toEqual(['default: none; none; none', 'app: none; none; none'])
})

test('keys that exist in some databases only', async () => {
  const server = await serverOn('user default off\nuser app on nopass db=2 ~a:* -@all +get\n', '', 'valkey-9.1')
  const [app] = [...patternReach(server, 'a:*')].filter(({ user }) => user.name === 'app')
  expect(app?.extents.read).toMatchObject({ kind: 'all', line: { line: { argv: ['get', 'a:'], db: 2 } } })
})

test('a pattern that matches nothing is reached by nobody', async () => {
  const server = await serverOn('user default on nopass ~* +@all\n')
  expect([...patternReach(server, '[]')].map(({ extents }) => extents.access.kind)).toEqual(['none'])
})

test('hard patterns end with the budget as undecided', async () => {
  const rest = '?'.repeat(20)
  const users = Array.from(
    { length: 50 },
    (_, i) => `user u${i} on nopass ~k${i}*a${rest} ~k${i}*[^a]${rest} -@all +get`,
  )
  const server = await serverOn(`user default off\n${users.join('\n')}\n`)
  const found = [...patternReach(server, `k*${rest}?`, { perUser: 1_000, total: 3_000 })]
  const reads = found.map(({ extents }) => extents.read)
  expect(found).toHaveLength(51)
  expect(reads[1]).toMatchObject({ kind: 'some' })
  const one = [...patternReach(server, `k0${rest}?*`, { perUser: 1_000, total: 3_000 })].map(
    ({ extents }) => extents.read,
  )
  expect(one[1]).toMatchObject({ kind: 'undecided', line: { line: { argv: ['get', expect.stringMatching(/^k0/)] } } })
  expect(one[2]).toEqual({ kind: 'none' })
  const late = [...patternReach(server, `k0${rest}?*`, { total: 0 })].map(({ extents }) => extents.read)
  expect(late[1]).toEqual({ kind: 'undecided', line: null })
})

const letters = ['a', 'b', '1']
const pairs = letters.flatMap((x) => letters.map((y) => x + y))
const keys = [...letters, ...pairs, ...pairs.flatMap((x) => letters.map((y) => x + y))]

/** Every way to write these commands, as far as permissions can tell them apart. */
const lines: readonly ((key: string, other: string) => string[])[] = [
  (k) => ['get', k],
  (k) => ['set', k, 'x'],
  (k) => ['set', k, 'x', 'GET'],
  (k) => ['del', k],
  (k) => ['exists', k],
  (k) => ['strlen', k],
  (k, o) => ['rename', k, o],
  (k, o) => ['rename', o, k],
  (k, o) => ['copy', k, o],
  (k, o) => ['copy', o, k],
]

const pattern = fc.stringMatching(/^[ab1?*]{1,3}$|^\[a1\]\*$|^\[\^a\]$/)
const keyRule = fc
  .tuple(fc.constantFrom('~', '%R~', '%W~', '%RW~'), pattern)
  .map(([prefix, glob]) => `${prefix}${glob}`)
  // Servers refuse a pattern after ~*.
  .filter((rule) => rule !== '~*')
const commandRule = fc.constantFrom('+get', '+set', '+del', '+exists', '+strlen', '+rename', '+copy', '-get', '+get|a')
const selector = fc
  .tuple(fc.array(keyRule, { maxLength: 3 }), fc.array(commandRule, { minLength: 1, maxLength: 3 }))
  .map(([patterns, rules]) => [...patterns, ...rules].join(' '))
const rules = fc
  .tuple(fc.constantFrom('on nopass', 'on >x', 'on', 'off nopass'), selector, fc.option(selector))
  .map(([login, root, more]) => `${login} -@all ${root}${more === null ? '' : ` (${more})`}`)

/** Returns true if the engine allows a command line that names the key with the access: by trying them all. */
function reaches(server: SimulatedServer, user: User, key: string, need: Need): boolean {
  const { target } = server
  const subject = { user, target, hidden: disabledCommands(server) }
  // A key of each pattern is enough: all that one pattern matches is granted alike.
  const others = user.selectors.flatMap((selector) =>
    selector.keys.flatMap(({ pattern: granted }) => keys.find((one) => compileGlob(granted).matches(one)) ?? []),
  )
  return lines.some((line) =>
    others.concat('a', key).some((other) => {
      const argv = line(key, other)
      const command = target.table.resolve(argv)
      if (command === undefined || !allows(subject, { argv, db: 0 })) return false
      return usesOf(target, command, argv, 0).keys.some(
        (use) => use.key === key && (need === 'access' || (use.access & (need === 'read' ? READ : WRITE)) !== 0),
      )
    }),
  )
}

function expectTrue(server: SimulatedServer, { user, extents }: PatternReach, glob: string): void {
  const matcher = compileGlob(glob)
  const matching = keys.filter((key) => matcher.matches(key))
  for (const need of needs) {
    const extent = extents[need]
    const reached = matching.filter((key) => reaches(server, user, key, need))
    expect(extent.kind).not.toBe('undecided')
    if (extent.kind === 'none') expect(reached).toEqual([])
    if (extent.kind === 'all') expect(reached).toEqual(matching)
    if (extent.kind === 'some') {
      expect(matcher.matches(extent.missing)).toBe(true)
      expect(reaches(server, user, extent.missing, need)).toBe(false)
    }
    if (extent.kind === 'all' || extent.kind === 'some') {
      const { line, name } = extent.line
      expect(matcher.matches(name ?? '')).toBe(true)
      expect(server.judge(user, line.argv, { db: line.db })?.allowed).toBe(true)
    }
  }
}

test('the answers for generated users agree with the engine on every key of up to three bytes', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(rules, { minLength: 1, maxLength: 4 }), pattern, async (users, glob) => {
      const acl = ['user default off', ...users.map((rule, i) => `user u${i} ${rule}`)].join('\n')
      const server = await serverOn(`${acl}\n`)
      const found = [...patternReach(server, glob)]
      expect(found).toHaveLength(users.length + 1)
      for (const one of found) expectTrue(server, one, glob)
    }),
    { numRuns: runs(150) },
  )
})

test('the statement about a pattern holds, and fails with one user fewer', async () => {
  const admin = fc.constant('on nopass -@all +acl')
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.oneof({ weight: 4, arbitrary: rules }, admin), { minLength: 1, maxLength: 4 }),
      pattern,
      fc.constantFrom<Need>(...needs),
      async (users, glob, need) => {
        const acl = ['user default off', ...users.map((rule, i) => `user u${i} ${rule}`)].join('\n')
        const server = await serverOn(`${acl}\n`)
        const statement = statementOf([...patternReach(server, glob)], need, glob)
        const { subject } = statement ?? { subject: null }
        if (statement === null || subject?.kind !== 'nobody') throw new Error('the default user is off')
        const verdict = (but: readonly string[]): string | undefined => {
          const read = parseExpectation(printExpectation({ ...statement, subject: { kind: 'nobody', but } }))
          if (read === null || 'message' in read) throw new Error('it does not read back')
          return runExpectations(server, [read])[0]?.state
        }
        expect(verdict(subject.but)).toBe('holds')
        if (subject.but.length > 0) expect(verdict(subject.but.slice(1))).toBe('fails')
      },
    ),
    { numRuns: runs(150) },
  )
})

test('no statement says that every user may do something', async () => {
  const server = await serverOn('user default on nopass ~a:* +get +set\nuser admin on nopass ~* +@all\n')
  const found = [...patternReach(server, 'a:*')]
  expect(statementOf(found, 'read', 'a:*')).toBeNull()
})

test('1,000 users are answered within 300 ms of processor time', async () => {
  const kinds = [
    '+@read',
    '+@all -@dangerous -pfmerge',
    '+get',
    '+@write -@dangerous -pfmerge',
    '%R~report:* +@all -pfmerge',
    '~tmp? +set (~a:* +del)',
  ]
  const users = Array.from(
    { length: 1000 },
    (_, i) => `user app${i} on nopass ~app${i}:* ~shared:*:${i % 7} ${kinds[i % kinds.length]}`,
  )
  const acl = `user default off\n${users.join('\n')}\n`
  // Each run has users of its own, about which nothing is cached; the first ones compile.
  const times: number[] = []
  for (let i = 0; i < 5; i++) {
    const server = await serverOn(acl)
    const start = process.cpuUsage()
    const found = [...patternReach(server, 'shared:*')]
    const { user, system } = process.cpuUsage(start)
    times.push((user + system) / 1000)
    expect(found.filter(({ extents }) => extents.access.kind === 'some')).toHaveLength(1000)
  }
  expect(Math.min(...times)).toBeLessThan(300)
})

test('a command of every database reaches keys only by a selector that has every database', async () => {
  const users = `user default off
user one on >a db=0 ~* -@all +flushall
user every on >b alldbs ~* -@all +flushall
`
  expect(shown(await serverOn(users, '', 'valkey-9.1'), 'app:*')).toEqual([
    'default: none; none; none',
    'one: none; none; none',
    'every: none; all: FLUSHALL; none',
  ])
})
