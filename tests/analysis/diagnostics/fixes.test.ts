import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fromText, toText } from '../../../src/acl/bytes'
import { loadAclFile } from '../../../src/acl/load'
import type { User } from '../../../src/acl/user'
import { Users } from '../../../src/acl/users'
import { Checker } from '../../../src/analysis/diagnostics/checker'
import { sameEffect } from '../../../src/analysis/diagnostics/effects'
import { applyFix } from '../../../src/analysis/diagnostic'
import { loadTarget } from '../../../src/targets/load'
import type { Target, TargetId } from '../../../src/targets/target'
import { aclFile } from './lines'
import { runs } from '../../runs'

const targets: readonly TargetId[] = ['redis-6.0', 'redis-6.2', 'redis-7.0', 'redis-8.0', 'redis-8.8', 'valkey-9.1']

function load(target: Target, text: string): Map<string, User> | null {
  const users = new Users(target.table, target.behaviours)
  const read = loadAclFile(users, fromText(text), 'users.acl')
  if (!read.ok) return null
  const loaded = new Map(read.users)
  if (!loaded.has('default')) loaded.set('default', users.newDefaultUser())
  return loaded
}

/** What a user gains, each as the word that a label must hold. */
function gains(before: User | undefined, after: User): string[] {
  const gained: string[] = []
  if (after.enabled && !before?.enabled) gained.push('on')
  if (after.nopass && !before?.nopass) gained.push('nopass')
  const known = new Set(before?.passwords.map((password) => password.hash))
  if (after.passwords.some((password) => !known.has(password.hash))) gained.push('password')
  const old = before?.selectors ?? []
  for (const selector of after.selectors) {
    const { table } = selector.space
    for (const command of table.commands) {
      if (selector.commands.has(command.index) && !old.some((one) => one.commands.has(command.index)))
        gained.push(command.name)
    }
    if (selector.allKeys && !old.some((one) => one.allKeys)) gained.push('~*')
    for (const key of selector.keys)
      if (
        !old.some(
          (one) =>
            one.allKeys ||
            one.keys.some((other) => other.pattern === key.pattern && (other.access & key.access) === key.access),
        )
      )
        gained.push(`~${toText(key.pattern)}`)
    if (selector.allChannels && !old.some((one) => one.allChannels)) gained.push('&*')
    for (const { pattern } of selector.channels)
      if (!old.some((one) => one.allChannels || one.channels.some((other) => other.pattern === pattern)))
        gained.push(`&${toText(pattern)}`)
    for (const db of selector.databases)
      if (!old.some((one) => one.allDatabases || one.databases.includes(db))) gained.push(String(db))
    if (selector.allDatabases && !old.some((one) => one.allDatabases)) gained.push('alldbs')
  }
  return gained
}

/** Whether a label names a gain: by itself, or, for a command, by the rule that brings it. */
function names(target: Target, label: string, gain: string): boolean {
  if (label.includes(gain)) return true
  return (label.match(/\+@?[^\s,)]+/g) ?? []).some((rule) => {
    const name = rule.slice(1).toLowerCase()
    if (name.startsWith('@'))
      return (
        target.table
          .inCategory(name.slice(1))
          ?.some((command) => command.name === gain || gain.startsWith(`${command.name}|`)) ?? false
      )
    return gain === name || gain.startsWith(`${name}|`)
  })
}

test.each(targets)('a fix never makes a file worse: %s', async (id) => {
  const target = await loadTarget(id)
  const checker = new Checker(new Users(target.table, target.behaviours), target)
  fc.assert(
    fc.property(aclFile, (text) => {
      const before = load(target, text)
      if (before === null) return
      for (const diagnostic of checker.diagnose(text)) {
        for (const fix of diagnostic.fixes) {
          const after = load(target, applyFix(text, fix))
          expect(after, `${diagnostic.code}: ${fix.label}`).not.toBeNull()
          for (const [name, user] of after ?? []) {
            const was = before.get(name)
            const unnamed = gains(was, user).filter((gain) => !names(target, fix.label, gain))
            expect(unnamed, `${diagnostic.code}: ${fix.label}`).toEqual([])
            if (fix.safe)
              expect(
                was !== undefined && sameEffect(was, user, { left: 200_000 }),
                `${diagnostic.code}: ${fix.label}`,
              ).toBe(true)
          }
        }
      }
    }),
    { numRuns: runs(100) },
  )
})

test.each(targets)('fix-all changes nothing for anybody, and leaves nothing safe undone: %s', async (id) => {
  const target = await loadTarget(id)
  const checker = new Checker(new Users(target.table, target.behaviours), target)
  fc.assert(
    fc.property(aclFile, (text) => {
      const fixed = checker.fixAll(text)
      expect(checker.diagnose(fixed).flatMap(({ fixes }) => fixes.filter((fix) => fix.safe))).toEqual([])
      const before = load(target, text)
      if (before === null) return
      const after = load(target, fixed)
      expect([...(after?.keys() ?? [])].sort()).toEqual([...before.keys()].sort())
      for (const [name, user] of after ?? []) {
        const was = before.get(name)
        expect(was !== undefined && sameEffect(was, user, { left: 200_000 }), name).toBe(true)
      }
    }),
    { numRuns: runs(75) },
  )
})

test('any text is diagnosed on, and an edit is seen', async () => {
  const target = await loadTarget('redis-8.0')
  const checker = new Checker(new Users(target.table, target.behaviours), target)
  fc.assert(
    fc.property(
      fc.oneof(aclFile, fc.string(), fc.string({ unit: 'grapheme' })),
      fc.string({ maxLength: 4 }),
      fc.nat(200),
      (text, typed, at) => {
        checker.diagnose(text)
        const edited = text.slice(0, at) + typed + text.slice(at)
        const fresh = new Checker(new Users(target.table, target.behaviours), target)
        expect(checker.diagnose(edited)).toEqual(fresh.diagnose(edited))
        for (const { span } of fresh.diagnose(edited))
          expect(span.from >= 0 && span.from <= span.to && span.to <= edited.length).toBe(true)
      },
    ),
    { numRuns: runs(75) },
  )
})
