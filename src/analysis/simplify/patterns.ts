import type { AllowedCommands } from '../../acl/allowed'
import type { Bytes } from '../../acl/bytes'
import type { Access } from '../../acl/command'
import { formsOf } from '../../proof/forms'
import { patternOutside, type Budget } from '../../proof/inclusion'
import { indexOf, literalStart, union } from '../../proof/language'
import { grantOf } from '../../proof/permissions'
import { shorterPattern } from '../../proof/spelling'
import type { Target } from '../../targets/target'
import type { DraftSelector } from './draft'

export type Key = DraftSelector['keys'][number]

/** Returns keys with the access that each pattern has in any of the lists. */
export function joinedKeys(...lists: readonly (readonly Key[])[]): Key[] {
  const joined = new Map<Bytes, Access>()
  for (const { pattern, access } of lists.flat()) joined.set(pattern, ((joined.get(pattern) ?? 0) | access) as Access)
  // Printed, `%RW~*` is `~*`, which ends the list.
  return joined.get('*') === 3
    ? [{ pattern: '*', access: 3 }]
    : [...joined].map(([pattern, access]) => ({ pattern, access }))
}

/** Returns keys with shorter patterns that match the same names of one byte or more. */
export function shorterKeys(keys: readonly Key[]): Key[] {
  return joinedKeys(keys.map(({ pattern, access }) => ({ pattern: shorterPattern(pattern), access })))
}

/** Returns channel rules with shorter patterns. */
export function shorterChannels(channels: readonly Bytes[]): Bytes[] {
  return [...new Set(channels.map((rule) => (rule.startsWith('&') ? `&${shorterPattern(rule.slice(1))}` : rule)))]
}

/**
 * Returns the keys without those that others of the list grant wholly, the longest first. Compares each with those whose
 * literal start agrees with its own, in n log n steps where few do; bounded by the budget.
 */
export function withoutCovered(keys: readonly Key[], budget: Budget): readonly Key[] {
  const left = new Map(keys.map((key) => [key.pattern, key]))
  const index = indexOf(union(keys.map(({ pattern }) => pattern)))
  for (const key of [...keys].sort((a, b) => b.pattern.length - a.pattern.length)) {
    if (budget.left <= 0) break
    const near = index.near(literalStart(key.pattern))
    budget.left -= near.length / 50
    const granting = near.flatMap(([pattern = '']) => {
      const other = left.get(pattern)
      return other === undefined || other === key || (other.access & key.access) !== key.access ? [] : [pattern]
    })
    if (granting.length > 0 && patternOutside(key.pattern, union(granting), budget).kind === 'included')
      left.delete(key.pattern)
  }
  return keys.filter(({ pattern }) => left.has(pattern))
}

/** The accesses that keys of commands need, and whether commands name channels. */
export interface CommandUses {
  readonly keys: readonly Access[]
  readonly channels: boolean
}

const uses = new WeakMap<AllowedCommands, CommandUses>()

/** Returns the uses of all commands that rules allow, at least with some first arguments; cached. */
export function usesOfCommands(allowed: AllowedCommands, target: Target): CommandUses {
  const known = uses.get(allowed) ?? findUses(allowed, target)
  uses.set(allowed, known)
  return known
}

function findUses(allowed: AllowedCommands, target: Target): CommandUses {
  const keys = new Set<Access>()
  let channels = false
  for (const { command, forms } of formsOf(target)) {
    if (grantOf({ commands: allowed }, command) === 'none') continue
    for (const { fixed, repeated } of forms)
      for (const { kind, access } of repeated === null ? fixed : [...fixed, repeated]) {
        if (kind === 'key' && access !== null) keys.add(access)
        channels ||= kind === 'channel' || kind === 'pattern'
      }
  }
  return { keys: [...keys], channels }
}
