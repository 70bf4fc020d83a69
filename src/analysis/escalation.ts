import type { Command } from '../acl/command'
import type { Rule } from '../acl/decision'
import { commandRule } from '../acl/reasons'
import type { User } from '../acl/user'

/** How far a command takes whoever may run it: to everything, to reading or writing keys beyond the patterns, to key names, or to disturbing others. */
export type Reach = 'everything' | 'read' | 'write' | 'names' | 'disrupt'

/** Commands that let a user do what its own rules do not. */
export interface Escalation {
  /** Any one of them is enough. */
  readonly names: readonly string[]
  /** After `can`: what it lets a user do. */
  readonly what: string
  readonly reaches: Reach
  /** The directive that must allow it besides, on servers that have it (7.0). */
  readonly guardedBy?: 'enable-debug-command' | 'enable-module-command'
}

/**
 * Tried on servers, but for MODULE, DEBUG, SHUTDOWN, FAILOVER and MIGRATE, which follow from what they do. EVAL and FCALL
 * are not among them: scripts run with the caller's rules.
 */
export const escalations: readonly Escalation[] = [
  {
    names: ['acl|setuser', 'acl|load', 'acl|deluser'],
    what: 'change its own rules, and everybody else’s',
    reaches: 'everything',
  },
  {
    names: ['config|set', 'config|rewrite'],
    what: 'change the configuration, passwords and files included',
    reaches: 'everything',
  },
  { names: ['config|get'], what: 'read requirepass out of the configuration', reaches: 'everything' },
  { names: ['psync', 'sync'], what: 'copy the whole data set as a replica would', reaches: 'read' },
  { names: ['monitor'], what: 'watch every command of every client', reaches: 'read' },
  { names: ['slowlog|get', 'slowlog'], what: 'read arguments of other clients’ slow commands', reaches: 'read' },
  {
    names: ['module|load', 'module|loadex'],
    what: 'run code inside the server',
    reaches: 'everything',
    guardedBy: 'enable-module-command',
  },
  {
    names: ['debug'],
    what: 'crash the server or change its data',
    reaches: 'write',
    guardedBy: 'enable-debug-command',
  },
  { names: ['replicaof', 'slaveof'], what: 'replace the data set by another server’s', reaches: 'write' },
  { names: ['migrate'], what: 'send keys to another server', reaches: 'disrupt' },
  { names: ['shutdown', 'failover'], what: 'stop the server or hand it over', reaches: 'disrupt' },
  { names: ['client|kill'], what: 'end other clients’ connections', reaches: 'disrupt' },
  {
    names: ['function|load', 'function|flush', 'function|delete', 'function|restore'],
    what: 'change the functions that others call',
    reaches: 'write',
  },
]

/** An escalation that a user holds. */
export interface HeldEscalation {
  readonly escalation: Escalation
  /** The command that gives it. */
  readonly command: Command
  /** The words of its command line: `['config', 'get']`. */
  readonly argv: readonly string[]
  readonly selector: number
  /** The rule that allows the command. */
  readonly rule: Rule | null
}

/** The escalations that a user's rules allow, each once, with the rule that allows it. Subcommands count where the target has them; before 7.0 as first arguments. */
export function heldEscalations(user: User): HeldEscalation[] {
  return escalations.flatMap((escalation) => firstHeld(user, escalation) ?? [])
}

function firstHeld(user: User, escalation: Escalation): HeldEscalation | null {
  for (const name of escalation.names) {
    const argv = name.split('|')
    const command = user.space.table.resolve(argv)
    // A container says nothing of its subcommands: `+@all -@dangerous` leaves SLOWLOG itself on, and nothing to run with it.
    if (command === undefined || (command.subcommands?.size ?? 0) > 0) continue
    const selector = user.selectors.findIndex(({ commands }) => commands.allows(command, argv))
    const holder = user.selectors[selector]
    if (holder !== undefined) return { escalation, command, argv, selector, rule: commandRule(holder, command, argv) }
  }
  return null
}

/** All commands of the escalations that a user may run, by name: what a rule each would take away. */
export function escalatingCommands(user: User): string[] {
  const names = escalations
    .flatMap((escalation) => escalation.names)
    .flatMap((name) => {
      const argv = name.split('|')
      const command = user.space.table.resolve(argv)
      if (command === undefined || (command.subcommands?.size ?? 0) > 0) return []
      return user.selectors.some(({ commands }) => commands.allows(command, argv)) ? [command.name] : []
    })
  return [...new Set(names)]
}
