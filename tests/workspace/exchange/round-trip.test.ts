import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fromText, toText, type Bytes } from '../../../src/acl/bytes'
import { loadAclFile } from '../../../src/acl/load'
import { type User, Users } from '../../../src/acl/users'
import { loadTarget } from '../../../src/targets/load'
import type { Target, TargetId } from '../../../src/targets/target'
import { exportFormats, exportUsers, type ExportFormat } from '../../../src/workspace/export'
import { detectFormat, importText, type ImportFormat } from '../../../src/workspace/import'
import { runs } from '../../runs'
import { codePoint } from '../../code-point'

const targets: readonly TargetId[] = [
  'redis-6.0',
  'redis-6.2',
  'redis-7.0',
  'redis-7.2',
  'redis-8.0',
  'redis-8.8',
  'valkey-9.1',
  'valkey-9.2',
]
/** What an export is read back as, and the passwords of a user that it holds. */
const readAs: Readonly<Record<ExportFormat, ImportFormat>> = {
  'acl-file': 'acl-file',
  'acl-setuser': 'acl-setuser',
  'acl-setuser-cluster': 'acl-setuser',
  'redis-conf': 'redis-conf',
  'access-string': 'access-string',
  kubernetes: 'yaml',
  ansible: 'yaml',
  terraform: 'terraform',
}

const pattern = fc
  .string({
    unit: fc.constantFrom(
      'a',
      'app:',
      '*',
      '?',
      '[',
      ']',
      '"',
      "'",
      '\\',
      '(',
      ')',
      '{',
      '}',
      '$',
      '%',
      '#',
      '&',
      'é',
      '😀',
      '`',
      '!',
      ',',
      ';',
      '<',
      '\x7f',
      '\u0085',
      '\u2028',
      '\u202e',
      '\ufeff',
      'e\u0301',
    ),
    minLength: 1,
    maxLength: 6,
  })
  .map(fromText)
const password = fc
  .oneof(fc.string({ minLength: 1, maxLength: 12 }), fc.string({ unit: codePoint, maxLength: 8 }))
  .map(fromText)
const hash = fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: 64, maxLength: 64 })
const command = fc.constantFrom(
  '+@all',
  '-@all',
  '+@read',
  '-@dangerous',
  '+get',
  '-set',
  '+config|get',
  '-config|set',
  '+select|0',
  '+client',
  'allcommands',
)
const databases = fc.constantFrom('db=0', 'db=1,3', 'resetdbs', 'alldbs')
const plain = fc.oneof(
  command,
  pattern.map((p) => `~${p}`),
  pattern.map((p) => `%R~${p}`),
  pattern.map((p) => `&${p}`),
  databases,
  fc.constantFrom('resetchannels', '~*', '&*', 'resetkeys'),
)
const rule = fc.oneof(
  { weight: 6, arbitrary: plain },
  { weight: 1, arbitrary: fc.constantFrom('on', 'off', 'nopass', 'skip-sanitize-payload') },
  { weight: 1, arbitrary: password.map((p) => `>${p}`) },
  { weight: 1, arbitrary: hash.map((h) => `#${h}`) },
  { weight: 1, arbitrary: fc.array(plain, { maxLength: 4 }).map((rules) => `(${rules.join(' ')})`) },
  { weight: 1, arbitrary: fc.constantFrom('role=reader', 'role=(x),reader') },
)
const name = fc.oneof(
  fc.constantFrom(
    'app',
    'default',
    'é',
    'a"b',
    "it's",
    '#x',
    'user',
    'on',
    '$HOME',
    '{{x}}',
    '~',
    '-',
    '(',
    'constructor',
    '__proto__',
  ),
  fc
    .string({ minLength: 1, maxLength: 8 })
    .filter((text) => !/[\s\0]/.test(text))
    .map(fromText),
)
const policy = fc.array(fc.record({ name, rules: fc.array(rule, { maxLength: 8 }) }), { minLength: 1, maxLength: 4 })

interface Policy {
  readonly name: Bytes
  readonly rules: readonly Bytes[]
}

/** The users that rules make, those that a server refuses left out. */
function usersOf(target: Target, policies: readonly Policy[], roles: readonly (readonly Bytes[])[]): Users {
  const users = new Users(target.table, target.behaviours)
  if (target.behaviours.hasRoles)
    for (const [i, rules] of roles.entries())
      for (const one of ['-@all', ...rules]) users.setRole(i === 0 ? 'reader' : '(x)', [one])
  for (const { name, rules } of policies) for (const one of rules) users.setUser(name, [one])
  return users
}

/** `sanitize-payload` and nothing mean the same; `reset` sets it on 6.2 and 7.0. */
const comparable = (line: Bytes): Bytes => line.replaceAll(' sanitize-payload', '')
const withoutPasswords = (line: Bytes): Bytes => line.replace(/ (?:nopass|#[0-9a-f]{64}|skip-sanitize-payload)/g, '')

async function back(
  target: Target,
  format: ExportFormat,
  text: string,
): Promise<{ lines: Map<Bytes, Bytes>; lost: (string | null)[]; roles: Bytes[] }> {
  const read = await importText(text, { format: readAs[format], behaviours: target.behaviours })
  if (!read.ok && /^$/.test(text.trim())) return { lines: new Map(), lost: [], roles: [] }
  if (!read.ok) throw new Error(`${read.message}\n${text}`)
  const loaded = loadAclFile(new Users(target.table, target.behaviours), fromText(read.result.acl), 'users.acl')
  if (!loaded.ok) throw new Error(`${loaded.message}\n${text}\n${read.result.acl}`)
  const lost = read.result.notes.filter(({ kind }) => kind === 'lost').map(({ user }) => user)
  return {
    lines: new Map([...loaded.users].map(([name, user]) => [name, comparable(user.describe())])),
    lost,
    roles: [...loaded.roles.values()].map((role) => role.describe()).sort(),
  }
}

const roles = fc.array(fc.array(rule, { maxLength: 5 }), { maxLength: 2 })

/** A user with the selectors of its roles in their place. */
function withoutRoles(user: User): User {
  const flat = user.copy()
  flat.own = [flat.root, ...user.selectors.slice(1)]
  flat.roles = []
  return flat
}

describe.each(exportFormats)('$id', ({ id }) => {
  test('what is exported is imported as the same users, or said to be lost', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...targets), policy, roles, async (targetId, policies, rules) => {
        const target = await loadTarget(targetId)
        const users = usersOf(target, policies, rules)
        const made = await exportUsers(id, { target, users, roles: users.roles.values() })
        const lost = new Set(made.notes.filter(({ kind }) => kind === 'lost').map(({ user }) => user))
        const cloud = id === 'access-string' || id === 'terraform'
        const read = await back(target, id, made.text)
        if (!cloud) expect([...read.roles]).toEqual([...users.roles.values()].map((role) => role.describe()).sort())
        for (const name of read.lost) lost.add(name)
        const single = id === 'access-string' && !made.text.includes('# user ')
        for (const user of users) {
          const line = comparable((cloud ? withoutRoles(user) : user).describe())
          const got = read.lines.get(single ? 'imported' : user.name)
          const isLost = lost.has(toText(user.name))
          if (!cloud) {
            if (!isLost) expect(got).toBe(line)
          } else if (got !== undefined) {
            expect(withoutPasswords(got).replace('user imported ', `user ${user.name} `)).toBe(withoutPasswords(line))
            if (/ (?:#[0-9a-f]{64}|skip-sanitize-payload)/.test(line)) expect(isLost).toBe(true)
          } else expect(isLost).toBe(true)
        }
        const seen = detectFormat(made.text)?.format
        // Without quotes in them, lines of users.acl and of redis.conf are the same.
        if (seen !== undefined)
          expect([readAs[id], ...(/^(?:acl-file|redis-conf)$/.test(id) ? ['acl-file', 'redis-conf'] : [])]).toContain(
            seen,
          )
      }),
      { numRuns: runs(60) },
    )
  })
})
