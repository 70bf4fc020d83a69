import { textAt, wordAt } from '../../acl/argv'
import { type Bytes, lower, toText } from '../../acl/bytes'
import type { Decision } from '../../acl/decision'
import { lateRefusal } from '../../server/late-refusal'
import type { SimulatedServer } from '../../server/server'
import type { Origin } from '../../server/types'

/** A denial that is not the access check's. */
export interface Denial {
  /** `auth`: a log-in that fails; `key`: the command's own check; `configuration`: a directive blocks it. */
  readonly reason: 'auth' | 'key' | 'configuration'
  /** In words that follow a colon. */
  readonly why: string
}

/** Returns the denial that follows although the access check passes; null where there is none. */
export function denialAfterCheck(server: SimulatedServer, decision: Decision | null, origin: Origin): Denial | null {
  const user = decision === null ? undefined : server.users.get(decision.user)
  if (decision?.allowed !== true || user === undefined) return null
  return deniedLogIn(server, decision.argv) ?? lateRefusal(server, user, decision, origin)
}

/** Returns why a line does not log in; null where it does, or is no log-in. The rules have no say in it. */
export function deniedLogIn(server: SimulatedServer, argv: readonly Bytes[]): Denial | null {
  const why = logInFailure(server, argv)
  return why === null ? null : { reason: 'auth', why }
}

function logInFailure(server: SimulatedServer, argv: readonly Bytes[]): string | null {
  if (wordAt(argv, 0) === 'auth' && argv.length > 3) return 'AUTH takes a user name and a password'
  if (wordAt(argv, 0) === 'auth' && argv.length === 2 && server.defaultUser.nopass)
    return 'a password alone is for default, which takes none (nopass)'
  const account = accountOf(argv)
  if (account === null) return null
  const user = server.users.get(account.name)
  const name = toText(account.name)
  if (user === undefined) return `there is no user ${name}`
  if (user.accepts(account.password)) return null
  if (!user.enabled) return `${name} is off`
  return user.passwords.length === 0 ? `${name} has no password` : `this is not a password of ${name}`
}

/** Returns the user name and password that a line logs in with; null where it is no log-in, or one with another error. */
function accountOf(argv: readonly Bytes[]): { readonly name: Bytes; readonly password: Bytes } | null {
  const [first = '', second = '', third = ''] = argv
  if (lower(first) === 'auth') {
    if (argv.length === 3) return { name: second, password: third }
    return argv.length === 2 ? { name: 'default', password: second } : null
  }
  if (lower(first) !== 'hello') return null
  for (let i = 2; i < argv.length; i += 2) {
    const option = wordAt(argv, i)
    if (option === 'auth' && i + 2 < argv.length) return { name: textAt(argv, i + 1), password: textAt(argv, i + 2) }
    if (option !== 'setname') return null
  }
  return null
}
