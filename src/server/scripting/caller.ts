import { refusalText } from '../../acl/refusals'
import type { Bytes } from '../../acl/bytes'
import type { Decision } from '../../acl/decision'
import { execute } from '../dispatch'
import { effortOf } from '../effort'
import { isFull, usedMemory } from '../memory-limit'
import { checkPermission, logRefusal } from '../permissions'
import type { Session } from '../session'
import type { Behaviours } from '../../targets/behaviours'
import type { ScriptCaller } from './api'

/** Milliseconds that a script, or the scripts of one transaction, may run before the server counts as busy. */
const SCRIPT_TIME = 750

/** A connection as the scripts it runs see it: their commands are checked as its user and logged under `lua`. */
export function callerOf(session: Session): ScriptCaller {
  const { server } = session
  const { behaviours } = server.target
  return {
    lookup: (argv) => server.lookup(argv).command,
    refusal(command, argv) {
      const decision = checkPermission(session, command, argv)
      if (decision === null || decision.allowed) return null
      logRefusal(session, decision, 'lua')
      server.statistics.count(command.name, 'rejected')
      return scriptRefusalText(decision, behaviours)
    },
    allows(command, argv) {
      const decision = checkPermission(session, command, argv)
      return decision === null || decision.allowed
    },
    isOutOfMemory() {
      const limit = server.config.number('maxmemory')
      return limit > 0 && usedMemory(server) > limit
    },
    get timeLeft() {
      return SCRIPT_TIME - (server.clock.now() - server.now)
    },
    isTooMuch(argv) {
      const { effortLimit } = server.options
      return effortLimit !== undefined && effortOf(argv, server, session.db) > effortLimit
    },
    isFull: (growth) => isFull(server, growth),
    run(command, argv, protocol) {
      const own = session.protocol
      session.protocol = protocol
      try {
        return execute(session, command, argv, 'lua')[0] ?? null
      } finally {
        session.protocol = own
      }
    },
    log: () => undefined,
  }
}

/** How a refused redis.call is worded: the ACL's own words from 7.2 on, a sentence for scripts before. */
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
