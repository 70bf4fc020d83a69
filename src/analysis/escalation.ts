import type { AllowedCommands } from '../acl/allowed'
import { textAt } from '../acl/argv'
import type { Bytes } from '../acl/bytes'
import { type Command, runsAlone } from '../acl/command'
import type { Rule } from '../acl/decision'
import { commandRule } from '../acl/reasons'
import type { User } from '../acl/user'
import type { Target } from '../targets/target'
import { commandTitle } from './command-title'
import { memoize } from './memoize'
import { escalations, type Escalation } from './ways/steps'

export type { Escalation, Reach } from './ways/steps'

/** An escalation that a user can perform. */
export interface HeldEscalation {
  readonly escalation: Escalation
  /** The escalating command. */
  readonly command: Command
  /** The words of its command line: `['config', 'get']`. */
  readonly argv: readonly string[]
  readonly selector: number
  /** The effect, as text to follow `can`, with the directive that must enable the command where there is one. */
  readonly what: string
  /** The directive that must enable the command; null where the target has none. */
  readonly guardedBy: string | null
  /** The rule that allows the command. */
  readonly rule: Rule | null
}

const noNames: ReadonlySet<Bytes> = new Set()

/** Returns true for a user that no rule limits. */
export function isUnlimited(user: User): boolean {
  return user.selectors.some(({ commands, allKeys, allDatabases }) => allKeys && allDatabases && commands.all)
}

/**
 * Returns true for a user that can log in and was granted functions to call. An administrator may call any, which does
 * not show that it does.
 */
export function callsFunctions(user: User): boolean {
  if (!user.enabled || (!user.nopass && user.passwords.length === 0) || isUnlimited(user)) return false
  return ['fcall', 'fcall_ro'].some((name) => holderOf(user, [name]) !== null)
}

/**
 * Returns the escalations that a user's rules allow, most severe first, each once. Before 7.0, first-argument rules
 * count instead of subcommands.
 * @param callers users that call functions (`callsFunctions`); without them, changing functions gains nothing
 * @param hidden commands that rename-command removed
 */
export function heldEscalations(
  user: User,
  callers: readonly Pick<User, 'name'>[] = [],
  hidden: ReadonlySet<Bytes> = noNames,
): HeldEscalation[] {
  const hasCallers = callers.some(({ name }) => name !== user.name)
  return possibleEscalations(user).flatMap((escalation) => {
    if (escalation.needsCallers === true && !hasCallers) return []
    for (const name of escalation.names) {
      if (hidden.has(textAt(name.split('|'), 0))) continue
      const held = hold(user, escalation, name)
      if (held !== null) return [held]
    }
    return []
  })
}

/** Before 7.0, servers do not check the keys that SORT reads for BY and GET. */
export const uncheckedSort: Escalation = {
  names: ['sort'],
  what: 'read any key with the options BY and GET of SORT',
  reaches: 'read',
  gives: 'reads',
  tried: ['the simulated server'],
}

/**
 * Returns SORT where a user can read keys with it that its patterns do not grant; null where the server checks them (from
 * 7.0), the user may not sort any key, or its patterns grant all.
 */
export function heldSort({ table, behaviours }: Target, user: User): HeldEscalation | null {
  const command = table.find('sort')
  if (command === undefined || behaviours.sortChecksAccess) return null
  const selector = user.selectors.findIndex(
    ({ commands, allKeys, keys }) =>
      (commands.has(command.index) || commands.firstArgs.has(command.index)) && !allKeys && keys.length > 0,
  )
  const holder = user.selectors[selector]
  if (holder === undefined || holder.keys.some(({ pattern }) => pattern === '*')) return null
  return {
    escalation: uncheckedSort,
    command,
    argv: ['sort'],
    selector,
    what: uncheckedSort.what,
    guardedBy: null,
    get rule() {
      return commandRule(holder, command, ['sort'])
    },
  }
}

/** Returns the escalations that a user's rules allow, most severe first, whether or not others call functions. */
export function possibleEscalations(user: User): readonly Escalation[] {
  const [root, ...others] = user.selectors
  const { hasRoles } = user.space.behaviours
  const isOf = ({ holdsRole }: Escalation): boolean =>
    holdsRole === undefined || (hasRoles && holdsRole === user.roles.length > 0)
  if (others.length === 0) {
    const found = escalationsOf(root.commands)
    return found.every(isOf) ? found : found.filter(isOf)
  }
  const all = new Set(user.selectors.flatMap(({ commands }) => escalationsOf(commands)))
  return escalations.filter((escalation) => all.has(escalation) && isOf(escalation))
}

/** Returns the escalations that a command set allows. Memoized: most users have none, and many share few sets. */
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
  const { guardedBy: guard = null } = escalation
  // The directives of commands came with 7.0.
  const guardedBy = guard === 'cluster-enabled' || user.space.behaviours.hasSubcommandRules ? guard : null
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

/**
 * Resolves a command line to its command and the selector that allows it. Allowing a container is not enough: `+@all
 * -@dangerous` leaves SLOWLOG itself allowed, but denies all subcommands that reveal anything.
 */
function holderOf(user: User, argv: readonly Bytes[]): { readonly command: Command; readonly selector: number } | null {
  const command = user.space.table.resolve(argv)
  if (command === undefined || !runsAlone(command)) return null
  const selector = user.selectors.findIndex(({ commands }) => commands.allows(command, argv))
  return selector < 0 ? null : { command, selector }
}

/** Returns the names of all escalating commands that a user may run, each of which a rule can deny. */
export function escalatingCommands(user: User, callers: readonly Pick<User, 'name'>[] = []): string[] {
  const held = heldEscalations(user, callers).flatMap(({ escalation }) =>
    escalation.names.flatMap((name) => holderOf(user, name.split('|'))?.command.name ?? []),
  )
  return [...new Set(held)]
}

/** The number of escalations that are named before the others are only counted. */
const MOST_NAMED = 4

/** Describes a user's escalations as text to follow `can`: each with its command, most severe first. */
export function escalationWords(held: readonly HeldEscalation[]): string {
  const named = held.length > MOST_NAMED ? held.slice(0, MOST_NAMED - 1) : held
  const words = named.map(({ what, argv }) => `${what} (${commandTitle(argv.join('|'))})`).join('; ')
  return named.length === held.length ? words : `${words}; and ${held.length - named.length} more`
}

/** An escalation in words. */
export interface Bypass {
  /** The title of the escalating command. */
  readonly command: string
  /** The effect, as text to follow `can`. */
  readonly what: string
}

/** Puts escalations into words. */
export function bypassesOf(held: readonly HeldEscalation[]): readonly Bypass[] {
  return held.map(({ command, what }) => ({ command: commandTitle(command.name), what }))
}
