import { aclWords, eachAclLine, rulesOfLine } from '../acl/aclfile'
import { fromText, type Bytes } from '../acl/bytes'
import type { Decision, Rule } from '../acl/decision'
import { loadAclFile } from '../acl/load'
import { parseRule, printRule } from '../acl/rule'
import { rulesInside } from '../acl/selector-text'
import { SourceText } from '../acl/source'
import { Users } from '../acl/users'
import type { Target } from '../targets/target'
import { deadRules } from './coverage/dead'
import { effectOf } from './trace'

/**
 * `used`: some decision depended on it. `unused`: none did, though a command could. `dead`: no command could.
 * `other`: it is not about what commands may do (on, passwords), or states what holds anyway (-@all at the start).
 */
export type RuleState = 'used' | 'unused' | 'dead' | 'other'

export interface RuleCoverage {
  readonly rule: Rule
  readonly user: Bytes
  readonly state: RuleState
  /** Decisions that depended on it. */
  readonly uses: number
  /** Why it is dead; null for others. */
  readonly why: string | null
}

export interface Coverage {
  /** Every rule of users.acl, in order; rules inside a selector each. */
  readonly rules: readonly RuleCoverage[]
  readonly counts: Readonly<Record<RuleState, number>>
  /** The server's words where it refuses the file: then there are no rules. */
  readonly refused: string | null
  /** There are too many rules or patterns to hold all of them against each other: some that count as unused may be dead. */
  readonly isPartial: boolean
}

/** Steps of comparing patterns for all users together. */
const MAX_STEPS = 2_000_000

/**
 * Which rules of a users.acl these decisions depended on: those that allowed their commands, keys, channels and databases, and
 * those that took a command away. Rules are told by where they are written, so the decisions may come from any server that
 * loaded the same text.
 */
export function coverage(target: Target, acl: string, decisions: Iterable<Decision>): Coverage {
  const users = new Users(target.table, target.behaviours)
  const content = fromText(acl)
  const loaded = loadAclFile(users, content, 'users.acl')
  if (!loaded.ok)
    return { rules: [], counts: { used: 0, unused: 0, dead: 0, other: 0 }, refused: loaded.message, isPartial: false }
  const { inForce, dead, isPartial } = judge(loaded.users.values())
  const uses = countUses(decisions, (decision, selector, rule) => {
    const own = loaded.users.get(decision.user)?.selectors[selector]
    return own === undefined || !dead.has(placeOf(rule))
      ? rule
      : (own.rules.findLast(
          (other) => !dead.has(placeOf(other)) && effectOf(own, other.text, decision.command) !== null,
        ) ?? rule)
  })
  const rules = writtenRules(content, target).map(({ user, rule }): RuleCoverage => {
    const place = placeOf(rule)
    const count = uses.get(place) ?? 0
    const why = isOther(rule.text)
      ? null
      : inForce.has(place)
        ? (dead.get(place) ?? null)
        : 'A later rule or line starts over.'
    const state = isOther(rule.text)
      ? 'other'
      : why !== null
        ? states(rule.text)
          ? 'other'
          : 'dead'
        : count > 0
          ? 'used'
          : 'unused'
    return { rule, user, state, uses: count, why: state === 'dead' ? why : null }
  })
  const counts = { used: 0, unused: 0, dead: 0, other: 0 }
  for (const { state } of rules) counts[state]++
  return { rules, counts, refused: null, isPartial }
}

const placeOf = ({ span }: Rule): string => (span === null ? '' : `${span.source} ${span.from}`)

/** Words that grant and refuse nothing by themselves. */
function isOther(text: Bytes): boolean {
  const { kind } = parseRule(text)
  return kind === 'password' || kind === 'flag' || kind === 'reset'
}

/** Words that may stand for clearness only: what they set holds for a new user anyway. */
function states(text: Bytes): boolean {
  return ['-@all', 'alldbs'].includes(printRule(parseRule(text)))
}

/** How many decisions depended on the rule at each place. */
function countUses(decisions: Iterable<Decision>, behind: Behind): Map<string, number> {
  const uses = new Map<string, number>()
  for (const decision of decisions) {
    const places = new Set(
      dependedOn(decision, behind)
        .filter(({ span }) => span !== null)
        .map(placeOf),
    )
    for (const place of places) uses.set(place, (uses.get(place) ?? 0) + 1)
  }
  return uses
}

/** For a command rule that changes nothing: the one that would decide without it. */
type Behind = (decision: Decision, selector: number, rule: Rule) => Rule

/** The rules without which a decision might have come out otherwise. */
function dependedOn(decision: Decision, behind: Behind): Rule[] {
  const { allowed, decidedBy, selectors } = decision
  const deciding = allowed ? selectors.slice(decidedBy, decidedBy + 1) : selectors
  return deciding.flatMap(({ selector, command, keys, channels, databases }) => [
    ...(command.rule === null ? [] : [behind(decision, selector, command.rule)]),
    ...(allowed || command.allowed
      ? [
          ...keys.flatMap(({ grantedBy }) => grantedBy),
          ...[...channels, ...databases].flatMap(({ grantedBy }) => grantedBy ?? []),
        ]
      : []),
  ])
}

/** The places of rules that made users as they are, and why those without use are dead. */
function judge(users: Iterable<Users['default']>): {
  readonly inForce: Set<string>
  readonly dead: Map<string, string>
  readonly isPartial: boolean
} {
  const budget = { left: MAX_STEPS, isCut: false }
  const inForce = new Set<string>()
  const dead = new Map<string, string>()
  const known = new Map<Bytes, ReadonlySet<number>>()
  for (const { selectors } of users) {
    for (const selector of selectors) {
      for (const rule of selector.rules) inForce.add(placeOf(rule))
      for (const [rule, why] of deadRules(selector, known, budget)) dead.set(placeOf(rule), why)
    }
  }
  return { inForce, dead, isPartial: budget.isCut }
}

/** Every rule of a file as it is written, in order. */
function writtenRules(content: Bytes, target: Target): { readonly user: Bytes; readonly rule: Rule }[] {
  const source = new SourceText('users.acl', content)
  const { hasSelectors } = target.behaviours
  const found: { readonly user: Bytes; readonly rule: Rule }[] = []
  eachAclLine(content, (number, from, to) => {
    const words = aclWords(content, from, to)
    const user = words[1]?.text
    if (words[0]?.text !== 'user' || user === undefined) return
    for (const rule of rulesOfLine(source, number, words, hasSelectors).rules) {
      if (hasSelectors && parseRule(rule.text).kind === 'selector')
        for (const inside of rulesInside(rule)) found.push({ user, rule: inside })
      else if (rule.text !== '') found.push({ user, rule })
    }
  })
  return found
}
