import { isAtOrAfter, type TargetId } from './list'

/** Differences between servers in vector sets: apart from the other behaviours, which must load before the first command. */
export interface VectorSetBehaviours {
  /** VSIM takes WITHATTRIBS, and an EPSILON from 0 to 1 as scores are (8.2); before, from 0 to 2. */
  readonly hasAttributeReplies: boolean
  /** VADD CAS counts the attributes of a new element (8.2). */
  readonly countsCasAttributes: boolean
}

/** Returns what tells the vector sets of a release of Redis from those of 8.0. */
export function vectorSetBehaviours(id: TargetId): VectorSetBehaviours {
  return {
    hasAttributeReplies: isAtOrAfter(id, 'redis-8.2'),
    countsCasAttributes: isAtOrAfter(id, 'redis-8.2'),
  }
}
