import { fromText } from '../../acl/bytes'
import type { Decision } from '../../acl/decision'
import type { Statement } from '../../analysis/expectations/expectation'
import type { Entry } from '../state/Entry.svelte'

/** What a decision says, as an expectation. */
export function statementOf(decision: Decision, db: number): Statement {
  const { user, argv, allowed, reason } = decision
  return {
    user,
    verb: allowed ? 'can' : 'cannot',
    action: { kind: 'command', argv },
    origin: null,
    db: db === 0 ? null : db,
    because: allowed || reason === null || reason === 'auth' ? null : reason,
  }
}

/** What a line of the console shows, as an expectation: today's decision on it, or a log-in; null where it shows neither. */
export function statementOfEntry(entry: Entry): Statement | null {
  if (entry.now !== null) return statementOf(entry.now, entry.db)
  if (typeof entry.login !== 'string') return null
  return { user: fromText(entry.login), verb: 'can', action: { kind: 'log-in' }, origin: null, db: null, because: null }
}
