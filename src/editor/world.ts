import type { Bytes } from '../acl/bytes'
import type { Role } from '../acl/role'
import type { User } from '../acl/user'
import type { Target } from '../targets/target'

/** Known channels and patterns of channels. */
export interface KnownChannels {
  readonly names: readonly string[]
  readonly patterns: readonly string[]
}

/**
 * The state of the playground that completion and hovers use. It is passed as a function (AskWorld) and read on demand.
 */
export interface World {
  /** The target, with its commands and categories. */
  readonly target: Target
  /** User names in memory, as text. */
  readonly users: readonly string[]
  /** Roles in memory; absent where there are none. */
  readonly roles?: ReadonlyMap<Bytes, Role>
  /** Keys of the connection's database, as text. */
  readonly keys: readonly string[]
  /** Channels that rules name or that were used. */
  readonly channels: KnownChannels
  /** Returns the user of this name in memory; absent where users are not available. */
  readonly userOf?: (name: string) => User | undefined
}

/** Returns null while no target is loaded. */
export type AskWorld = () => World | null
