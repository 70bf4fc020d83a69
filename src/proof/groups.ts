import { type Command, runsAlone } from '../acl/command'
import type { Selector } from '../acl/selector'
import { type Form, formsOf } from './forms'
import type { Budget } from './inclusion'
import { patternsOf } from './looks'
import { allowsFirst, type Subject, grantOf, isHidden } from './permissions'

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
export function groupsOf(
  mine: Subject,
  theirs: Subject,
  theirSelectors: readonly Selector[],
  budget: Budget,
  left: Set<string>,
): Group[] {
  const groups = new Map<string, Group>()
  for (const found of groupedCommands(mine, theirs, theirSelectors, budget, left)) {
    const group = groups.get(found.key)
    if (group === undefined) groups.set(found.key, found)
    else group.commands.push(...found.commands)
  }
  return [...groups.values()]
}

/**
 * Yields the commands that a user's selectors allow, each with the key of its group. Leaves out those of which the other
 * user is known to have every line. The forms of a command are found when it is reached.
 * @param left gets the names of the commands that are left once the budget is used up
 */
export function* groupedCommands(
  mine: Subject,
  theirs: Subject,
  theirSelectors: readonly Selector[],
  budget: Budget,
  left: Set<string>,
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
  const isMatched = mine.target === theirs.target ? matchedCommands(mine, theirs, theirSelectors) : () => false
  for (const found of formsOf(mine.target, theirs.target)) {
    const { command } = found
    budget.left -= 1 / 10 + (mine.user.selectors.length + theirSelectors.length) / 200
    if (isMatched(command)) continue
    if (budget.left <= 0) {
      if (!isHidden(mine, command) && mine.user.selectors.some((one) => grantOf(one, command) !== 'none'))
        left.add(command.name)
      continue
    }
    const allowing = allowingPlaces(mine.user.selectors, command)
    if (allowing.length === 0 || isHidden(mine, command)) continue
    const match = sameTable ? command : matching(command, theirs)
    if (match === null) continue
    const others: Selector[] = []
    if (!isHidden(theirs, match))
      for (const selector of theirSelectors) if (grantOf(selector, match) !== 'none') others.push(selector)
    const key = keyOf(command, match, allowing, others, found.shape)
    yield { key, commands: [command], forms: found.forms, mine: allowing, theirs: others }
  }
}

/**
 * Returns a function that returns true for a command where every selector that allows it has the same patterns as one of the
 * other user that allows it too: then whatever line of it one user may run, the other may, whatever its forms.
 */
function matchedCommands(
  { user: { selectors } }: Subject,
  theirs: Subject,
  theirSelectors: readonly Selector[],
): (command: Command) => boolean {
  const byPatterns = new Map<string, { readonly mine: Selector[]; readonly theirs: Selector[] }>()
  for (const selector of selectors) {
    const alike = byPatterns.get(patternsOf(selector))
    if (alike === undefined) byPatterns.set(patternsOf(selector), { mine: [selector], theirs: [] })
    else alike.mine.push(selector)
  }
  for (const selector of theirSelectors) byPatterns.get(patternsOf(selector))?.theirs.push(selector)
  const groups = [...byPatterns.values()]
  return (command) =>
    !isHidden(theirs, command) &&
    groups.every(
      (group) =>
        group.theirs.some((selector) => grantOf(selector, command) === 'whole') ||
        group.mine.every(
          (selector) =>
            grantOf(selector, command) === 'none' ||
            group.theirs.some((other) => grantsAsMuch(other, selector, command)),
        ),
    )
}

/** Returns true if a selector allows a command with all first arguments with which another one does. */
function grantsAsMuch(selector: Selector, other: Selector, command: Command): boolean {
  switch (grantOf(other, command)) {
    case 'none':
      return true
    case 'whole':
      return grantOf(selector, command) === 'whole'
    case 'first-arguments':
      return (
        grantOf(selector, command) === 'whole' ||
        (other.commands.firstArgs.get(command.index) ?? []).every((first) => allowsFirst(selector, command, first))
      )
  }
}

/** Returns the places of the selectors that allow a command. */
function allowingPlaces(selectors: readonly Selector[], command: Command): number[] {
  const places: number[] = []
  for (let i = 0; i < selectors.length; i++) if (grantOf(selectors[i] as Selector, command) !== 'none') places.push(i)
  return places
}

/** Returns the command of the same name on another server; null if it has none that runs by itself. */
export function matching({ name }: Command, { target }: Subject): Command | null {
  const match = target.table.find(name) ?? target.table.resolve(name.split('|'))
  return match === undefined || !runsAlone(match) ? null : match
}
