import type { Reply } from '../../resp/reply'
import type { CommandContext } from '../context'
import { doubleReply } from '../numbers'
import type { Entry } from './sorted'

/** Members, with their scores where asked: pairs of their own in RESP3, one after the other in RESP2. */
export function entriesReply(
  { behaviours, protocol }: CommandContext,
  entries: readonly Entry[],
  withScores: boolean,
): Reply {
  if (!withScores) return entries.map(({ member }) => member)
  const pairs = entries.map(({ member, score }) => [member, doubleReply(score, behaviours)])
  return protocol === 3 ? pairs : pairs.flat()
}

/** Members and scores in pairs whatever the protocol (ZMPOP). */
export function pairsReply({ behaviours }: CommandContext, entries: readonly Entry[]): Reply {
  return entries.map(({ member, score }) => [member, doubleReply(score, behaviours)])
}
