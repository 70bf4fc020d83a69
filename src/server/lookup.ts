import { lower, type Bytes } from '../acl/bytes'
import type { Command } from '../acl/command'
import type { SimulatedServer } from './server'

/** What a command line's first words name. */
export interface Lookup {
  /** The command to run; undefined where the server knows none. */
  readonly command: Command | undefined
  /** The container, where argv[0] names one that has no such subcommand. */
  readonly container: Command | null
}

/** Finds the command that a command line runs, by its name after renaming (lookupCommand). */
export function lookUp(server: SimulatedServer, argv: readonly Bytes[]): Lookup {
  const typed = lower(argv[0] ?? '')
  const original = server.renamed.get(typed)
  if (original === undefined && server.hidden.has(typed)) return { command: undefined, container: null }
  const command = server.target.table.resolve(original === undefined ? argv : [original, ...argv.slice(1)])
  const hasSubcommands = command?.parent === null && command.subcommands !== null && command.subcommands.size > 0
  return command !== undefined && hasSubcommands && argv.length > 1
    ? { command: undefined, container: command }
    : { command, container: null }
}
