import type { Bytes } from './bytes'

/** The access that a command needs to a key, or that a key pattern grants. A bit set: READ | WRITE. */
export type Access = 0 | 1 | 2 | 3
export const READ = 1
export const WRITE = 2

/** The access that the ACL check requires of a key, from its flags: RO, RW and OW alone require none (ACLSelectorCheckKey). */
export function accessOf(flags: readonly string[]): Access {
  const writes = flags.includes('insert') || flags.includes('delete') || flags.includes('update')
  return ((flags.includes('access') ? READ : 0) | (writes ? WRITE : 0)) as Access
}

/** A key spec as COMMAND INFO reports it (Redis 7 and newer). */
export interface KeySpec {
  readonly flags: readonly string[]
  readonly notes?: string
  readonly begin:
    | { readonly type: 'index'; readonly index: number }
    | { readonly type: 'keyword'; readonly keyword: string; readonly startfrom: number }
    | { readonly type: 'unknown' }
  readonly find:
    | { readonly type: 'range'; readonly lastkey: number; readonly keystep: number; readonly limit: number }
    | { readonly type: 'keynum'; readonly keynumidx: number; readonly firstkey: number; readonly keystep: number }
    | { readonly type: 'unknown' }
}

/** A command or subcommand of one target. Subcommands are commands of their own, named `container|sub`. */
export interface Command {
  /** The full name as the server reports it: `get`, `config|get`; upper case for some modules' commands: `VADD`. Rules print it in lower case. */
  readonly name: string
  /** Index in CommandTable.commands, and the command's bit in a selector's allowed set. */
  readonly index: number
  readonly arity: number
  readonly flags: ReadonlySet<string>
  /** Without the `@`, in the table's order. */
  readonly categories: readonly string[]
  readonly firstKey: number
  readonly lastKey: number
  readonly step: number
  readonly keySpecs: readonly KeySpec[]
  /** Command tips, as COMMAND INFO reports them (Redis 7 and newer). */
  readonly tips: readonly string[]
  readonly parent: Command | null
  /** By lower-case short name (`get`); null where the target knows no subcommands of this command. */
  readonly subcommands: ReadonlyMap<string, Command> | null
}

/**
 * Returns true for a command that can run by itself: one without subcommands, or a container that needs no argument
 * (COMMAND). Of other containers a server runs the subcommands only.
 */
export function runsAlone({ subcommands, arity }: Command): boolean {
  return subcommands === null || subcommands.size === 0 || Math.abs(arity) === 1
}

/** The commands of one target. */
export interface CommandTable {
  /** Every command, including containers and subcommands, in the target's own order; `commands[c.index] === c`. */
  readonly commands: readonly Command[]
  /** Category names in the target's own order (ACL CAT). */
  readonly categories: readonly string[]
  /** Finds a command by its full name in any case: `GET`, `config|get`. A container has a name of its own. */
  find(name: Bytes): Command | undefined
  /** Returns the command that a command line runs: the subcommand argv[1] if argv[0] is a container that has it, else argv[0]; undefined if argv[0] is unknown. */
  resolve(argv: readonly Bytes[]): Command | undefined
  /** Returns the commands in a category (any case, without `@`), in table order; undefined if the target has no such category. */
  inCategory(category: Bytes): readonly Command[] | undefined
}

/** A key that a command line uses. */
export interface KeyUse {
  readonly key: Bytes
  /** Index in argv. */
  readonly at: number
  /** The access that the ACL check requires. 0: a matching pattern is enough. */
  readonly access: Access
  /** Flags as COMMAND GETKEYSANDFLAGS reports them, e.g. ['RW','access','update']. */
  readonly flags: readonly string[]
}

/** A channel (or pattern, for PSUBSCRIBE and PUNSUBSCRIBE) that a command line uses. */
export interface ChannelUse {
  readonly channel: Bytes
  readonly at: number
  /** A pattern must be granted literally. */
  readonly isPattern: boolean
}

/** A database that a command line uses (Valkey 9.1). */
export interface DatabaseUse {
  /** The number, or EVERY_DATABASE, which requires access to all databases (FLUSHALL). */
  readonly db: number
  /** Index in argv of the number; null if the command names none and runs in the connection's database. */
  readonly at: number | null
}
export const EVERY_DATABASE = -1

/** Everything that the ACL checks in a command line besides the command itself. */
export interface Uses {
  readonly keys: readonly KeyUse[]
  readonly channels: readonly ChannelUse[]
  /** Databases that the command names or runs in; empty if the target has no database rules. */
  readonly databases: readonly DatabaseUse[]
}

/** Returns true for commands that take keys. */
export function takesKeys(command: Command): boolean {
  return command.firstKey !== 0 || command.keySpecs.length > 0 || command.flags.has('movablekeys')
}
