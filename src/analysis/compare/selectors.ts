import type { Selector } from '../../acl/selector'
import type { User } from '../../acl/user'
import type { Budget } from '../../proof/inclusion'
import { compareCommands } from './commands'
import { comparePatterns } from './patterns'
import type { SelectorChange } from './types'

/** Returns the selectors of a user that changed; null stands for a user that there was not, or is no more. */
export function compareSelectors(before: User | null, after: User | null, budget: Budget): SelectorChange[] {
  return pairs(before?.selectors ?? [], after?.selectors ?? [])
    .map(([was, is]) => compareSelector(before, after, was, is, budget))
    .filter(isChange)
}

function compareSelector(
  before: User | null,
  after: User | null,
  old: number | null,
  fresh: number | null,
  budget: Budget,
): SelectorChange {
  const was = old === null ? null : (before?.selectors[old] ?? null)
  const is = fresh === null ? null : (after?.selectors[fresh] ?? null)
  return {
    before: old,
    after: fresh,
    commands: compareCommands(was === null ? [] : [was], is === null ? [] : [is]),
    patterns: comparePatterns(was, is, budget),
  }
}

function isChange({ commands, patterns }: SelectorChange): boolean {
  return commands.gained.length + commands.lost.length + patterns.gained.length + patterns.lost.length > 0
}

/** Pairs selectors: the roots, then selectors that print identically, then the others in order. */
function pairs(before: readonly Selector[], after: readonly Selector[]): [number | null, number | null][] {
  const made: [number | null, number | null][] =
    before.length > 0 || after.length > 0 ? [[before.length > 0 ? 0 : null, after.length > 0 ? 0 : null]] : []
  const byLook = new Map<string, number[]>()
  for (let i = after.length - 1; i > 0; i--) {
    const look = after[i]?.describe() ?? ''
    const same = byLook.get(look)
    if (same === undefined) byLook.set(look, [i])
    else same.push(i)
  }
  const olds: number[] = []
  const paired = new Set<number>()
  for (let i = 1; i < before.length; i++) {
    const at = byLook.get(before[i]?.describe() ?? '')?.pop()
    if (at === undefined) olds.push(i)
    else {
      made.push([i, at])
      paired.add(at)
    }
  }
  const news = after.map((_, i) => i).filter((i) => i > 0 && !paired.has(i))
  for (let i = 0; i < Math.max(olds.length, news.length); i++) made.push([olds[i] ?? null, news[i] ?? null])
  return made
}
