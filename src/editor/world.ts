import type { Target } from '../targets/target'

/** What completion and hovers know of the playground around them. Handed in as a function, so that it is asked when needed. */
export interface World {
  /** The target whose commands and categories count. */
  readonly target: Target
  /** User names in memory, as text. */
  readonly users: readonly string[]
  /** Keys of the connection's database, as text. */
  readonly keys: readonly string[]
}

/** Null while no target is loaded. */
export type AskWorld = () => World | null
