import { textAt, wordAt } from '../../acl/argv'
import { type Bytes, lower } from '../../acl/bytes'
import type { Decision } from '../../acl/decision'
import { lateRefusal } from '../../server/late-refusal'
import type { SimulatedServer } from '../../server/server'
import type { Origin } from '../../server/types'

/** A denial that is not the access check's. */
export interface Denial {
  /** `auth`: a log-in with a wrong password; `key`: the command's own check; `configuration`: a directive blocks it. */
  readonly reason: 'auth' | 'key' | 'configuration'
  /** In words that follow a colon. */
  readonly why: string
}

/** Returns the denial that follows although the access check passes; null where there is none. */
export function denialAfterCheck(server: SimulatedServer, decision: Decision | null, origin: Origin): Denial | null {
  const user = decision === null ? undefined : server.users.get(decision.user)
  if (decision?.allowed !== true || user === undefined) return null
  const { command, argv } = decision
  return deniedLogIn(server, argv) ?? lateRefusal(server, user, command, argv, origin)
}

function deniedLogIn(server: SimulatedServer, argv: readonly Bytes[]): Denial | null {
  const account = accountOf(server, argv)
  if (account === null || server.users.get(account.name)?.accepts(account.password) === true) return null
  return { reason: 'auth', why: 'the server does not accept this user name and password' }
}

/** Returns the user name and password that a line logs in with; null where it is no log-in, or one with another error. */
function accountOf(
  server: SimulatedServer,
  argv: readonly Bytes[],
): { readonly name: Bytes; readonly password: Bytes } | null {
  const [first = '', second = '', third = ''] = argv
  if (lower(first) === 'auth') {
    if (argv.length === 3) return { name: second, password: third }
    return argv.length === 2 && !server.defaultUser.nopass ? { name: 'default', password: second } : null
  }
  if (lower(first) !== 'hello') return null
  for (let i = 2; i < argv.length; i += 2) {
    const option = wordAt(argv, i)
    if (option === 'auth' && i + 2 < argv.length) return { name: textAt(argv, i + 1), password: textAt(argv, i + 2) }
    if (option !== 'setname') return null
  }
  return null
}
