import type { AllowedCommands } from '../acl/allowed'
import type { Bytes } from '../acl/bytes'
import type { Command } from '../acl/command'
import type { Rule } from '../acl/decision'
import { isCommandRule, isResetOf, parseRule } from '../acl/rule'
import type { Selector } from '../acl/selector'
import type { User } from '../acl/user'

/** What a rule did to a command: `first-argument` allows it with that argument only, `reset` starts the user over. */
export type TraceEffect = 'on' | 'off' | 'first-argument' | 'reset'

/** A rule that says something of a command. Rules that do not are left out of a trace. */
export interface TraceStep {
  readonly rule: Rule
  readonly effect: TraceEffect
  /** The argument that is allowed, as written; null for all other effects. */
  readonly argument: Bytes | null
  /** No later rule undoes it: this is why the command stands as it does. */
  readonly decides: boolean
}

/** How a selector came to allow a command or not: its rules, left to right. */
export interface SelectorTrace {
  /** 0 is the root. */
  readonly selector: number
  /** At the end. False where only first arguments are allowed. */
  readonly allowed: boolean
  /** First arguments that are allowed though the command is not. */
  readonly firstArguments: readonly Bytes[]
  /** The command needs no permission (AUTH, HELLO, …): the rules do not matter. */
  readonly open: boolean
  readonly steps: readonly TraceStep[]
}

/**
 * The rules, left to right, that switched a command on and off in each selector of a user, and the one that decided
 * (order of rules as in ACLSetSelector).
 */
export function traceCommand(user: User, command: Command): SelectorTrace[] {
  return user.selectors.map((selector, i) => traceIn(selector, i, command))
}

/** What a rule by itself says of a command; null where it says nothing. */
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

function traceIn(selector: Selector, index: number, command: Command): SelectorTrace {
  const { space, commands } = selector
  const steps = selector.rules.flatMap((rule) => {
    const said = effectOf(selector, rule.text, command)
    return said === null ? [] : [{ rule, ...said }]
  })
  const last = steps.findLastIndex(({ effect }) => effect !== 'first-argument')
  const allowed = commands.has(command.index)
  return {
    selector: index,
    allowed: allowed || isOpen(commands, command),
    firstArguments: allowed ? [] : (commands.firstArgs.get(command.index) ?? []),
    open: isOpen(space.nothing, command),
    steps: steps.map((step, i) => ({ ...step, decides: i === last || (i > last && !allowed) })),
  }
}

function isOpen(commands: AllowedCommands, command: Command): boolean {
  return !commands.has(command.index) && commands.allows(command, [])
}
