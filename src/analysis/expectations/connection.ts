import { toText, type Bytes } from '../../acl/bytes'
import type { Decision } from '../../acl/decision'
import type { User } from '../../acl/user'
import { admit } from '../../server/admission'
import type { SimulatedServer } from '../../server/server'
import type { Origin } from '../../server/types'
import type { Place, Reason, Verdict } from './expectation'

/** The verdict on one command line or log-in, with its reason. */
export interface Found {
  readonly verdict: Verdict
  /** The reason in words, to follow a colon. */
  readonly why: string
  readonly decision: Decision | null
  readonly reply: Bytes | null
  readonly invalid: { readonly message: string; readonly hint: string | null; readonly place: Place } | null
}

/** Returns a negative verdict. */
export const refused = (reason: Reason, why: string, more: Partial<Found> = {}): Found => ({
  verdict: { allowed: false, reason },
  why,
  decision: null,
  reply: null,
  invalid: null,
  ...more,
})

/** Returns the verdict on a log-in of a user whose password is known, where it has one. */
export function logIn(user: User): Found {
  const name = toText(user.name)
  if (!user.enabled) return refused('off', `${name} is off, so nobody can log in as ${name}`)
  if (!user.nopass && user.passwords.length === 0)
    return refused('no-password', `${name} has no password, so no password logs in as ${name}`)
  const how = user.nopass
    ? 'needs no password'
    : user.passwords.length === 1
      ? 'logs in with its password'
      : `logs in with any of its ${user.passwords.length} passwords`
  return {
    verdict: { allowed: true, reason: null },
    why: `${name} is on and ${how}`,
    decision: null,
    reply: null,
    invalid: null,
  }
}

/**
 * Returns the verdict on a connection that the server rejects; null where it accepts it. Connects by TLS where the
 * server accepts nothing else.
 */
export function connectionRefusal(server: SimulatedServer, origin: Origin): Found | null {
  const onlyTls = server.config.number('port') === 0 && server.config.number('tls-port') !== 0
  const refusal = admit(server, origin.kind === 'unix' || !onlyTls ? origin : { ...origin, tls: true })
  if (refusal === null) return null
  const from = origin.kind === 'address' ? origin.address : origin.kind === 'unix' ? 'the Unix socket' : 'this host'
  return refusal.greets
    ? refused('protected-mode', `protected mode rejects ${from}, since the user default needs no password`, {
        reply: refusal.error,
      })
    : refused('unreachable', `a connection from ${from} fails (${refusal.reason})`, {
        reply: refusal.error,
      })
}
