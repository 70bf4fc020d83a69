import type { Bytes } from './bytes'

/** What a command needs of a key, or a key pattern grants. A bit set: READ | WRITE. */
export type Access = 0 | 1 | 2 | 3
export const READ = 1
export const WRITE = 2

/** The access that the ACL check requires of a key, from its flags: RO, RW and OW alone require none (ACLSelectorCheckKey). */
export function accessOf(flags: readonly string[]): Access {
  const writes = flags.includes('insert') || flags.includes('delete') || flags.includes('update')
  return ((flags.includes('access') ? READ : 0) | (writes ? WRITE : 0)) as Access
}

/** A key-spec as COMMAND INFO reports it (Redis 7 and newer). */
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
  /** In full, as the server registered it and reports it: `get`, `config|get`; upper case for some modules' commands: `VADD`. Rules print it in lower case. */
  readonly name: string
  /** Position in CommandTable.commands; the bit that stands for it in a selector's allowed set. */
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

/** The commands of one target. */
export interface CommandTable {
  /** Every command, containers and subcommands too, in the target's own order; `commands[c.index] === c`. */
  readonly commands: readonly Command[]
  /** Category names in the target's own order (ACL CAT). */
  readonly categories: readonly string[]
  /** By full name in any case: `GET`, `config|get`. A container is found by its own name. */
  find(name: Bytes): Command | undefined
  /** The command that an argument vector runs: the subcommand where argv[0] is a container that has argv[1], else argv[0]'s; undefined where argv[0] is unknown. */
  resolve(argv: readonly Bytes[]): Command | undefined
  /** The commands in a category (any case, without `@`), in table order; undefined where the target has no such category. */
  inCategory(category: Bytes): readonly Command[] | undefined
}

/** A key that a command line touches. */
export interface KeyUse {
  readonly key: Bytes
  /** Index in argv. */
  readonly at: number
  /** What the ACL check requires of it. 0: only that some pattern matches. */
  readonly access: Access
  /** Flags as COMMAND GETKEYSANDFLAGS reports them, e.g. ['RW','access','update']. */
  readonly flags: readonly string[]
}

/** A channel (or pattern, for PSUBSCRIBE and PUNSUBSCRIBE) that a command line touches. */
export interface ChannelUse {
  readonly channel: Bytes
  readonly at: number
  /** A pattern must be granted literally. */
  readonly isPattern: boolean
}

/** A database that a command line touches (Valkey 9.1). */
export interface DatabaseUse {
  /** The number, or EVERY_DATABASE: only a user of all databases may (FLUSHALL). */
  readonly db: number
  /** Index in argv of the number; null where the command names none and runs in the connection's own. */
  readonly at: number | null
}
export const EVERY_DATABASE = -1

/** All that the ACL looks at in a command line besides the command itself. */
export interface Uses {
  readonly keys: readonly KeyUse[]
  readonly channels: readonly ChannelUse[]
  /** Database numbers that the command names or runs in; empty where the target has no database rules. */
  readonly databases: readonly DatabaseUse[]
}
