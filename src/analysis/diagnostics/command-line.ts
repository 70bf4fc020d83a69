import { textAt } from '../../acl/argv'
import { lower, toText, type Bytes } from '../../acl/bytes'
import { isResetOf, parseRule } from '../../acl/rule'
import type { Users } from '../../acl/users'
import type { Target } from '../../targets/target'

/** A diagnostic on a command line, before or after it runs. */
export interface CommandReport {
  readonly code: string
  readonly message: string
  readonly hint: string | null
}

/** Returns console notes on common surprises of ACL commands and MONITOR, for a command line and the present users. */
export function diagnoseCommand(argv: readonly Bytes[], users: Users, target: Target): CommandReport[] {
  const [command = '', sub = ''] = argv.map(lower)
  if (command === 'monitor') {
    return [
      {
        code: 'monitor-gaps',
        message: 'MONITOR shows no command that is refused, and leaves out logins and some administration.',
        hint: 'ACL LOG keeps what was refused: import that to find the rules that are missing.',
      },
    ]
  }
  if (command !== 'acl') return []
  if (sub === 'setuser' && argv.length > 3) return setUser(textAt(argv, 2), argv.slice(3).map(lower), users)
  if (sub === 'load') return [load(target)]
  if (sub === 'save')
    return [
      {
        code: 'save-rewrites',
        message: 'ACL SAVE writes the file anew: users by name, passwords hashed, comments gone.',
        hint: null,
      },
    ]
  return []
}

function setUser(name: Bytes, rules: readonly Bytes[], users: Users): CommandReport[] {
  if (users.get(name) === undefined) return []
  const shown = toText(name)
  const parsed = rules.map(parseRule)
  const adds = parsed.some((rule) => isResetOf(rule, 'user'))
    ? []
    : [
        {
          code: 'setuser-adds',
          message: `${shown} keeps the rules it has: ACL SETUSER adds to them.`,
          hint: 'Put reset first to start over.',
        },
      ]
  const stays = parsed.some(
    (rule) => rule.kind === 'password' || (rule.kind === 'flag' && rule.flag === 'off') || isResetOf(rule, 'passwords'),
  )
  const kept = stays
    ? [
        {
          code: 'connections-stay',
          message: `Connections that are logged in as ${shown} stay so.`,
          hint: `CLIENT KILL USER ${shown} ends them; ACL DELUSER does as well.`,
        },
      ]
    : []
  return [...adds, ...kept]
}

function load(target: Target): CommandReport {
  const message = 'ACL LOAD drops what ACL SETUSER changed and ACL SAVE did not write.'
  return target.behaviours.loadKeepsConnections
    ? { code: 'load-drops', message, hint: 'Connections of users that are gone end.' }
    : { code: 'load-drops', message, hint: `On ${target.label} it ends every connection but those of default.` }
}
