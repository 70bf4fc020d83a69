import type { Reply } from '../../resp/reply'
import type { CommandContext } from '../context'
import { doubleReply } from '../numbers'
import type { Entry } from './sorted'

/** Returns members, with scores if asked: as nested pairs in RESP3, flat in RESP2. */
export function entriesReply(
  { behaviours, protocol }: CommandContext,
  entries: readonly Entry[],
  withScores: boolean,
): Reply {
  if (!withScores) return entries.map(({ member }) => member)
  const pairs = entries.map(({ member, score }) => [member, doubleReply(score, behaviours)])
  return protocol === 3 ? pairs : pairs.flat()
}

/** Returns members and scores as nested pairs in both protocols (ZMPOP). */
export function pairsReply({ behaviours }: CommandContext, entries: readonly Entry[]): Reply {
  return entries.map(({ member, score }) => [member, doubleReply(score, behaviours)])
}
