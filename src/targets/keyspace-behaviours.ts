import type { TargetId } from './target'

/** What differs between servers in the data types. Named facts; which release has which is below. */
export interface KeyspaceBehaviours {
  /** Doubles in replies are the shortest that read back the same (7.2); before, `%.17g`. */
  readonly printsShortestDoubles: boolean
}

type Since = (id: TargetId, redis: TargetId | null, valkey: TargetId | null) => boolean

/** One line a behaviour: which releases have it. */
export function keyspaceBehaviours(id: TargetId, since: Since): KeyspaceBehaviours {
  return {
    printsShortestDoubles: since(id, 'redis-7.2', 'valkey-7.2'),
  }
}
