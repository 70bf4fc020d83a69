import type { AllowedCommands } from '../../acl/allowed'
import { lower, type Bytes } from '../../acl/bytes'
import type { Selector } from '../../acl/selector'
import type { User } from '../../acl/user'
import type { Budget } from '../../proof/inclusion'
import { beyond, type Difference } from '../../proof/users'
import type { Target } from '../../targets/target'
import { allowsAnything } from '../diagnostics/facts'
import { memoize } from '../memoize'

const commandsText = memoize((commands: AllowedCommands): string => {
  const firstArgs = [...commands.firstArgs].map(([index, args]) => [index, ...args.map(lower).sort()])
  return JSON.stringify([
    [...commands.bits],
    commands.future,
    firstArgs.sort(([a = 0], [b = 0]) => Number(a) - Number(b)),
  ])
})

/** Returns a text that is the same for selectors of one server that grant the same; null for one that allows no command. */
export const grantText = memoize((selector: Selector): string | null => {
  if (!allowsAnything(selector)) return null
  const { allKeys, keys, allChannels, channels, allDatabases, databases, commands } = selector
  return JSON.stringify([
    commandsText(commands),
    allKeys || keys.map(({ pattern, access }) => `${access}${pattern}`).sort(),
    allChannels || channels.map(({ pattern }) => pattern).sort(),
    allDatabases || databases.toSorted((a, b) => a - b),
  ])
})

/** Returns what all selectors that decide for a user grant, in one order. */
function grantsOf({ selectors }: User): string {
  const found = new Set(selectors.flatMap((selector) => grantText(selector) ?? []))
  return JSON.stringify([...found].sort())
}

/** The proof that two users of one server may do the same, or a command line that only one of them may run. */
export type Sameness =
  { readonly kind: 'equal' | 'undecided' } | { readonly kind: 'differs'; readonly difference: Difference }

/**
 * Proves that two users of one server may do the same: their selectors grant the same, or no command line is allowed to one of
 * them only.
 * @param databases the number of databases of the server
 */
export function sameness(a: User, b: User, target: Target, budget: Budget, databases: number): Sameness {
  if (grantsOf(a) === grantsOf(b)) return { kind: 'equal' }
  let isDecided = true
  for (const [mine, theirs] of [
    [a, b],
    [b, a],
  ] as const) {
    const [one, other] = [mine, theirs].map((user) => ({ user, target, hidden: new Set<Bytes>() }))
    if (one === undefined || other === undefined) continue
    const found = beyond(one, other, { first: true, assumeLogIn: true, budget, databases })
    const [difference] = found.differences
    if (difference !== undefined) return { kind: 'differs', difference }
    if (found.undecided.length > 0) isDecided = false
  }
  return { kind: isDecided ? 'equal' : 'undecided' }
}
