import { expect, test } from 'vitest'
import { loadAclFile } from '../../src/acl/load'
import { Users } from '../../src/acl/users'
import { Checker } from '../../src/analysis/diagnostics/checker'
import { permissionMatrix } from '../../src/analysis/permissions'
import { expandRoles } from '../../src/analysis/roles/expand'
import { loadTarget } from '../../src/targets/load'

const target = await loadTarget('valkey-9.2')
const newUsers = (): Users => new Users(target.table, target.behaviours)

const hash = (i: number): string => `#${i.toString(16).padStart(64, 'a')}`
const roles = Array.from({ length: 20 }, (_, i) => `role shared-${i} ~shared:${i}:* +@read -@dangerous\n`)
const users = Array.from(
  { length: 1_000 },
  (_, i) => `user tenant-${i} on ${hash(i)} ~tenant:${i}:* +@read +@write -@dangerous role=shared-${i % 20}\n`,
)
const withRoles = [...roles, ...users].join('')

/** Milliseconds of the processor that a page needs for a file: to load it, check it and show its permissions. */
function timeOf(acl: string): number {
  const start = process.cpuUsage().user
  const loaded = loadAclFile(newUsers(), acl, 'users.acl')
  if (!loaded.ok) throw new Error(loaded.message)
  const memory = newUsers()
  memory.replaceAll(loaded)
  new Checker(newUsers(), target).diagnose(acl)
  permissionMatrix(memory)
  return (process.cpuUsage().user - start) / 1_000
}

test('a file of 1,000 users with 20 roles is loaded, checked and shown at most 60 ms later than without roles', () => {
  const expanded = expandRoles(withRoles, target, target)
  if (expanded.kind !== 'expanded') throw new Error(expanded.kind)
  const rounds = Array.from({ length: 8 }, () => [timeOf(withRoles), timeOf(expanded.content)] as const)
  const [quickest = 0, without = 0] = [0, 1].map((i) => Math.min(...rounds.map((round) => round[i] ?? 0)))
  expect(quickest - without, `${quickest} ms with roles, ${without} ms without`).toBeLessThan(60)
})
