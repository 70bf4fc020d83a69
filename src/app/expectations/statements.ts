import { type Bytes, fromText, lower } from '../../acl/bytes'
import type { Decision } from '../../acl/decision'
import { isAddress } from '../../analysis/expectations/address'
import type { Statement } from '../../analysis/expectations/expectation'
import { isLocal } from '../../server/admission'
import type { Origin } from '../../server/types'
import type { Entry } from '../state/Entry.svelte'

/** The connection and database that a command line ran on. */
export interface Circumstances {
  readonly db: number
  /** The origin of its connection; null: unknown. */
  readonly origin: Origin | null
}

/**
 * Returns a decision as an expectation. It names the database where that had to be allowed too, and where the connection
 * came from where that was not the server's own host.
 */
export function statementOf(decision: Decision, { db, origin }: Circumstances): Statement {
  const { user, argv, allowed, reason, selectors } = decision
  const isAboutDatabase = selectors[0]?.databases.some((check) => check.db === db) ?? false
  return {
    user,
    verb: allowed ? 'can' : 'cannot',
    action: { kind: 'command', argv },
    origin: sayable(origin),
    db: db !== 0 && isAboutDatabase ? db : null,
    because: allowed || reason === null || reason === 'auth' ? null : reason,
  }
}

/**
 * Returns a line of the console as an expectation: a log-in by its user's name, never by the password that was typed, or
 * else today's decision on the line; null where it shows neither.
 */
export function statementOfEntry(entry: Entry): Statement | null {
  if (entry.now !== null && !isLogIn(entry.argv)) {
    const statement = statementOf(entry.now, entry)
    const { denial } = entry
    return denial === null || denial.reason === 'auth'
      ? statement
      : { ...statement, verb: 'cannot', because: denial.reason }
  }
  if (typeof entry.login !== 'string') return null
  return {
    user: fromText(entry.login),
    verb: 'can',
    action: { kind: 'log-in' },
    origin: sayable(entry.origin),
    db: null,
    because: null,
  }
}

/** AUTH, and HELLO with its AUTH. */
export function isLogIn(argv: readonly Bytes[]): boolean {
  const words = argv.map(lower)
  return words[0] === 'auth' || (words[0] === 'hello' && words.indexOf('auth', 2) > 0)
}

/** The part of an origin that a line is about. From this host every line is, unless it says else; and an address has to be one. */
function sayable(origin: Origin | null): Origin | null {
  if (origin?.kind === 'unix') return { kind: 'unix' }
  if (origin === null || isLocal(origin) || origin.kind !== 'address') return null
  const address = origin.address.toLowerCase()
  return isAddress(address) ? { kind: 'address', address } : null
}
