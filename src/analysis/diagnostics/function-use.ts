import { callsFunctions, heldEscalations, isUnlimited } from '../escalation'
import { commandTitle } from '../command-title'
import { rolesAllowing } from './facts'
import type { UserLine } from './line'
import { ruleOf } from './privilege-escalation'

/** A user's permissions on functions. */
export interface FunctionUse {
  readonly calls: boolean
  /**
   * The command by which the user can change functions, and the position of the rule that allows it; null where it
   * cannot.
   */
  readonly changes: {
    readonly command: string
    readonly at: { readonly from: number; readonly to: number }
    /** True where a role of the user allows it, which no rule of the user can deny. */
    readonly isByRole: boolean
  } | null
}

/** Returns the permissions on functions of a line's user; null where it has none. */
export function functionUse(line: UserLine): FunctionUse | null {
  const { user } = line
  if (user === null) return null
  const calls = callsFunctions(user)
  // An administrator gains nothing by changing functions.
  const held =
    user.enabled && !isUnlimited(user)
      ? heldEscalations(user, anyCaller).find(({ escalation }) => escalation.needsCallers)
      : null
  if (!held) return calls ? { calls, changes: null } : null
  const { from, to } = ruleOf(line, held) ?? line.name
  const isByRole = rolesAllowing(user, held.escalation.names).length > 0
  return { calls, changes: { command: commandTitle(held.argv.join('|')), at: { from, to }, isByRole } }
}

/** A placeholder for other callers of functions, which only the file check knows. */
const anyCaller = [{ name: '' }]
