import type { AllowedCommands } from '../acl/allowed'
import type { Bytes } from '../acl/bytes'
import type { Command } from '../acl/command'
import type { Rule } from '../acl/decision'
import { commandRule } from '../acl/reasons'
import type { User } from '../acl/user'
import { commandTitle } from './explain-rule'
import { memoize } from './memoize'

/**
 * How far a command takes whoever may run it: to every right, to reading or changing data beyond the patterns, to what
 * logs and the configuration hold, or to disturbing others.
 */
export type Reach = 'everything' | 'read' | 'write' | 'leaks' | 'disrupt'

/** Commands that let a user do what its own rules do not. */
export interface Escalation {
  /** Any one of them is enough. */
  readonly names: readonly string[]
  /** After `can`: what it lets a user do. */
  readonly what: string
  readonly reaches: Reach
  /** The directive that must allow it as well, on servers that have it (7.0). Its default is `no`. */
  readonly guardedBy?: 'enable-debug-command' | 'enable-module-command'
  /** Gains nothing unless another user calls functions. */
  readonly needsCallers?: true
}

/**
 * The escalations, gravest first. Tried on Redis 8.0.2 and Valkey 8.1.1, except for SHUTDOWN, FAILOVER and what the
 * directives guard, which follow from what the commands do. REPLICAOF was tried on Redis alone.
 *
 * Not among them, because what they do stays within the user's rules: EVAL and FCALL (scripts run with the caller's
 * rules), MIGRATE (its keys are checked), CONFIG REWRITE and ACL SAVE (they write down what is in force).
 */
export const escalations: readonly Escalation[] = [
  { names: ['acl|setuser'], what: 'change its own rules, and everybody else’s', reaches: 'everything' },
  {
    names: ['config|set'],
    what: 'change the configuration, requirepass (the password of default) included',
    reaches: 'everything',
  },
  {
    names: ['replicaof', 'slaveof'],
    what: 'make the server a replica of any other, which then replaces all data and sends it any command',
    reaches: 'everything',
  },
  {
    names: ['module|load', 'module|loadex'],
    what: 'run code inside the server',
    reaches: 'everything',
    guardedBy: 'enable-module-command',
  },
  { names: ['psync', 'sync'], what: 'copy the whole data set as a replica would', reaches: 'read' },
  { names: ['monitor'], what: 'watch the commands of other clients, with keys and values', reaches: 'read' },
  {
    names: ['debug'],
    what: 'crash the server or change its data',
    reaches: 'write',
    guardedBy: 'enable-debug-command',
  },
  {
    names: ['function|load', 'function|restore', 'function|flush', 'function|delete'],
    what: 'change the functions that others call with their own rights',
    reaches: 'write',
    needsCallers: true,
  },
  {
    names: ['config|get'],
    what: 'read the passwords that the configuration holds in clear (requirepass, masterauth)',
    reaches: 'leaks',
  },
  {
    names: ['slowlog|get', 'commandlog|get'],
    what: 'read arguments of other clients’ slow commands',
    reaches: 'leaks',
  },
  { names: ['acl|deluser'], what: 'delete other users', reaches: 'disrupt' },
  { names: ['acl|load'], what: 'undo changes to users that were not saved to the file', reaches: 'disrupt' },
  { names: ['shutdown', 'failover'], what: 'stop the server or hand it over', reaches: 'disrupt' },
  { names: ['client|kill'], what: 'end other clients’ connections', reaches: 'disrupt' },
]

/** An escalation that a user holds. */
export interface HeldEscalation {
  readonly escalation: Escalation
  /** The command that gives it. */
  readonly command: Command
  /** The words of its command line: `['config', 'get']`. */
  readonly argv: readonly string[]
  readonly selector: number
  /** After `can`: what it lets the user do, with the directive that must allow it where there is one. */
  readonly what: string
  /** The directive that must allow it as well; null where the target has none. */
  readonly guardedBy: string | null
  /** The rule that allows the command. */
  readonly rule: Rule | null
}

/** Returns whether a user may do everything: no rule of its own limits it. */
export function isUnlimited(user: User): boolean {
  return user.selectors.some(({ commands, allKeys, allDatabases }) => allKeys && allDatabases && commands.all)
}

/** Returns whether a user can log in and was given functions to call. An administrator may call any, which says nothing. */
export function callsFunctions(user: User): boolean {
  if (!user.enabled || (!user.nopass && user.passwords.length === 0) || isUnlimited(user)) return false
  return ['fcall', 'fcall_ro'].some((name) => holderOf(user, [name]) !== null)
}

/**
 * Returns the escalations that a user's rules allow, gravest first, each once. Subcommands count where the target has
 * them; before 7.0 as first arguments.
 * @param callers users that call functions (`callsFunctions`); without them, changing functions gains nothing
 */
export function heldEscalations(user: User, callers: readonly Pick<User, 'name'>[] = []): HeldEscalation[] {
  const hasCallers = callers.some(({ name }) => name !== user.name)
  return possibleEscalations(user).flatMap((escalation) => {
    if (escalation.needsCallers === true && !hasCallers) return []
    for (const name of escalation.names) {
      const held = hold(user, escalation, name)
      if (held !== null) return [held]
    }
    return []
  })
}

/** Returns the escalations that a user's rules allow, gravest first, whether others call functions or not. */
export function possibleEscalations(user: User): readonly Escalation[] {
  const [root, ...others] = user.selectors
  if (root === undefined) return []
  if (others.length === 0) return escalationsOf(root.commands)
  const all = new Set(user.selectors.flatMap(({ commands }) => escalationsOf(commands)))
  return escalations.filter((escalation) => all.has(escalation))
}

/** The escalations that a set of commands allows: most users hold none, and many share few sets. */
const escalationsOf = memoize((set: AllowedCommands): readonly Escalation[] =>
  escalations.filter(({ names }) =>
    names.some((name) => {
      const argv = name.split('|')
      const command = set.space.table.resolve(argv)
      return command !== undefined && set.allows(command, argv)
    }),
  ),
)

function hold(user: User, escalation: Escalation, name: string): HeldEscalation | null {
  const argv = name.split('|')
  const held = holderOf(user, argv)
  if (held === null) return null
  const { command, selector } = held
  const holder = user.selectors[selector]
  const guardedBy = user.space.behaviours.hasSubcommandRules ? (escalation.guardedBy ?? null) : null
  return {
    escalation,
    command,
    argv,
    selector,
    what: guardedBy === null ? escalation.what : `${escalation.what} where ${guardedBy} allows it`,
    guardedBy,
    get rule() {
      return holder === undefined ? null : commandRule(holder, command, argv)
    },
  }
}

/** The command of a command line and the selector that allows it. A container allows nothing by itself: `+@all -@dangerous` leaves SLOWLOG on and takes every part of it that tells anything. */
function holderOf(user: User, argv: readonly Bytes[]): { readonly command: Command; readonly selector: number } | null {
  const command = user.space.table.resolve(argv)
  if (command === undefined || (command.subcommands?.size ?? 0) > 0) return null
  const selector = user.selectors.findIndex(({ commands }) => commands.allows(command, argv))
  return selector < 0 ? null : { command, selector }
}

/** Returns the names of all escalating commands that a user may run: what a rule each would take away. */
export function escalatingCommands(user: User, callers: readonly Pick<User, 'name'>[] = []): string[] {
  const held = heldEscalations(user, callers).flatMap(({ escalation }) =>
    escalation.names.flatMap((name) => holderOf(user, name.split('|'))?.command.name ?? []),
  )
  return [...new Set(held)]
}

/** Escalations that are named before the rest is only counted. */
const MOST_NAMED = 4

/** Returns what a user can do by its escalations, to stand after `can`: each with its command, the gravest first. */
export function escalationWords(held: readonly HeldEscalation[]): string {
  const named = held.length > MOST_NAMED ? held.slice(0, MOST_NAMED - 1) : held
  const words = named.map(({ what, argv }) => `${what} (${commandTitle(argv.join('|'))})`).join('; ')
  return named.length === held.length ? words : `${words}; and ${held.length - named.length} more`
}
