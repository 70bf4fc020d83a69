import type { Bytes } from '../../acl/bytes'
import type { Command } from '../../acl/command'
import type { User } from '../../acl/user'
import { runOf } from '../../proof/reach'
import { callsFunctions } from '../escalation'
import { escalations } from '../ways/steps'
import type { Access, Subject } from '../expectations/expectation'
import { printExpectation } from '../expectations/print'
import { isAdministrator, type Facts } from './facts'

/** Commands that wipe databases or list key names regardless of key patterns. */
const sweeping = ['flushall', 'flushdb', 'swapdb', 'keys']

/** Returns the commands that are dangerous whoever else has an account: those that sweep, and those that escalate. */
export function dangerousCommandsOf({ target }: Facts): readonly Command[] {
  const names = escalations.flatMap((one) => (one.needsCallers === true ? [] : one.names))
  return existing(target.table, [...sweeping, ...names])
}

/** Returns commands by name, without those that only hold subcommands. */
function existing(table: Facts['target']['table'], names: readonly string[]): readonly Command[] {
  const found = names.flatMap((name) => table.find(name) ?? [])
  return found.filter(({ subcommands }) => (subcommands?.size ?? 0) === 0)
}

/** Returns the commands that rename-command removed, by name in lower case. */
export function removedCommands({ lines }: Facts): ReadonlySet<Bytes> {
  const removing = lines.filter(({ words }) => words?.[0] === 'rename-command' && words[2] === '')
  return new Set(removing.map(({ words }) => (words?.[1] ?? '').toLowerCase()))
}

/** Returns true if a user may run a command, with some arguments, or if that is undecided. */
export function mayRun({ target }: Facts, hidden: ReadonlySet<Bytes>, user: User, command: Command): boolean {
  return runOf({ user, target, hidden }, new Set([command]), null).kind !== 'none'
}

/** Returns the sentence that every log-in needs a password. */
export function passwordSentences(): readonly string[] {
  return [sentence({ kind: 'nobody', but: [] }, { kind: 'log-in', withoutPassword: true })]
}

/** Returns the sentence that the default user can run no dangerous command. */
export function defaultUserSentences(): readonly string[] {
  const subject: Subject = { kind: 'user', user: 'default' }
  return [sentence(subject, { kind: 'run', commands: ['@dangerous'], keys: null }, 'cannot')]
}

/**
 * Returns the sentences that only administrators and the default user can run dangerous commands. Changing functions counts
 * where another user calls them. None before 7.0: sentences name no subcommand there, and CONFIG GET is not CONFIG RESETSTAT.
 */
export function dangerousSentences(facts: Facts): readonly string[] {
  if (!facts.target.behaviours.hasSubcommandRules) return []
  const but = facts.users.filter((user) => user === facts.defaultUser || isAdministrator(user)).map(({ name }) => name)
  const only = (names: readonly Bytes[], commands: readonly Command[]): readonly string[] =>
    commands.length === 0
      ? []
      : [
          sentence(
            { kind: 'nobody', but: [...new Set(names)] },
            { kind: 'run', commands: [...new Set(commands.map(({ name }) => name))], keys: null },
          ),
        ]
  const callers = facts.users.filter(callsFunctions)
  const [caller] = callers
  const functions = escalations.flatMap((one) => (one.needsCallers === true ? one.names : []))
  return [
    ...only(but, dangerousCommandsOf(facts)),
    ...(caller === undefined
      ? []
      : only(callers.length > 1 ? but : [...but, caller.name], existing(facts.target.table, functions))),
  ]
}

function sentence(subject: Subject, access: Access, verb: 'can' | 'cannot' = 'can'): string {
  return printExpectation({ subject, verb, access, byOwnRules: access.kind === 'run', origin: null, db: null })
}
