import { wordAt } from '../acl/argv'
import type { Bytes } from '../acl/bytes'
import type { Command } from '../acl/command'
import { hasArity, wrongArity } from './command-errors'
import type { Invocation } from './invocation'
import { makeRoom } from './memory-limit'
import type { Configuration, Counting, Data, Feeding, Notifications, Release, Replicating, Scripts } from './parts'
import { protectedCommandRefusal } from './protected-command'
import type { Session } from './session'

/** The parts of a server that the checks around the ACL's look at. */
export type RefusingParts = Release &
  Configuration &
  Counting &
  Data &
  Feeding &
  Notifications &
  Pick<Replicating, 'primary'> &
  Scripts & {
    /** Returns whether a session must log in before it may do anything. */
    mustLogIn(session: Session): boolean
  }

/** A check of processCommand: returns the error of a command that it refuses, or null. */
type Check = (invocation: Invocation, server: RefusingParts) => Bytes | null

/** The error of a replica for a write. */
export const READ_ONLY = "READONLY You can't write against a read only replica."

/** Returns whether the server is a replica that accepts no writes. */
export function refusesWrites({ primary, config }: Configuration & Pick<Replicating, 'primary'>): boolean {
  return primary !== null && config.flag('replica-read-only')
}

/** The error for a write where `min-replicas-to-write` asks for replicas. */
export const NO_REPLICAS = 'NOREPLICAS Not enough good replicas to write.'

/** Returns true where fewer replicas follow than `min-replicas-to-write` asks for. */
export function lacksReplicas({ config, feed }: Configuration & Feeding): boolean {
  return config.frequent.needsReplicas && (feed?.replicas.size ?? 0) < config.number('min-replicas-to-write')
}

/** Returns true on a replica without its primary that must not serve old data. */
export function isStale({ primary, config }: Configuration & Pick<Replicating, 'primary'>): boolean {
  return primary !== null && !primary.isUp && !config.flag('replica-serve-stale-data')
}

/** Returns the error of the first check that refuses a command before the ACL is asked, or null. */
export function refusalBeforeAcl(invocation: Invocation, server: RefusingParts): Bytes | null {
  return (
    arity(invocation, server) ??
    (server.target.behaviours.authBeforeProtected
      ? (authentication(invocation, server) ?? protection(invocation, server))
      : (protection(invocation, server) ?? authentication(invocation, server))) ??
    insideTransaction(invocation, server)
  )
}

/** Returns the error of the first check that refuses a command after the ACL has allowed it, or null. */
export function refusalAfterAcl(invocation: Invocation, server: RefusingParts): Bytes | null {
  if (invocation.session.isPrimary) return null
  return (
    memory(invocation, server) ??
    replicas(invocation, server) ??
    readOnlyReplica(invocation, server) ??
    subscribed(invocation, server) ??
    staleReplica(invocation, server) ??
    runningScript(invocation, server) ??
    needlessUnsubscribe(invocation, server)
  )
}

const arity: Check = ({ command, argv }) => (hasArity(command, argv) ? null : wrongArity(command))

const protection: Check = ({ command, session }, server) =>
  protectedCommandRefusal(server, command, session.origin)?.error ?? null

const authentication: Check = ({ command, session }, server) =>
  server.mustLogIn(session) && !command.flags.has('no_auth') ? 'NOAUTH Authentication required.' : null

const insideTransaction: Check = ({ command, session }, { target }) => {
  if (session.transaction === null || !command.flags.has('no_multi')) return null
  const named = target.behaviours.noMultiNamesCommand ? `'${command.name}' ` : ''
  return `ERR Command ${named}not allowed inside a transaction`
}

/** Returns true for a command with such flags, and for an EXEC that would run one. A script's own flags count. */
function anyRuns(
  { command, argv, session }: Invocation,
  { scripting }: Scripts,
  is: (flags: Command['flags']) => boolean,
): boolean {
  if (is(scripting.flagsOf(command, argv))) return true
  if (command.name !== 'exec') return false
  return session.transaction?.queue.some((queued) => is(scripting.flagsOf(queued.command, queued.argv))) === true
}

/** Returns true for a command that CLIENT PAUSE WRITE holds back, for a script's own flags and for an EXEC that would run one. */
export function mayReplicate(invocation: Invocation, server: Scripts): boolean {
  return anyRuns(invocation, server, (flags) => flags.has('write') || flags.has('may_replicate'))
}

const areWrite = (flags: Command['flags']): boolean => flags.has('write')

/** Evicts keys where memory is short. A transaction is refused whole where one of its commands may take memory. */
const memory: Check = (invocation, server) => {
  if (makeRoom(server)) return null
  return anyRuns(invocation, server, (flags) => flags.has('denyoom'))
    ? "OOM command not allowed when used memory > 'maxmemory'."
    : null
}

/** Refuses writes where too few replicas follow. */
const replicas: Check = (invocation, server) => {
  if (!lacksReplicas(server)) return null
  return anyRuns(invocation, server, areWrite) ? NO_REPLICAS : null
}

/** Refuses writes on a replica. */
const readOnlyReplica: Check = (invocation, server) => {
  if (!refusesWrites(server)) return null
  return anyRuns(invocation, server, areWrite) ? READ_ONLY : null
}

/** Refuses commands on data while the link to the primary is down, where the configuration asks for that. */
const staleReplica: Check = (invocation, server) => {
  if (!isStale(server)) return null
  return anyRuns(invocation, server, (flags) => !flags.has('stale'))
    ? "MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'."
    : null
}

/** Commands that a subscribed RESP2 connection may still run. */
const whileSubscribed = new Set([
  'ping',
  'subscribe',
  'ssubscribe',
  'psubscribe',
  'unsubscribe',
  'sunsubscribe',
  'punsubscribe',
  'quit',
  'reset',
])

const subscribed: Check = ({ command, session, argv }, { target }) => {
  if (session.protocol !== 2 || session.subscriptions === 0 || whileSubscribed.has(command.name)) return null
  const { hasSubcommandRules, subscribedCommands } = target.behaviours
  const name = hasSubcommandRules ? command.name : wordAt(argv, 0)
  return `ERR Can't execute '${name}': only ${subscribedCommands} are allowed in this context`
}

const runningScript: Check = (invocation, { scripting }) => scripting.busyRefusal(invocation)

const needlessUnsubscribe: Check = ({ command, session }, { target }) =>
  target.behaviours.refusesNeedlessUnsubscribe && session.subscriptions === 0 && /^[ps]?unsubscribe$/.test(command.name)
    ? `NOSUB '${command.name}' command executed not in subscribed mode`
    : null
