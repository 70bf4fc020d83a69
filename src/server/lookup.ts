import { wordAt } from '../acl/argv'
import type { Bytes } from '../acl/bytes'
import type { Command } from '../acl/command'
import type { Target } from '../targets/target'

/** The command that a command line names. */
export interface Lookup {
  /** The command to run; undefined where the server knows none. */
  readonly command: Command | undefined
  /** The container, where argv[0] names one that has no such subcommand. */
  readonly container: Command | null
}

/** The effects of rename-command. */
export interface Renames {
  /** Original names (lower case) by new name (lower case). */
  readonly renamed: ReadonlyMap<Bytes, Bytes>
  /** Original names that no longer work. */
  readonly hidden: ReadonlySet<Bytes>
}

/** Returns the name that rename-command gave a command; undefined where it gave none. */
export function newNameOf({ renamed }: Renames, name: Bytes): Bytes | undefined {
  for (const [to, original] of renamed) if (original === name) return to
}

/** Returns the commands that rename-command removed, by full name; renamed ones can be run by their new names. */
export function removedCommands({ renamed, hidden }: Renames): ReadonlySet<Bytes> {
  const runnable = new Set(renamed.values())
  return new Set([...hidden].filter((name) => !runnable.has(name)))
}

/** The most names that are remembered: each command may be typed in many mixtures of upper and lower case. */
const MAX_NAMES = 4096

/** Looks commands up, and remembers what a name stands for where that does not depend on the other words. */
export class CommandFinder {
  readonly #target: Target
  readonly #renames: Renames
  readonly #known = new Map<Bytes, Lookup>()

  constructor(target: Target, renames: Renames) {
    this.#target = target
    this.#renames = renames
  }

  /** Finds the command that a command line runs. */
  find(argv: readonly Bytes[]): Lookup {
    const [name = ''] = argv
    const known = this.#known.get(name)
    if (known !== undefined) return known
    const found = lookUp(this.#target, this.#renames, argv)
    if (found.command?.subcommands === null && found.command.parent === null && this.#known.size < MAX_NAMES)
      this.#known.set(name, found)
    return found
  }
}

/** Finds the command that a command line runs, by its name after renaming (lookupCommand). */
function lookUp(target: Target, { renamed, hidden }: Renames, argv: readonly Bytes[]): Lookup {
  const typed = wordAt(argv, 0)
  const original = renamed.get(typed)
  if (original === undefined && hidden.has(typed)) return { command: undefined, container: null }
  const command = target.table.resolve(original === undefined ? argv : [original, ...argv.slice(1)])
  const hasSubcommands = command?.parent === null && command.subcommands !== null && command.subcommands.size > 0
  return command !== undefined && hasSubcommands && argv.length > 1
    ? { command: undefined, container: command }
    : { command, container: null }
}
