import type { AllowedCommands } from '../../acl/allowed'
import { type Command, type CommandTable, runsAlone } from '../../acl/command'
import type { Selector } from '../../acl/selector'
import { memoize, memoizeByText } from '../memoize'
import type { CommandChange, Gains } from './types'

/**
 * Returns the commands gained and lost between two lists of selectors: allowed by some selector of one and by none of
 * the other. Excludes commands that need no permission (AUTH).
 */
export function compareCommands(before: readonly Selector[], after: readonly Selector[]): Gains<CommandChange> {
  const [first] = before[0] === undefined ? after : before
  return first === undefined ? { gained: [], lost: [] } : compareSets(first.commands, { before, after })
}

/** Memoized by the first command set and the identities of all sets. */
const compareSets = memoizeByText(
  ({ before, after }: { readonly before: readonly Selector[]; readonly after: readonly Selector[] }) =>
    `${numbersOf(before)}>${numbersOf(after)}`,
  (_: AllowedCommands, { before, after }) => compareAll(before, after),
)

let sets = 0
const numberOf = memoize((_: AllowedCommands) => sets++)

function numbersOf(selectors: readonly Selector[]): string {
  return selectors.map(({ commands }) => numberOf(commands)).join(' ')
}

function compareAll(before: readonly Selector[], after: readonly Selector[]): Gains<CommandChange> {
  const [one] = [...before, ...after]
  if (one === undefined) return { gained: [], lost: [] }
  const oldTable = before[0]?.space.table ?? one.space.table
  const newTable = (after[0] ?? one).space.table
  if (before.length === after.length && before.every((selector, i) => selector.commands === after[i]?.commands))
    return { gained: [], lost: [] }
  return { gained: extra(after, before, newTable, oldTable), lost: extra(before, after, oldTable, newTable) }
}

/** Returns the commands that `mine` allow and `theirs` do not. */
function extra(
  mine: readonly Selector[],
  theirs: readonly Selector[],
  myTable: CommandTable,
  theirTable: CommandTable,
): CommandChange[] {
  const changes: CommandChange[] = []
  for (const name of linesOf(myTable, theirTable)) {
    const argv = name.split('|')
    const command = existing(myTable, argv)
    if (command === null || command.flags.has('no_auth') || !allowsSome(mine, command, argv)) continue
    const other = existing(theirTable, argv)
    if (other === null || !allowsSome(theirs, other, argv))
      changes.push({ name, kind: 'whole', exists: other !== null })
  }
  return [...changes, ...extraFirstArguments(mine, theirs, theirTable, new Set(changes.map(({ name }) => name)))]
}

/**
 * Returns the names of the executable commands and subcommands of a table. A command that has subcommands in the other
 * table is listed as those subcommands.
 */
function linesOf(table: CommandTable, other: CommandTable): string[] {
  return table.commands.flatMap((command) => {
    if (!runsAlone(command)) return []
    const match = other.find(command.name)
    const isSplit = command.subcommands === null && (match?.subcommands?.size ?? 0) > 0
    if (command.parent !== null || match === undefined || !isSplit) return [command.name]
    return [...(runsAlone(match) ? [match] : []), ...(match.subcommands?.values() ?? [])].map(({ name }) => name)
  })
}

/** Resolves a command line to a command; null where the table has none, or only a container of subcommands. */
function existing(table: CommandTable, argv: readonly string[]): Command | null {
  const command = table.resolve(argv)
  return command === undefined || !runsAlone(command) ? null : command
}

function allowsSome(selectors: readonly Selector[], command: Command, argv: readonly string[]): boolean {
  return selectors.some(({ commands }) => commands.allows(command, argv))
}

/** Returns first-argument permissions (`select|0`) that only `mine` have, except for commands already found. */
function extraFirstArguments(
  mine: readonly Selector[],
  theirs: readonly Selector[],
  theirTable: CommandTable,
  found: ReadonlySet<string>,
): CommandChange[] {
  const names = new Set<string>()
  for (const { commands, space } of mine) {
    for (const [index, args] of commands.firstArgs) {
      const command = space.table.commands[index]
      if (command === undefined || allowsSome(mine, command, [command.name])) continue
      for (const arg of args) names.add(`${command.name}|${arg}`)
    }
  }
  return [...names].flatMap((name): CommandChange[] => {
    const bar = name.indexOf('|')
    const argv = [name.slice(0, bar), name.slice(bar + 1)]
    const other = existing(theirTable, argv)
    if (found.has(name) || (other !== null && allowsSome(theirs, other, argv))) return []
    return [{ name, kind: 'first-argument', exists: other !== null }]
  })
}
