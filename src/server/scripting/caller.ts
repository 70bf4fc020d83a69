import type { Bytes } from '../../acl/bytes'
import type { Decision } from '../../acl/decision'
import { refusalText } from '../../acl/refusals'
import type { Behaviours } from '../../targets/behaviours'
import { effortOf } from '../effort'
import { checkedDatabase, Invocation } from '../invocation'
import { isFull, usedMemory } from '../memory-limit'
import type { CommandNames, Data, Debugging, Feeding, Options, Replicating, Running, RunningClock } from '../parts'
import { checkPermission, logDenial, type DenialParts } from '../permissions'
import { isStale, lacksReplicas, NO_REPLICAS, READ_ONLY, refusesWrites } from '../refusals'
import type { Session } from '../session'
import type { ScriptCaller } from './api'

/** The parts of a server that scripts reach through redis.call. */
export type CallerParts = CommandNames &
  Data &
  Debugging &
  Feeding &
  Options &
  Pick<Replicating, 'primary'> &
  Running &
  RunningClock &
  DenialParts

/** The default of `scriptTime`, in milliseconds. */
const SCRIPT_TIME = 750
/** The time after which a script is stopped that cannot be paused where it is, as a multiple of `scriptTime`. */
const PATIENCE = 1.5

/** Commands that crash a real server where a script calls them in spite of DEBUG SET-DISABLE-DENY-SCRIPTS. */
const runsScript = /^(?:eval|fcall)/

/** Returns the interface of a session to its scripts: their commands are checked as its user and logged under `lua`. */
export function callerOf(session: Session, server: CallerParts): ScriptCaller {
  const { target } = server
  const { scriptTime = SCRIPT_TIME } = server.options
  return {
    mostTime: scriptTime * PATIENCE,
    invocation(argv) {
      const { command } = server.lookup(argv)
      return command && new Invocation(target, session, command, argv, 'lua', checkedDatabase(session))
    },
    refusal(invocation) {
      const decision = checkPermission(invocation, server)
      if (decision === null || decision.allowed) return null
      logDenial(session, decision, 'lua', server)
      if (!target.behaviours.scriptErrorTables) server.statistics.of(invocation.command.name).rejected++
      return scriptRefusalText(decision, target.behaviours)
    },
    allows(invocation) {
      const decision = checkPermission(invocation, server)
      return decision === null || decision.allowed
    },
    rejected(command, error) {
      if (!target.behaviours.scriptErrorTables) return
      if (command !== undefined) server.statistics.of(command.name).rejected++
      server.statistics.countError(error)
      server.statistics.scriptErrors.push(error)
    },
    isForbidden: ({ flags, name }) =>
      flags.has('noscript') && (!server.debugging.scriptsCallAll || runsScript.test(name)),
    writeRefusal: () => (refusesWrites(server) ? READ_ONLY : lacksReplicas(server) ? NO_REPLICAS : null),
    isTooOld: ({ flags }) => !flags.has('stale') && isStale(server),
    isOutOfMemory() {
      const limit = server.config.frequent.maxMemory
      return limit > 0 && usedMemory(server) > limit
    },
    get timeLeft() {
      return scriptTime - (server.clock.now() - server.now)
    },
    isTooMuch({ argv }) {
      const { effortLimit } = server.options
      return effortLimit !== undefined && effortOf(argv, server, session.db) > effortLimit
    },
    isFull: (growth) => isFull(server, growth),
    run(invocation, { protocol, feedsReplicas }) {
      const own = session.protocol
      session.protocol = protocol
      if (server.feed !== null) server.feed.isMuted = !feedsReplicas
      try {
        return server.execute(invocation)[0] ?? null
      } finally {
        session.protocol = own
        if (server.feed !== null) server.feed.isMuted = false
      }
    },
    log: () => undefined,
  }
}

/** Returns the error of a denied redis.call: the ACL error from 7.2 on, a separate sentence before. */
function scriptRefusalText(decision: Decision, behaviours: Behaviours): Bytes {
  if (behaviours.scriptAclWords)
    return `ACL failure in script: ${refusalText(decision, behaviours).replace(/^NOPERM /, '')}`
  const who = 'The user executing the script'
  switch (decision.reason) {
    case 'key':
      return `${who} can't access at least one of the keys mentioned in the command arguments`
    case 'channel':
      return behaviours.scriptErrorTables
        ? `${who} can't access at least one of the channels mentioned in the command arguments`
        : `${who} can't publish to the channel mentioned in the command`
    default:
      return `${who} can't run this command or subcommand`
  }
}
