import type { Bytes } from '../../../acl/bytes'
import type { Access as KeyAccess, Command } from '../../../acl/command'
import { parseRule, printKey } from '../../../acl/rule'
import { union } from '../../../proof/language'
import { runDenied } from '../../../proof/run-denied'
import { usesOf } from '../../../targets/uses'
import type { Question } from '../outcome'
import { changed } from './user-line'

/** Rules that may make a statement of what a user can hold, those that add least to the text first. */
export interface Grants {
  readonly wider: readonly (readonly Bytes[])[]
  /** A selector for the statement alone; null where the server has no selectors. */
  readonly exact: readonly Bytes[] | null
}

/** A command with each kind of access to a key, that needs nothing else. */
const commandFor = { read: 'get', write: 'set', access: 'exists' } as const
const accessFor: Readonly<Record<keyof typeof commandFor, KeyAccess>> = { read: 1, write: 2, access: 1 }

/**
 * Returns the user's rules with what a statement of what it can do may lack.
 * @param base the user's rules, with the user on
 */
export function granted(question: Question, base: readonly Bytes[]): Grants {
  const none: Grants = { wider: [base], exact: null }
  const { access, subject } = question
  const { behaviours } = subject.target
  if (access.kind === 'log-in')
    return { wider: [access.withoutPassword && !subject.user.nopass ? append(base, ['nopass']) : base], exact: null }
  const key = (pattern: Bytes, needed: KeyAccess): Bytes => printKey(pattern, behaviours.hasSelectors ? needed : 3)
  const inSelector = (inside: readonly Bytes[]): Bytes[] | null =>
    behaviours.hasSelectors ? [...base, `(${inside.join(' ')})`] : null
  switch (access.kind) {
    case 'keys': {
      const patterns = access.patterns.map((pattern) => key(pattern, accessFor[access.need]))
      const command = `+${commandFor[access.need]}`
      return {
        wider: [base, append(base, patterns), append(base, [command]), append(base, [...patterns, command])],
        exact: inSelector([...patterns, command]),
      }
    }
    case 'channels': {
      if (!behaviours.hasChannels) return none
      const patterns = access.patterns.map((pattern) => `&${pattern}`)
      return {
        wider: [base, append(base, patterns), append(base, ['+publish']), append(base, [...patterns, '+publish'])],
        exact: inSelector([...patterns, '+publish']),
      }
    }
    case 'run':
      return runGrants(question, base, key, inSelector)
    default:
      return none
  }
}

function runGrants(
  { access, commands, subject, db }: Question,
  base: readonly Bytes[],
  key: (pattern: Bytes, needed: KeyAccess) => Bytes,
  inSelector: (inside: readonly Bytes[]) => Bytes[] | null,
): Grants {
  const patterns = access.kind === 'run' ? access.keys : null
  const keys = patterns === null ? null : union(patterns)
  const denied = commands.flatMap((command) => {
    const found = runDenied(subject, command, keys, { db: db ?? 0 })
    return found.kind === 'denied'
      ? [{ command, needs: needsOf(command, found.line.argv, subject.target, db ?? 0) }]
      : []
  })
  if (denied.length === 0) return { wider: [base], exact: null }
  const names = denied.map(({ command }) => `+${command.name}`)
  const needed = new Set(denied.flatMap(({ needs }) => needs))
  const rules = [...new Set((patterns ?? []).map((pattern) => key(pattern, joined(needed))))]
  return {
    wider: [base, append(base, rules), append(base, names), append(base, [...rules, ...names])],
    exact: inSelector([...rules, ...names]),
  }
}

const joined = (needs: ReadonlySet<KeyAccess>): KeyAccess =>
  ([...needs].reduce<number>((all, one) => all | one, 0) || 1) as KeyAccess

function needsOf(
  command: Command,
  argv: readonly Bytes[],
  target: Question['subject']['target'],
  db: number,
): KeyAccess[] {
  return usesOf(target, command, argv, db).keys.map(({ access }) => access)
}

/** Returns the rules with the user on; null where it has no password, which only a person can choose. */
export function enabled({ subject: { user }, access }: Question, rules: readonly Bytes[]): Bytes[] | null {
  const needsPassword = !(access.kind === 'log-in' && access.withoutPassword)
  if (needsPassword && !user.nopass && user.passwords.length === 0) return null
  if (user.enabled) return [...rules]
  return switched(rules, 'on')
}

/** Returns the rules with the user on or off: in place of its last such rule, or at the end. */
export function switched(rules: readonly Bytes[], flag: 'on' | 'off'): Bytes[] {
  const at = rules.findLastIndex((text) => {
    const rule = parseRule(text)
    return rule.kind === 'flag' && (rule.flag === 'on' || rule.flag === 'off')
  })
  return at < 0 ? append(rules, [flag]) : rules.with(at, flag)
}

/** Returns the rules with others at the end of the root permissions. */
function append(rules: readonly Bytes[], more: readonly Bytes[]): Bytes[] {
  return changed(rules, 0, { kind: 'append', rules: more }) ?? [...rules, ...more]
}
