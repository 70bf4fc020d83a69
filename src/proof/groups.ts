import type { Command } from '../acl/command'
import type { Selector } from '../acl/selector'
import { type Form, formsOf } from './forms'
import type { Budget } from './inclusion'
import { patternsOf } from './looks'
import { type Subject, grantOf, isHidden } from './permissions'

/** Commands that the same selectors allow and that have the same forms. */
export interface Group {
  readonly commands: Command[]
  readonly forms: readonly Form[]
  readonly mine: readonly number[]
  readonly theirs: readonly Selector[]
}

/** A command with the key of the group that it belongs to. */
export interface Grouped extends Group {
  readonly key: string
}

/** Groups the commands of `groupedCommands`, so that each group is asked about once. */
export function groupsOf(mine: Subject, theirs: Subject, theirSelectors: readonly Selector[], budget: Budget): Group[] {
  const groups = new Map<string, Group>()
  for (const found of groupedCommands(mine, theirs, theirSelectors, budget)) {
    const group = groups.get(found.key)
    if (group === undefined) groups.set(found.key, found)
    else group.commands.push(...found.commands)
  }
  return [...groups.values()]
}

/**
 * Yields the commands that a user's selectors allow, each with the key of its group. Leaves out those of which the other
 * user is known to have every line. The forms of a command are found when it is reached.
 */
export function* groupedCommands(
  mine: Subject,
  theirs: Subject,
  theirSelectors: readonly Selector[],
  budget: Budget,
): Generator<Grouped, void> {
  const numbers = new Map(theirSelectors.map((selector, i) => [selector, i]))
  // First arguments make a command a group of its own.
  const keyOf = (
    command: Command,
    match: Command,
    allowing: readonly number[],
    others: readonly Selector[],
    shape: number,
  ): string => {
    const alone =
      allowing.some((i) => grantOf(mine.user.selectors[i] as Selector, command) !== 'whole') ||
      others.some((selector) => grantOf(selector, match) !== 'whole')
    const places = others.map((selector) => numbers.get(selector)).join()
    return `${allowing.join()} ${places} ${shape} ${alone ? command.name : ''}`
  }
  const sameTable = mine.target.table === theirs.target.table
  for (const found of formsOf(mine.target, theirs.target)) {
    const { command } = found
    budget.left -= 1 / 10 + (mine.user.selectors.length + theirSelectors.length) / 200
    const allowing = mine.user.selectors.flatMap((selector, i) => (grantOf(selector, command) === 'none' ? [] : [i]))
    if (allowing.length === 0 || isHidden(mine, command)) continue
    const match = sameTable ? command : matching(command, theirs)
    if (match === null) continue
    const others = isHidden(theirs, match)
      ? []
      : theirSelectors.filter((selector) => grantOf(selector, match) !== 'none')
    if (mine.target === theirs.target && isSame(mine, command, allowing, others)) continue
    const key = keyOf(command, match, allowing, others, found.shape)
    yield { key, commands: [command], forms: found.forms, mine: allowing, theirs: others }
  }
}

/**
 * Returns true if every selector that allows a command has the same patterns as one of the other user that allows it
 * too: then whatever line of it one user may run, the other may, whatever its forms.
 */
function isSame(
  { user }: Subject,
  command: Command,
  allowing: readonly number[],
  others: readonly Selector[],
): boolean {
  const theirs = new Set<string>()
  for (const selector of others) if (grantOf(selector, command) === 'whole') theirs.add(patternsOf(selector))
  return allowing.every((i) => {
    const selector = user.selectors[i]
    return selector !== undefined && theirs.has(patternsOf(selector))
  })
}

/** Returns the command of the same name on another server; null if it has none that runs by itself. */
export function matching({ name }: Command, { target }: Subject): Command | null {
  const match = target.table.find(name) ?? target.table.resolve(name.split('|'))
  return match === undefined || (match.subcommands?.size ?? 0) > 0 ? null : match
}
