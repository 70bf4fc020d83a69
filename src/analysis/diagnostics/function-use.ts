import { callsFunctions, heldEscalations, isUnlimited } from '../escalation'
import { commandTitle } from '../explain-rule'
import type { UserLine } from './line'
import { ruleOf } from './privilege-escalation'

/** What a user has to do with functions. */
export interface FunctionUse {
  readonly calls: boolean
  /** The command that lets it change them, and the rule that gives it; null where none does. */
  readonly changes: { readonly command: string; readonly at: { readonly from: number; readonly to: number } } | null
}

/** Returns what the user of a line has to do with functions, null where it is nothing. */
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
  return { calls, changes: { command: commandTitle(held.argv.join('|')), at: { from, to } } }
}

/** Stands for whoever else calls functions: the file knows. */
const anyCaller = [{ name: '' }]
