import { decide } from '../../../src/acl/check'
import { fromText } from '../../../src/acl/bytes'
import type { Decision } from '../../../src/acl/decision'
import { compileGlob } from '../../../src/acl/glob'
import { loadAclFile } from '../../../src/acl/load'
import { splitWords } from '../../../src/acl/split'
import { Users, type User } from '../../../src/acl/users'
import { Checker } from '../../../src/analysis/diagnostics/checker'
import { diagnoseConf } from '../../../src/analysis/diagnostics/conf'
import { checklist, unknownClientSide } from '../../../src/analysis/checklist'
import { compareFiles, compareTargets, type Comparison, type Upgrade } from '../../../src/analysis/compare'
import { describeUserChange } from '../../../src/analysis/compare/describe'
import { coverage, type Coverage } from '../../../src/analysis/coverage'
import { parseExpectations } from '../../../src/analysis/expectations/parse'
import { fixOf } from '../../../src/analysis/expectations/fix'
import { runExpectations } from '../../../src/analysis/expectations/run'
import type { Diagnostic } from '../../../src/analysis/diagnostic'
import { explain } from '../../../src/analysis/explain'
import { explainToken } from '../../../src/analysis/explain-token'
import { formatAcl, formatConf } from '../../../src/analysis/format'
import { keyAccess } from '../../../src/analysis/key-access'
import { leastPrivilege } from '../../../src/analysis/least-privilege'
import { permissionMatrix, permissionSet } from '../../../src/analysis/permissions'
import { refusals } from '../../../src/analysis/refusals'
import { renameUser } from '../../../src/analysis/rename-user'
import { readCapture, replay } from '../../../src/analysis/replay'
import { simplifyFile, type SimplifiedFile } from '../../../src/analysis/simplify/file'
import { suggest, type Suggestion } from '../../../src/analysis/suggest'
import { summaryParagraph } from '../../../src/analysis/summary'
import { aclParser, commandParser, confParser } from '../../../src/editor/languages'
import { readRendered } from '../../../src/resp/read-rendered'
import { RequestReader } from '../../../src/resp/request'
import { splitArgs } from '../../../src/resp/split-args'
import type { SimulatedServer } from '../../../src/server/server'
import { startServer } from '../../../src/server/start'
import type { Target } from '../../../src/targets/target'
import { usesOf } from '../../../src/targets/uses'
import { decodeFile, decodeLink, encodeFile, encodeLink } from '../../../src/workspace/codec'
import { exportFormats, exportUsers } from '../../../src/workspace/export'
import { detectFormat, importFormats, importText } from '../../../src/workspace/import'
import { hideSecrets } from '../../../src/workspace/secrets'
import { blankState } from '../../../src/workspace/state'
import { seededRandom } from '../../conformance/replay'

/** Something that takes a text from outside. */
export interface Entry {
  readonly name: string
  /** Characters of the longest text that it is tried with. */
  readonly most: number
  /** Characters of the shortest text that tells; absent: where the time tells. */
  readonly least?: number
  /** Tells whether a result says that it is not complete. */
  readonly isCut?: (result: unknown) => boolean
  /** Prepares what is not to be measured, and returns what is. */
  readonly prepare: (text: string, target: Target) => () => unknown
}

const MEDIUM = 64_000
const LONG = 1_024_000

const linear = new Set([
  'load users.acl',
  'format users.acl',
  'format redis.conf',
  'hide secrets in files',
  'split words',
  'link',
  'glob',
  'requests',
])

/** How the results of an entry say that they are not complete. */
const cuts: Readonly<Record<string, (result: unknown) => boolean>> = {
  'diagnostics of users.acl': isPartlyChecked,
  'diagnostics of redis.conf': isPartlyChecked,
  'compare files': isUndecided,
  simplify: (result) => (result as SimplifiedFile).lines.some(({ result: { kind } }) => kind === 'undecided'),
  upgrade: (result) => [(result as Upgrade).comparison, (result as Upgrade).remaining].some(isUndecided),
  coverage: (result) => (result as Coverage).isPartial,
  suggestions: (result) =>
    ((result ?? []) as Suggestion[][]).flat().some(({ also }) => !also.includes('such as') && also !== 'nothing else'),
}

function isPartlyChecked(result: unknown): boolean {
  return (result as Diagnostic[]).some(({ code }) => code === 'partly-checked')
}

function isUndecided(result: unknown): boolean {
  return (result as Comparison).users.some(({ undecided, isCut }) => isCut || undecided.length > 0)
}

const direct = (name: string, run: (text: string, target: Target) => unknown): Entry => ({
  name,
  ...(cuts[name] === undefined ? {} : { isCut: cuts[name] }),
  most: linear.has(name) ? LONG : MEDIUM,
  prepare: (text, target) => () => run(text, target),
})

function load(text: string, target: Target): User[] {
  const loaded = loadAclFile(new Users(target.table, target.behaviours), fromText(text), 'users.acl')
  return loaded.ok ? [...loaded.users.values()] : []
}

/** An entry that is given the users of the text, where it makes any. */
const onUsers = (name: string, run: (users: readonly User[], target: Target) => unknown): Entry => ({
  name,
  ...(cuts[name] === undefined ? {} : { isCut: cuts[name] }),
  most: MEDIUM,
  prepare: (text, target) => {
    const users = load(text, target)
    return () => run(users, target)
  },
})

const lines = ['GET k1', 'SET k2:a v', 'COPY k1 k2', 'PUBLISH c1:x hi', 'CONFIG GET maxmemory', 'SORT k1 BY w*']

function decisions(users: readonly User[], target: Target, count: number): Decision[] {
  return Array.from({ length: count }, (_, i) => lines[i % lines.length] ?? '').flatMap((line) => {
    const argv = line.split(' ')
    const command = target.table.resolve(argv)
    const user = users.at(-1)
    return command === undefined || user === undefined
      ? []
      : [decide(user, command, argv, usesOf(target, command, argv, 0))]
  })
}

function start(target: Target, conf: string, acl: string): SimulatedServer | null {
  const files = new Map([['users.acl', fromText(acl)]])
  const result = startServer({
    target,
    conf: fromText(conf),
    files: { read: (name) => files.get(name) ?? null, write: () => null },
    clock: { now: () => 0 },
    random: seededRandom(1),
  })
  return result.started ? result.server : null
}

const requestLimits = {
  maxArguments: 1 << 20,
  maxBulkLength: 512 << 20,
  mustLogIn: () => false,
  nulHidesLineEnd: false,
  inlineLosesFF: false,
  blankLineKeepsInline: false,
}

function readRequests(text: string): number {
  const reader = new RequestReader(requestLimits)
  const bytes = fromText(text)
  let count = 0
  for (let at = 0; at < bytes.length; at += 16_384) {
    reader.feed(bytes.slice(at, at + 16_384))
    for (let one = reader.next(); one !== null && !('protocolError' in one); one = reader.next()) count++
  }
  return count
}

function renames(text: string): string {
  return text.replaceAll(/k(\d)/g, 'j$1').replace(/\bu(\d)/g, 'v$1')
}

/** Every function that a file, a link, a line or a client's bytes reach. */
export const entries: readonly Entry[] = [
  direct('load users.acl', load),
  direct('refusals', (text, target) => {
    const loaded = loadAclFile(new Users(target.table, target.behaviours), fromText(text), 'users.acl')
    return loaded.ok ? null : refusals(loaded.problems, text, target)
  }),
  direct('diagnostics of users.acl', (text, target) => {
    const diagnostics = new Checker(new Users(target.table, target.behaviours), target).diagnose(text)
    for (const { fixes } of diagnostics.slice(0, 200)) void fixes
    return diagnostics
  }),
  direct('safe fixes', (text, target) => new Checker(new Users(target.table, target.behaviours), target).fixAll(text)),
  direct('diagnostics of redis.conf', (text, target) => diagnoseConf(text, text, target)),
  direct('format users.acl', formatAcl),
  direct('format redis.conf', formatConf),
  direct('compare files', (text, target) => {
    const comparison = compareFiles({ target, acl: text }, { target, acl: renames(text) })
    for (const one of comparison.users) describeUserChange(one)
    return comparison
  }),
  direct('simplify', (text, target) =>
    simplifyFile(fromText(text), new Users(target.table, target.behaviours), target, null),
  ),
  {
    name: 'a fix for a sentence',
    most: MEDIUM,
    prepare: (text, target) => {
      const server = start(target, 'aclfile users.acl\n', text)
      const { expectations } = parseExpectations('nobody can run GET SET PUBLISH on keys k* by its own rules')
      const results = server === null ? [] : runExpectations(server, expectations)
      const restart = (acl: string): SimulatedServer | null => start(target, 'aclfile users.acl\n', acl)
      return () =>
        server === null ? null : results.map((one) => fixOf({ server, acl: text, results, start: restart }, one))
    },
  },
  direct('upgrade', (text, target) => compareTargets(text, target, target)),
  direct('coverage', (text, target) => coverage(target, text, decisions(load(text, target), target, 50))),
  direct('expectations', (text, target) => {
    const { expectations } = parseExpectations(text)
    const server = start(target, 'aclfile users.acl\n', 'user app on nopass ~app:* +@read\n')
    return server === null ? null : runExpectations(server, expectations)
  }),
  {
    name: 'sentences about a file',
    most: MEDIUM,
    prepare: (text, target) => {
      const server = start(target, 'aclfile users.acl\n', text)
      const { expectations } = parseExpectations(
        Array.from({ length: 50 }, (_, i) => `a can GET k${i}:${'a'.repeat(30)}`).join('\n'),
      )
      return () => (server === null ? null : runExpectations(server, expectations))
    },
  },
  direct('hide secrets in files', (text) =>
    hideSecrets({ ...blankState('redis-8.0'), files: { acl: text, conf: text, expect: text } }),
  ),
  direct('hide secrets in redis.conf lines', (text) =>
    hideSecrets({ ...blankState('redis-8.0'), files: { acl: '', conf: `#${text}\nrequirepass ${text}` } }),
  ),
  direct('hide secrets in command lines', (text) =>
    hideSecrets({
      ...blankState('redis-8.0'),
      entries: [
        { on: 0, line: text },
        { on: 0, line: `ACL SETUSER a ${text}` },
        { on: 0, line: `AUTH ${text}` },
      ],
    }),
  ),
  direct('link', async (text) => {
    const state = { ...blankState('redis-8.0'), files: { acl: text, conf: '' } }
    const link = await encodeLink(state, { keepPasswords: true })
    return [link.ok ? await decodeLink(link.fragment) : null, await decodeLink(`#v1.${text}`)]
  }),
  direct('workspace file', (text) => [
    decodeFile(encodeFile({ ...blankState('redis-8.0'), files: { acl: text, conf: '' } }, { keepPasswords: true })),
    decodeFile(text),
  ]),
  direct('import, format found', (text, { behaviours }) => importText(text, { behaviours })),
  direct('detect the format', (text) => detectFormat(text)),
  ...importFormats.map(({ id, label }) =>
    direct(`import as ${label}`, (text, { behaviours }) => importText(text, { behaviours, format: id })),
  ),
  ...exportFormats.map(({ id, label }) =>
    onUsers(`export as ${label}`, (users, target) => exportUsers(id, { target, users, roles: [] })),
  ),
  direct('glob', (text) => [
    compileGlob(text).matches('a'.repeat(1_000)),
    compileGlob('*a*b*c').matches(text),
    ...Array.from({ length: 500 }, (_, i) => compileGlob(text.slice(text.indexOf('~') + 1)).matches(`k${i}`)),
  ]),
  direct('grammar of users.acl', (text) => aclParser.parse(text)),
  direct('grammar of redis.conf', (text) => confParser.parse(text)),
  direct('grammar of commands', (text) => commandParser.parse(text)),
  direct('split words', (text) => [splitWords(text), splitArgs(text)]),
  direct('requests', readRequests),
  direct('printed replies', (text) => readRendered(text)),
  {
    name: 'start, CONFIG GET and ACL SETUSER',
    most: MEDIUM,
    prepare: (text, target) => {
      const server = start(target, '', '')
      const connection = server?.connect({ kind: 'loopback' }, { push: () => undefined, closed: () => undefined })
      const bytes = fromText(text)
      const argv = bytes.split(/[ \n]/).slice(0, 50_000)
      return () => [
        start(target, text, text),
        connection?.send(['CONFIG', 'GET', bytes]),
        connection?.send(['ACL', 'SETUSER', 'x', ...argv]),
        connection?.send(['KEYS', bytes]),
        connection?.send(argv),
      ]
    },
  },
  direct('explain a rule', (text, target) => {
    const rules = fromText(text).split(/[ \n]/).slice(2)
    const context = { target, docs: null, keys: ['k1', 'app:1'], channels: ['c1'] }
    return [0, 1, rules.length >> 1, rules.length - 1].map((at) => explainToken(rules, at, context))
  }),
  onUsers('explain decisions', (users, target) => decisions(users, target, 6).map((one) => explain(one))),
  onUsers('suggestions', (users, target) => {
    const user = users.at(-1)
    return user === undefined ? null : decisions(users, target, 6).map((one) => suggest(one, user, target))
  }),
  onUsers('permissions', (users, target) => {
    const user = users.at(-1)
    return [permissionMatrix(users), user && permissionSet(user), user && summaryParagraph(user, target)]
  }),
  onUsers('who can use a key', (users, target) => keyAccess(target, users, 'k1:a')),
  direct('checklist', (text, target) => checklist({ target, acl: text, conf: text, client: unknownClientSide })),
  direct('captures and least privilege', (text, target) => {
    const capture = readCapture(text, target)
    const user = new Users(target.table, target.behaviours).default
    return [
      replay(capture.lines, user, target),
      leastPrivilege(capture.lines, target, { level: 0, commands: 'commands' }),
      leastPrivilege(capture.lines, target, { level: 2, commands: 'categories' }),
    ]
  }),
  direct('rename a user', (text) => renameUser({ acl: text, conf: text, expect: text }, 'a', 'b')),
]
