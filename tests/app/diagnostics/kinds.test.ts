import { expect, test } from 'vitest'
import { Users } from '../../../src/acl/users'
import { Checker } from '../../../src/analysis/diagnostics/checker'
import { applyFix } from '../../../src/analysis/diagnostic'
import { type DiagnosedFile, kindsOf } from '../../../src/app/diagnostics/kinds'
import { loadTarget } from '../../../src/targets/load'

const target = await loadTarget('redis-8.0')
const hash = (n: number): string => `#${String(n).padStart(64, 'a')}`

function diagnosed(text: string): DiagnosedFile {
  const diagnostics = new Checker(new Users(target.table, target.behaviours), target).diagnose(text)
  return { name: 'users.acl', text, diagnostics }
}

const acl = `user default off
user app on ${hash(1)} ~app:* +@read +@connection
user web on ${hash(2)} ~web:* ~web:1 +@read +@connection
user job on ${hash(3)} ~job:* ~job:2 +get
`

test('diagnostics are grouped by kind, the most severe first, with every user that has them', () => {
  const kinds = kindsOf([diagnosed(acl)])
  const leaks = kinds.find(({ code }) => code === 'keys-command-leaks')
  expect(leaks?.places.map(({ user, span }) => [user, span.line])).toEqual([
    ['app', 2],
    ['web', 3],
  ])
  const severities = kinds.map(({ severity }) => severity)
  expect(severities).toEqual([...severities].sort((a, b) => rank[a] - rank[b]))
})

const rank = { error: 0, warning: 1, info: 2 }

test('what lets anybody in stands above what many users have', () => {
  const many = Array.from(
    { length: 5 },
    (_, i) => `user u${i} on ${hash(i)} ~u${i}:* +function|load +@connection\n`,
  ).join('')
  const codes = kindsOf([diagnosed(`user default off\n${many}user tmp on nopass ~* +@all\n`)]).map(({ code }) => code)
  expect(codes.indexOf('nopass')).toBe(0)
  expect(codes).toContain('privilege-escalation')
})

test('a kind has one fix for all of its places, with the label that they share', () => {
  const file = diagnosed(acl)
  const fix = kindsOf([file]).find(({ code }) => code === 'keys-command-leaks')?.fix
  expect(fix).toMatchObject({ label: 'Deny them', count: 2, safe: false })
  const after = applyFix(acl, { label: '', edits: fix?.edits['users.acl'] ?? [] })
  expect(kindsOf([diagnosed(after)]).some(({ code }) => code === 'keys-command-leaks')).toBe(false)
})

test('safe fixes of a kind stay safe together', () => {
  const fix = kindsOf([diagnosed(acl)]).find(({ code }) => code === 'shadowed-pattern')?.fix
  expect(fix).toMatchObject({ count: 2, safe: true })
  expect(applyFix(acl, { label: '', edits: fix?.edits['users.acl'] ?? [] })).not.toMatch(/~web:1|~job:2/)
})

test('places of one code are counted by their own severity', () => {
  const file = (severities: readonly ('error' | 'warning')[]): DiagnosedFile => ({
    name: 'users.acl',
    text: '',
    diagnostics: severities.map((severity, i) => ({
      code: 'x',
      severity,
      message: 'm',
      hint: null,
      span: { source: 'users.acl', line: i + 1, from: i, to: i },
      fixes: [],
    })),
  })
  const kinds = kindsOf([file(['warning', 'error', 'warning'])])
  expect(kinds.map(({ code, severity, places }) => [code, severity, places.length])).toEqual([
    ['x', 'error', 1],
    ['x', 'warning', 2],
  ])
})

test('edits that touch each other are not made together', () => {
  const diagnostic = (from: number, to: number) => ({
    code: 'x',
    severity: 'info' as const,
    message: `${from}`,
    hint: null,
    span: { source: 'users.acl' as const, line: 1, from, to },
    fixes: [{ label: `Remove ${from}`, edits: [{ from, to, insert: '' }] }],
  })
  const [kind] = kindsOf([
    { name: 'users.acl', text: 'abcdefgh', diagnostics: [diagnostic(0, 2), diagnostic(2, 4), diagnostic(6, 8)] },
  ])
  expect(kind?.fix?.edits['users.acl'].map(({ from }) => from)).toEqual([0, 6])
  expect(kind?.fix).toMatchObject({ label: null, labels: ['Remove 0', 'Remove 6'], count: 2 })
  expect(kind?.message).toBeNull()
})
