import { textAt } from '../../acl/argv'
import { toText, type Bytes } from '../../acl/bytes'
import type { ErrorReply } from '../../resp/reply'
import { CannotRun } from '../cannot-run'
import { onOneLine } from '../printable'
import type { ServerAddress } from './address'

/** Thrown where a server is not reached or hangs up: it may be there again later. */
export class ConnectionLost extends CannotRun {}

/** Thrown where a server refuses a user and its password. */
export class WrongPassword extends CannotRun {}

/** The longest part of a server's error message to show. */
const LONGEST = 300

/** Returns the words of an error reply for a message: on one line, and not longer than useful. */
export function wordsOf({ text }: ErrorReply): string {
  const words = toText(text)
  return onOneLine(words.length > LONGEST ? `${words.slice(0, LONGEST)}…` : words)
}

const failures: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused: no server listens there.',
  ENOTFOUND: 'there is no such host.',
  EAI_AGAIN: 'the name of the host cannot be resolved at the moment.',
  ENOENT: 'there is no such socket.',
  ENOTSOCK: 'it is no socket.',
  EACCES: 'permission denied.',
  EHOSTUNREACH: 'the host cannot be reached.',
  ENETUNREACH: 'the network cannot be reached.',
  ETIMEDOUT: 'the host does not answer.',
}

const certificates: Readonly<Record<string, string>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is self-signed. Name the file of the certificate authority: --cacert',
  SELF_SIGNED_CERT_IN_CHAIN:
    'its certificate is of an unknown authority. Name the file of the certificate authority: --cacert',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    'its certificate is of an unknown authority. Name the file of the certificate authority: --cacert',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    'its certificate is of an unknown authority. Name the file of the certificate authority: --cacert',
  CERT_HAS_EXPIRED: 'its certificate has expired.',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another host.',
}

/** Returns the error of a connection that fails, in one line. */
export function connectionProblem({ name, kind }: ServerAddress, reason: NodeJS.ErrnoException): CannotRun {
  const code = reason.code ?? ''
  if (Object.hasOwn(certificates, code))
    return new CannotRun(`${onOneLine(name)}: TLS failed: ${certificates[code] ?? ''}`)
  if (kind === 'tls' && !Object.hasOwn(failures, code)) return tlsProblem(name, code, reason.message)
  if (kind === 'tls' && code === 'ECONNRESET') return tlsProblem(name, code, 'the server closed the connection')
  if (code === 'ECONNRESET' || code === 'EPIPE') return protocolProblem({ name, kind }, 'closed')
  return new ConnectionLost(`${onOneLine(name)}: ${failures[code] ?? `${onOneLine(reason.message)}.`}`)
}

function tlsProblem(name: string, code: string, message: string): CannotRun {
  const isPlain =
    code === 'ERR_SSL_WRONG_VERSION_NUMBER' || code === 'ERR_SSL_PACKET_LENGTH_TOO_LONG' || code === 'ECONNRESET'
  const why = /^[^:]*:error:[^:]*:[^:]*:[^:]*:([^:]*):/.exec(message)?.[1] ?? message
  const hint = isPlain
    ? ' If that port does not use TLS, write redis:// instead.'
    : /certificate required|handshake failure/i.test(why)
      ? ' The server may want a certificate: --cert and --key'
      : ''
  return new (code === 'ECONNRESET' ? ConnectionLost : CannotRun)(
    `${onOneLine(name)}: TLS failed: ${onOneLine(why)}.${hint}`,
  )
}

/** Returns the error of a Sentinel. */
export function isSentinel(name: string): CannotRun {
  return new CannotRun(
    `${onOneLine(name)} is a Sentinel, which has commands and users of its own. Give the address of a primary or a replica: SENTINEL MASTERS lists the primaries.`,
  )
}

/** Returns the error of a connection whose server closes it, or does not speak the protocol. */
export function protocolProblem(
  { name, kind }: Pick<ServerAddress, 'name' | 'kind'>,
  what: 'closed' | 'no-reply' | 'silent' | 'tls',
  seconds = 0,
): CannotRun {
  const hint = kind === 'tcp' ? ' If it uses TLS, write rediss:// instead.' : ''
  const said = {
    closed: `the server closed the connection.${hint}`,
    'no-reply': 'the answer is not one of a Redis or Valkey server, or too long.',
    silent: `no answer within ${seconds} seconds.${hint}`,
    tls: 'the server uses TLS: write rediss:// instead.',
  }
  return new (what === 'no-reply' || what === 'tls' ? CannotRun : ConnectionLost)(`${onOneLine(name)}: ${said[what]}`)
}

/** Commands whose subcommands have permissions of their own. */
const containers: ReadonlySet<Bytes> = new Set(['ACL', 'CONFIG'])

/** Returns the rule that allows a command line: `+acl|list`. */
function permissionFor([name = '', sub = '']: readonly Bytes[]): string {
  return `+${name.toLowerCase()}${containers.has(name) ? `|${sub.toLowerCase()}` : ''}`
}

/** Returns the error of a command that the server refuses. */
export function refusedCommand(name: string, user: string, argv: readonly Bytes[], refusal: ErrorReply): CannotRun {
  const words = wordsOf(refusal)
  const at = onOneLine(name)
  if (words.startsWith('NOPERM')) {
    const rule = permissionFor(argv)
    const who = /^[\w.:-]+$/.test(user) ? user : JSON.stringify(user)
    return new CannotRun(
      `${at}: ${onOneLine(user)} needs ${rule}. Log in as a user who has it, or run: ACL SETUSER ${onOneLine(who)} ${rule}`,
    )
  }
  if (words.startsWith('NOAUTH')) return needsPassword(name)
  const what = argv.slice(0, containers.has(textAt(argv, 0)) ? 2 : 1).join(' ')
  const isPassing = words.startsWith('LOADING')
  return new (isPassing ? ConnectionLost : CannotRun)(`${at}: ${what} failed: ${words}`)
}

/** Returns the error of a server that wants a password. */
export function needsPassword(name: string): CannotRun {
  return new CannotRun(
    `${onOneLine(name)} needs a password. Set REDISCLI_AUTH to it, or ACL_PLAYGROUND_URL to the address with user and password.`,
  )
}

/** Returns the error of a log-in that the server refuses. */
export function refusedLogIn(name: string, user: string, refusal: ErrorReply): CannotRun {
  const words = wordsOf(refusal)
  const at = onOneLine(name)
  if (words.startsWith('WRONGPASS'))
    return new WrongPassword(`${at}: wrong password for ${onOneLine(user)}, or there is no such user, or it is off.`)
  return new CannotRun(`${at}: the log-in as ${onOneLine(user)} failed: ${words}`)
}

/** Returns the error of a server that closes the connection after an error: too many clients, protected mode. */
export function closedAfter(name: string, refusal: ErrorReply): CannotRun {
  return new ConnectionLost(`${onOneLine(name)}: the server closed the connection: ${wordsOf(refusal)}`)
}
