import type { Bytes } from '../acl/bytes'
import { READ, WRITE, type Access, type Command, type CommandTable } from '../acl/command'
import rows from './effects.json'

/** An effect of a command line on data that its access check does not ask for. */
export interface Effect {
  /** The command line by which it is shown; words that start with `@` are names of keys. */
  readonly argv: readonly Bytes[]
  /** The access beyond the check to the keys that the line names, by their place. */
  readonly keys: ReadonlyMap<number, Access>
  /** The access to every key, named or not. */
  readonly every: Access
}

const accesses: Readonly<Record<string, Access>> = { read: READ, write: WRITE }

/** A stored count (PFCOUNT), another encoding of the same value (SORT) and names of keys are no access. */
const all: readonly Effect[] = rows.map(({ line, does }) => {
  const argv = line.split(' ')
  const done = Object.entries(does)
  return {
    argv,
    keys: new Map(done.flatMap(([key, what]) => (key === '*' ? [] : [[argv.indexOf(key), accesses[what] ?? 0]]))),
    every: accesses[done.find(([key]) => key === '*')?.[1] ?? ''] ?? 0,
  }
})

const byTable = new WeakMap<CommandTable, ReadonlyMap<Command, readonly Effect[]>>()

/**
 * Returns the commands of a table that do to data what their access check does not ask for, with their effects, as recorded
 * from servers.
 */
export function effectsIn(table: CommandTable): ReadonlyMap<Command, readonly Effect[]> {
  const known = byTable.get(table)
  if (known !== undefined) return known
  const found = new Map<Command, Effect[]>()
  for (const effect of all) {
    const command = table.resolve(effect.argv)
    if (command === undefined || (command.subcommands?.size ?? 0) > 0) continue
    found.set(command, [...(found.get(command) ?? []), effect])
  }
  byTable.set(table, found)
  return found
}
