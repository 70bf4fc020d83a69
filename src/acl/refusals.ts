import { textAt } from './argv'
import type { AclBehaviours } from './behaviours'
import type { Bytes } from './bytes'
import type { Decision } from './decision'

/** Returns the error reply for a denied command line: `NOPERM …` (rejectCommand, getAclErrorMessage). */
export function refusalText(decision: Decision, behaviours: AclBehaviours): Bytes {
  const { user, command } = decision
  const words = behaviours.refusalWords
  switch (decision.reason) {
    case 'key':
      return words === '7.2'
        ? 'NOPERM No permissions to access a key'
        : 'NOPERM this user has no permissions to access one of the keys used as arguments'
    case 'channel':
      return words === '7.2'
        ? 'NOPERM No permissions to access a channel'
        : 'NOPERM this user has no permissions to access one of the channels used as arguments'
    case 'database':
      return 'NOPERM No permissions to access database'
    default:
      if (words === '7.2') return `NOPERM User ${user} has no permissions to run the '${command.name}' command`
      return `NOPERM this user has no permissions to run the '${command.name}' command${words === '6' ? ' or its subcommand' : ''}`
  }
}

/** Returns the reply of ACL DRYRUN for a command line that would be denied. */
export function dryRunText(decision: Decision, behaviours: AclBehaviours): Bytes {
  const who = behaviours.refusalWords === '7.2' ? `User ${decision.user}` : 'This user'
  const at = textAt(decision.argv, decision.at ?? 0)
  switch (decision.reason) {
    case 'key':
    case 'channel':
      return `${who} has no permissions to access the '${at}' ${decision.reason}`
    case 'database':
      return `${who} has no permissions to access database ${at}`
    default:
      return `${who} has no permissions to run the '${decision.command.name}' command`
  }
}
