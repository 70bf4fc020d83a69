import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fromText, toText } from '../../../../src/acl/bytes'
import { loadAclFile } from '../../../../src/acl/load'
import { Users, type User } from '../../../../src/acl/users'
import { Checker } from '../../../../src/analysis/diagnostics/checker'
import { allDiagnostics } from '../../../../src/analysis/diagnostics/settings'
import { fileCatalogue } from '../../../../src/analysis/diagnostics/file/catalogue'
import { applyFix, type Diagnostic } from '../../../../src/analysis/diagnostic'
import { startServer } from '../../../../src/server/start'
import { loadTarget } from '../../../../src/targets/load'
import type { Target, TargetId } from '../../../../src/targets/target'
import { aclFile } from '../lines'
import { runs } from '../../../runs'
import { commandsIn, verdict } from './said'

interface File {
  readonly text: string
  readonly target: Target
  readonly users: ReadonlyMap<string, User>
  readonly diagnostic: Diagnostic
}

function load(target: Target, text: string): Map<string, User> | null {
  const fresh = new Users(target.table, target.behaviours)
  const read = loadAclFile(fresh, fromText(text), 'users.acl')
  if (!read.ok) return null
  const loaded = new Map(read.users)
  if (!loaded.has('default')) loaded.set('default', fresh.newDefaultUser())
  return loaded
}

/** The user whose line a diagnostic is at. */
function userAt({ text, users, diagnostic }: File): User {
  const name = fromText((text.split('\n')[diagnostic.span.line - 1] ?? '').split(' ')[1] ?? '')
  const user = users.get(name)
  if (user === undefined) throw new Error(`no user ${name}`)
  return user
}

const logsIn = ({ enabled, nopass, passwords }: User): boolean => enabled && (nopass || passwords.length > 0)

/** Starts a server with an ACL file; gives back what it writes, and connections. */
function serve(target: Target, text: string) {
  const written: { text: string | null } = { text: null }
  const started = startServer({
    target,
    conf: 'aclfile users.acl\nrequirepass secret\n',
    files: { read: () => fromText(text), write: (_, saved) => void (written.text = toText(saved)) },
    clock: { now: () => 0 },
    random: { bytes: (n) => '\0'.repeat(n), below: () => 0 },
  })
  if (!started.started) throw new Error(started.message)
  return { server: started.server, written }
}

const open = (target: Target, text: string) => {
  const { server, written } = serve(target, text)
  const state = { closed: false }
  const connection = server.connect(
    { kind: 'loopback' },
    { push: () => undefined, closed: () => (state.closed = true) },
  )
  return { server, written, connection, state }
}

/** The server's ACL SAVE, run by an administrator who is in no file. */
function saved(target: Target, text: string): string {
  const { connection, written } = open(target, text)
  connection.send(['ACL', 'SAVE'])
  return written.text ?? ''
}

const truths: Readonly<Record<string, (file: File) => void>> = {
  'missing-default': ({ text, target, diagnostic }) => {
    const { connection } = open(target, text)
    expect(connection.send(['SET', 'any', '1']).replies).toHaveLength(1)
    expect(JSON.stringify(connection.send(['GET', 'any']).replies)).toContain('1')
    const fix = diagnostic.fixes[0]
    if (fix === undefined) throw new Error('no fix')
    const fixed = open(target, applyFix(text, fix)).connection
    expect(JSON.stringify(fixed.send(['GET', 'any']).replies)).toContain('NOAUTH')
  },
  'nobody-may-run-acl': ({ target, users }) => {
    for (const user of users.values())
      if (logsIn(user))
        for (const argv of [
          ['acl', 'setuser', 'x'],
          ['acl', 'load'],
        ])
          expect([user.name, argv, verdict(target, user, argv)]).toEqual([user.name, argv, false])
  },
  'shared-password': (file) => {
    const own = new Set(userAt(file).passwords.map(({ hash }) => hash))
    const other = file.users.get(fromText(/^(.*) has the same/.exec(file.diagnostic.message)?.[1] ?? ''))
    expect(other?.passwords.some(({ hash }) => own.has(hash))).toBe(true)
  },
  'privilege-escalation': (file) => {
    const [, changer = '', command = '', caller = ''] =
      /^(.*) can change functions \((.*)\) that (.*) may call/.exec(file.diagnostic.message) ?? []
    if (caller === '') return
    const [a, b] = [file.users.get(fromText(changer)), file.users.get(fromText(caller))]
    if (a === undefined || b === undefined) throw new Error('no such user')
    expect(verdict(file.target, a, [...command.toLowerCase().split(' '), 'x'])).toBe(true)
    expect(logsIn(b)).toBe(true)
    expect(['fcall', 'fcall_ro'].some((name) => verdict(file.target, b, [name, 'f', '0']))).toBe(true)
  },
  'repeated-user': ({ target, text, users, diagnostic }) => {
    const lines = text.split('\n')
    lines.splice(diagnostic.span.line - 1, 1)
    const without = load(target, lines.join('\n'))
    // A second line starts with reset, which prints the default for payloads.
    const shown = (all: ReadonlyMap<string, User> | null): readonly string[] =>
      [...(all?.values() ?? [])].map((user) => user.describe().replace(' sanitize-payload', '')).sort()
    expect(shown(without)).toEqual(shown(users))
  },
  'unused-role': ({ text, users, diagnostic: { span } }) => {
    const name = text.slice(span.from, span.to)
    expect([...users.values()].filter((user) => user.roles.includes(fromText(name)))).toEqual([])
  },
  'role-named-as-user': ({ text, users, diagnostic: { span } }) => {
    expect(users.has(fromText(text.slice(span.from, span.to)))).toBe(true)
  },
  'client-handshake': (file) => {
    const listed = commandsIn(/send (.*) when/.exec(file.diagnostic.message)?.[1] ?? '')
    expect(listed.length).toBeGreaterThan(0)
    for (const argv of listed)
      if (file.target.table.resolve(argv)?.subcommands === undefined)
        expect(verdict(file.target, userAt(file), argv), argv.join(' ')).toBe(false)
  },
}

const targets: readonly TargetId[] = ['redis-6.2', 'redis-7.2', 'redis-8.0', 'valkey-9.1', 'valkey-9.2']
const asked = new Set<string>()
/** Lines that some diagnostics are about. */
const ends = [
  '',
  '\nuser worker on\nuser worker off',
  '\nuser one on >shared\nuser two on >shared',
  '\nuser calls on nopass ~a:* +fcall\nuser writes on >pw ~a:* +@write',
  '\nrole one ~a:* +get\nrole two ~b:* +get\nuser two on >pw role=one',
]
const everyEnd = ends.map((end): [string, string] => ['user default off', end])

test.each(targets)('what diagnostics say of a file is true: %s', async (id) => {
  const target = await loadTarget(id)
  fc.assert(
    fc.property(aclFile, fc.constantFrom(...ends), (start, end) => {
      const text = start + end
      const users = load(target, text)
      if (users === null) return
      for (const diagnostic of new Checker(new Users(target.table, target.behaviours), target).diagnose(text)) {
        const holds = truths[diagnostic.code]
        if (holds === undefined) continue
        asked.add(diagnostic.code)
        try {
          holds({ text, target, users, diagnostic })
        } catch (problem) {
          throw new Error(`${diagnostic.code}: ${diagnostic.message}`, { cause: problem })
        }
      }
    }),
    { numRuns: Math.max(100, runs(100)), examples: everyEnd },
  )
})

test('a server that saves a file writes it as save-would-rewrite and dropped-comments say', async () => {
  const target = await loadTarget('redis-8.8')
  const admin = 'user default on nopass sanitize-payload ~* &* +@all'
  const app = `user app on nopass sanitize-payload ~app:* resetchannels -@all +get`
  const codes = (text: string): string[] =>
    new Checker(new Users(target.table, target.behaviours), target).diagnose(text).map(({ code }) => code)
  const kept = saved(target, `${app}\n${admin}\n`)
  expect(codes(kept)).not.toContain('save-would-rewrite')
  expect(saved(target, kept)).toBe(kept)
  const [first, second] = kept.trimEnd().split('\n')
  for (const text of [`${second}\n${first}\n`, `${first?.replace('+get', '+GET')}\n${second}\n`]) {
    expect(codes(text)).toContain('save-would-rewrite')
    expect(saved(target, text)).not.toBe(text)
  }
  const commented = `# users\n${kept}`
  expect(codes(commented)).toContain('dropped-comments')
  expect(saved(target, commented)).toBe(kept)
})

test.each([
  ['redis-7.2', true],
  ['redis-7.4', false],
  ['valkey-8.1', false],
] as const)('ACL LOAD closes connections where load-disconnects says so: %s', async (id, closes) => {
  const target = await loadTarget(id)
  const text = 'user default on nopass ~* &* +@all\nuser app on nopass ~app:* +get +ping'
  const codes = new Checker(new Users(target.table, target.behaviours), target).diagnose(text).map(({ code }) => code)
  expect(codes.includes('load-disconnects')).toBe(closes)
  const { server, connection } = open(target, text)
  const state = { closed: false }
  const app = server.connect({ kind: 'loopback' }, { push: () => undefined, closed: () => (state.closed = true) })
  app.send(['AUTH', 'app', 'x'])
  connection.send(['ACL', 'LOAD'])
  expect(state.closed).toBe(closes)
  expect(JSON.stringify(connection.send(['PING']).replies)).toContain('PONG')
})

test('a diagnostic that names other users holds for each of them', async () => {
  const target = await loadTarget('redis-8.0')
  fc.assert(
    fc.property(aclFile, aclFile, (one, two) => {
      const text = `${one}\n${two}`
      if (load(target, text) === null) return
      const codesOf = (line: string): string[] =>
        new Checker(new Users(target.table, target.behaviours), target)
          .diagnose(line, allDiagnostics)
          .map(({ code }) => code)
      for (const { code, message } of new Checker(new Users(target.table, target.behaviours), target).diagnose(text)) {
        const [, others] = / The same goes for (.*)\.$/.exec(message) ?? []
        for (const name of others?.split(/, | and /) ?? []) {
          const line = text.split('\n').find((other) => other.startsWith(`user ${name} `))
          if (line !== undefined) expect([code, name, codesOf(line).includes(code)]).toEqual([code, name, true])
        }
      }
    }),
    { numRuns: runs(100) },
  )
})

test('every diagnostic about a file is held to what it says', () => {
  const elsewhere = ['dropped-comments', 'load-disconnects', 'save-would-rewrite']
  expect(
    fileCatalogue.map(({ code }) => code).filter((code) => truths[code] === undefined && !elsewhere.includes(code)),
  ).toEqual([])
  const rare = ['nobody-may-run-acl']
  expect(Object.keys(truths).filter((code) => !asked.has(code) && !rare.includes(code))).toEqual([])
})
