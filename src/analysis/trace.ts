import type { AllowedCommands } from '../acl/allowed'
import type { Bytes } from '../acl/bytes'
import type { Command } from '../acl/command'
import type { Rule, SelectorPlace } from '../acl/decision'
import { isCommandRule, isResetOf, parseRule } from '../acl/rule'
import type { Selector } from '../acl/selector'
import type { User } from '../acl/user'

/** The effect of a rule on a command: `first-argument` allows it with that argument only, `reset` resets the user. */
export type TraceEffect = 'on' | 'off' | 'first-argument' | 'reset'

/** A rule that affects a command. Other rules are not in a trace. */
export interface TraceStep {
  readonly rule: Rule
  readonly effect: TraceEffect
  /** The allowed argument, as written; null for other effects. */
  readonly argument: Bytes | null
  /** True where no later rule undoes it: it determines the final state. */
  readonly decides: boolean
}

/** The trace of a command in a selector: its rules in order, and the result. */
export interface SelectorTrace {
  /** The index of the selector, 0 for the root. */
  readonly selector: number
  readonly place: SelectorPlace
  /** The final state. False where only first arguments are allowed. */
  readonly allowed: boolean
  /** First arguments that are allowed while the command is not. */
  readonly firstArguments: readonly Bytes[]
  /** True for commands that need no permission (AUTH, HELLO, …), whatever the rules. */
  readonly open: boolean
  readonly steps: readonly TraceStep[]
}

/**
 * Returns, for each selector of a user, the rules that allowed or denied a command in order, and the deciding one
 * (order of rules as in ACLSetSelector).
 */
export function traceCommand(user: User, command: Command): SelectorTrace[] {
  return user.selectors.map((selector, i) => traceIn(selector, i, user.placeOf(i), command))
}

/** Returns the effect of a single rule on a command; null where it has none. */
export function effectOf(
  selector: Selector,
  rule: Bytes,
  command: Command,
): { readonly effect: TraceEffect; readonly argument: Bytes | null } | null {
  const parsed = parseRule(rule)
  if (isResetOf(parsed, 'user')) return { effect: 'reset', argument: null }
  if (!isCommandRule(parsed)) return null
  const { nothing, everything } = selector.space
  const onNothing = nothing.after(rule)
  const onEverything = everything.after(rule)
  if (typeof onNothing === 'string') return null
  if (onNothing.has(command.index)) return { effect: 'on', argument: null }
  if (typeof onEverything !== 'string' && !onEverything.has(command.index)) return { effect: 'off', argument: null }
  const [argument] = onNothing.firstArgs.get(command.index) ?? []
  return argument === undefined ? null : { effect: 'first-argument', argument }
}

function traceIn(selector: Selector, index: number, place: SelectorPlace, command: Command): SelectorTrace {
  const { space, commands } = selector
  const steps = selector.rules.flatMap((rule) => {
    const effect = effectOf(selector, rule.text, command)
    return effect === null ? [] : [{ rule, ...effect }]
  })
  const last = steps.findLastIndex(({ effect }) => effect !== 'first-argument')
  const allowed = commands.has(command.index)
  return {
    selector: index,
    place,
    allowed: allowed || isOpen(commands, command),
    firstArguments: allowed ? [] : (commands.firstArgs.get(command.index) ?? []),
    open: isOpen(space.nothing, command),
    steps: steps.map((step, i) => ({ ...step, decides: i === last || (i > last && !allowed) })),
  }
}

function isOpen(commands: AllowedCommands, command: Command): boolean {
  return !commands.has(command.index) && commands.allows(command, [])
}
