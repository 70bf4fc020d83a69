import { textAt } from '../../acl/argv'
import type { User } from '../../acl/user'
import { escalatingCommands, escalationWords, heldEscalations, isUnlimited, type HeldEscalation } from '../escalation'
import { commandTitle } from '../command-title'
import type { Diagnostic, Fix } from '../diagnostic'
import { listSome, namedRoles, rolesAllowing, roleToken, shown, tokensOf } from './facts'
import { insertRules, onToken, removeToken, type LineCheck, type Token, type UserLine } from './line'
import { needed, roleNames, roleOf, type Role } from './roles'

/**
 * The severity of what a user gains, most severe first: every permission, data beyond its patterns, occasional
 * information, disruption.
 */
type Gain = 'everything' | 'data' | 'leaks' | 'disrupt'

function gainOf({ escalation, guardedBy }: HeldEscalation): Gain {
  // The directive's default is `no`.
  if (guardedBy !== null) return 'leaks'
  // Only what was slow, and cut to 128 bytes a value.
  if (escalation.gives === 'arguments') return 'leaks'
  return escalation.reaches === 'read' || escalation.reaches === 'write' ? 'data' : escalation.reaches
}

const gains: readonly Gain[] = ['everything', 'data', 'leaks', 'disrupt']

const hints: Readonly<Record<Gain, string>> = {
  everything: 'With these commands the user can lift every other limit of its rules.',
  data: 'Key patterns do not limit these commands: deny them, or guard the password like an administrator’s.',
  leaks: 'Deny these commands unless the user monitors the server.',
  disrupt: 'Deny these commands unless the user operates the server.',
}

const operatorHint =
  'Check redis.conf, too: a password there that is also a user’s is a way to become that user. Guard the password like that user’s.'

/** Returns the role that needs every escalation a user holds; null where there is no role or the user holds more. */
function dutyOf(user: User, held: readonly HeldEscalation[]): Role | null {
  const role = roleOf(user)
  return role !== null && held.every(({ argv }) => needed[role].includes(argv.join('|'))) ? role : null
}

/**
 * Returns the severity for what a user gains; null where such a user is intended to have it. A user without keys
 * operates the server, as a metrics exporter does.
 */
function severityOf(user: User, gain: Gain, held: readonly HeldEscalation[]): Diagnostic['severity'] | null {
  const hasKeys = user.selectors.some(({ allKeys, keys }) => allKeys || keys.length > 0)
  if (hasKeys) return gain === 'everything' || gain === 'data' ? 'error' : 'warning'
  if (gain === 'everything') return 'warning'
  if (gain === 'data') return 'warning'
  return held.some(printsPasswords) ? 'info' : null
}

/** CONFIG GET, which may print the password of another user. */
const printsPasswords = ({ escalation }: HeldEscalation): boolean => escalation.gives === 'secrets'

const wide = ['+@all', 'allcommands', '+@admin', '+@dangerous', '+@slow']

/** Returns the rule that grants an escalation, or gives the user the role that does; undefined where it is not found. */
export function ruleOf(line: UserLine, { command, argv, selector }: HeldEscalation): Token | undefined {
  if (line.user !== null && selector >= line.user.own.length) return roleToken(line)
  const rules = new Set([...wide, ...command.categories.map((name) => `+@${name}`)])
  for (const name of [command.name, argv.join('|'), textAt(argv, 0)]) rules.add(`+${name}`)
  return tokensOf(line, selector).findLast(({ word }) => rules.has(word))
}

/** Names the roles that grant escalations, as the end of a sentence; empty where the user's own rules grant them all. */
function byRoles(user: User, held: readonly HeldEscalation[]): string {
  const roles = [...new Set(held.flatMap(({ selector }) => user.placeOf(selector).role ?? []))]
  return roles.length === 0 ? '' : `, by its ${namedRoles(roles)}`
}

/** The maximum number of commands denied by name; more are denied by category. */
const MOST_BY_NAME = 3

/**
 * Returns fixes that remove the escalations: by removing the one rule that grants them, by denying the commands by
 * name, or by denying the category that contains all of them.
 */
function removalFixes(line: UserLine, user: User, held: readonly HeldEscalation[]): readonly Fix[] {
  const [first] = held
  const names = escalatingCommands(user)
  if (rolesAllowing(user, names).length > 0) return []
  const rule = first === undefined ? undefined : ruleOf(line, first)
  const own = [...names, ...held.map(({ argv }) => argv.join('|'))].map((name) => `+${name}`)
  if (rule !== undefined && names.length === 1 && own.includes(rule.word)) return [removeToken(rule)]
  const byName = names.length <= MOST_BY_NAME
  if (!byName && !held.every(({ command }) => command.categories.includes('admin'))) return []
  const edits = user.own.flatMap(({ commands }, i) => {
    const taken = names.filter((name) => {
      const command = user.space.table.find(name)
      return command !== undefined && commands.has(command.index)
    })
    if (taken.length === 0) return []
    return [insertRules(line, i, byName ? taken.map((name) => `-${name}`) : ['-@admin'])]
  })
  const label = byName
    ? `Deny ${listSome(names.map(commandTitle))} (${names.map((name) => `-${name}`).join(' ')})`
    : 'Deny administration (-@admin)'
  return [{ label, edits: edits.sort((a, b) => a.from - b.from) }]
}

/** A limited user that may run a command which bypasses its limits. Administrators have no limits. */
export const privilegeEscalation: LineCheck = {
  code: 'privilege-escalation',
  severity: 'error',
  check: (line) => {
    const { user } = line
    if (user === null || !user.enabled || isUnlimited(user)) return []
    const held = heldEscalations(user)
    const gain = gains.find((one) => held.some((other) => gainOf(other) === one))
    if (gain === undefined) return []
    const duty = dutyOf(user, held)
    const severity = duty === null ? severityOf(user, gain, held) : 'info'
    if (severity === null) return []
    // Other escalations add nothing to one that gives every permission.
    const isOperator = duty === null && gain !== 'everything' && severity === 'info'
    const reported =
      gain === 'everything'
        ? held.filter((one) => gainOf(one) === gain)
        : isOperator
          ? held.filter(printsPasswords)
          : held
    const token = reported[0] === undefined ? undefined : ruleOf(line, reported[0])
    return [
      {
        ...onToken(
          token ?? line.name,
          `${shown(line.name.text)} can ${escalationWords(reported)}${byRoles(user, reported)}.`,
          isOperator
            ? operatorHint
            : duty === null
              ? hints[gain]
              : `${roleNames[duty]} needs this. Guard the password like an administrator’s.`,
          duty === null && !isOperator ? () => removalFixes(line, user, held) : [],
        ),
        severity,
        claims: () => held.map(({ argv }) => ({ argv, allowed: true })),
      },
    ]
  },
}
