import type { User } from '../acl/user'
import type { Target } from '../targets/target'

/** Channels by name, and patterns of channels. */
export interface KnownChannels {
  readonly names: readonly string[]
  readonly patterns: readonly string[]
}

/** What completion and hovers know of the playground around them. Handed in as a function, so that it is asked when needed. */
export interface World {
  /** The target whose commands and categories count. */
  readonly target: Target
  /** User names in memory, as text. */
  readonly users: readonly string[]
  /** Keys of the connection's database, as text. */
  readonly keys: readonly string[]
  /** Channels that rules name or that were used, as text. */
  readonly channels: KnownChannels
  /** The user of this name in memory, for what it can do; absent where nobody can tell. */
  readonly userOf?: (name: string) => User | undefined
}

/** Null while no target is loaded. */
export type AskWorld = () => World | null
