import { isError } from '../../resp/reply'
import type { Connection, Exchange } from '../../server/types'
import type { RunOutcome } from './lesson'

/** Returns the outcome of a command line from what its connection answered. */
export function outcomeOf(connection: Connection, { decision, replies, blocked }: Exchange): RunOutcome {
  if (decision?.reason != null) return decision.reason
  if (replies.length === 0) return connection.closed || !blocked ? 'closed' : 'allowed'
  const failed = replies.find(isError)
  if (failed === undefined) return 'allowed'
  return /^ERR .*(?:command not allowed|can't set protected config)/.test(failed.text) ? 'configuration' : 'error'
}
