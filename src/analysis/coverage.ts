import { AclLines, aclWords, rulesOfLine } from '../acl/aclfile'
import { fromText, type Bytes } from '../acl/bytes'
import type { Decision, Rule } from '../acl/decision'
import { loadAclFile } from '../acl/load'
import { parseRule, printRule } from '../acl/rule'
import { rulesInside } from '../acl/selector-text'
import { SourceText } from '../acl/source'
import type { Selector } from '../acl/selector'
import { Users, type LoadedAcl } from '../acl/users'
import type { Target } from '../targets/target'
import { deadRules } from './coverage/dead'
import { effectOf } from './trace'

/**
 * `used`: some decision depended on the rule. `unused`: none did, though a command could. `dead`: no command could.
 * `other`: the rule is not about commands (on, passwords), or states a default (-@all at the start).
 */
export type RuleState = 'used' | 'unused' | 'dead' | 'other'

export interface RuleCoverage {
  readonly rule: Rule
  /** The user or role whose line it is in. */
  readonly of: 'user' | 'role'
  readonly name: Bytes
  readonly state: RuleState
  /** The number of decisions that depended on the rule. */
  readonly uses: number
  /** The reason why the rule is dead; null in other states. */
  readonly why: string | null
}

export interface Coverage {
  /**
   * All rules of users.acl in order, rules inside selectors individually. Made anew each time that they are iterated: a
   * large file has a million.
   */
  readonly rules: Iterable<RuleCoverage>
  readonly counts: Readonly<Record<RuleState, number>>
  /** The server's error where it rejects the file, in which case there are no rules; else null. */
  readonly refused: string | null
  /** True where there are too many rules or patterns to compare: some of the unused rules may be dead. */
  readonly isPartial: boolean
}

/** The rules that a decision depended on, as plain data. */
export interface Dependence {
  readonly user: Bytes
  readonly rules: readonly {
    readonly rule: Rule
    readonly selector: number
    /** The index of the command that a command rule decided; null for other rules. */
    readonly command: number | null
  }[]
}

/** The limit of states when patterns are compared, for all users together. */
const MAX_STATES = 20_000

/**
 * Returns which rules of a users.acl some decisions depended on: rules that allowed their commands, keys, channels and
 * databases, and rules that denied a command. Rules are identified by position, so the decisions may come from any
 * server that loaded the same text.
 */
export function coverage(target: Target, acl: string, decisions: Iterable<Decision>): Coverage {
  return coverageBy(target, acl, Array.from(decisions, dependenceOf))
}

/** Same as `coverage`, for decisions that were made elsewhere. */
export function coverageBy(target: Target, acl: string, decisions: readonly Dependence[]): Coverage {
  const content = fromText(acl)
  const counts = { used: 0, unused: 0, dead: 0, other: 0 }
  const judged = judgeFile(target, content, decisions)
  if ('refused' in judged) return { rules: [], counts, refused: judged.refused, isPartial: false }
  const rules = { [Symbol.iterator]: () => coveredRules(content, target, judged) }
  for (const { state } of rules) counts[state]++
  return { rules, counts, refused: null, isPartial: judged.isPartial }
}

/** Facts about the rules of a file, by their positions. */
interface Judged {
  /** The positions of the rules that define the users. */
  readonly inForce: ReadonlySet<number>
  /** The reasons why some of these are dead. */
  readonly dead: ReadonlyMap<number, string>
  /** The numbers of decisions. */
  readonly uses: ReadonlyMap<number, number>
  readonly isPartial: boolean
}

/** Loads a file, and returns the facts about its rules; or the server's error where it rejects the file. */
function judgeFile(
  target: Target,
  content: Bytes,
  decisions: readonly Dependence[],
): Judged | { readonly refused: string } {
  const loaded = loadAclFile(new Users(target.table, target.behaviours), content, 'users.acl')
  if (!loaded.ok) return { refused: loaded.message }
  const { inForce, dead, isPartial } = judge(loaded)
  // A dead rule stands for the one that would decide without it.
  const uses = countUses(decisions, (user, { rule, selector, command: index }) => {
    const own = loaded.users.get(user)?.selectors[selector]
    const command = index === null ? undefined : target.table.commands[index]
    return own === undefined || command === undefined || !dead.has(placeOf(rule))
      ? rule
      : (own.rules.findLast((other) => !dead.has(placeOf(other)) && effectOf(own, other.text, command) !== null) ??
          rule)
  })
  return { inForce, dead, uses, isPartial }
}

/** Yields the rules of a file as written, in order, with their states. */
function* coveredRules(content: Bytes, target: Target, { inForce, dead, uses }: Judged): Generator<RuleCoverage, void> {
  for (const { of, name, rule } of writtenRules(content, target)) {
    const place = placeOf(rule)
    const count = uses.get(place) ?? 0
    const why = isOther(rule.text)
      ? null
      : inForce.has(place)
        ? (dead.get(place) ?? null)
        : 'A later rule or line resets the user.'
    const state = isOther(rule.text)
      ? 'other'
      : why !== null
        ? states(rule.text)
          ? 'other'
          : 'dead'
        : count > 0
          ? 'used'
          : 'unused'
    yield { rule, of, name, state, uses: count, why: state === 'dead' ? why : null }
  }
}

/** Returns the position of a rule in users.acl; -1 for a rule of another source. A number takes less memory than the rule. */
const placeOf = ({ span }: Rule): number => (span?.source === 'users.acl' ? span.from : -1)

/** Returns true for rules that neither allow nor deny anything by themselves. */
function isOther(text: Bytes): boolean {
  const { kind } = parseRule(text)
  return kind === 'password' || kind === 'flag' || kind === 'reset' || kind === 'roles'
}

/** Returns true for rules that state the default of a new user. */
function states(text: Bytes): boolean {
  return ['-@all', 'alldbs'].includes(printRule(parseRule(text)))
}

/** Counts the decisions that depended on the rule at each position. */
function countUses(
  decisions: readonly Dependence[],
  behind: (user: Bytes, rule: Dependence['rules'][number]) => Rule,
): Map<number, number> {
  const uses = new Map<number, number>()
  for (const { user, rules } of decisions) {
    const places = new Set(
      rules
        .map((one) => behind(user, one))
        .map(placeOf)
        .filter((place) => place >= 0),
    )
    for (const place of places) uses.set(place, (uses.get(place) ?? 0) + 1)
  }
  return uses
}

/** Returns the rules that a decision depended on. */
export function dependenceOf({ user, command: asked, allowed, decidedBy, selectors }: Decision): Dependence {
  const deciding = allowed ? selectors.slice(decidedBy, decidedBy + 1) : selectors
  return {
    user,
    rules: deciding.flatMap(({ selector, command, keys, channels, databases }) => [
      ...(command.rule === null ? [] : [{ rule: command.rule, selector, command: asked.index }]),
      ...(allowed || command.allowed
        ? [
            ...keys.flatMap(({ grantedBy }) => grantedBy),
            ...[...channels, ...databases].flatMap(({ grantedBy }) => grantedBy ?? []),
          ].map((rule) => ({ rule, selector, command: null }))
        : []),
    ]),
  }
}

/** Returns the positions of the rules that define users and roles, and the reasons why some are dead. */
function judge({ users, roles }: LoadedAcl): {
  readonly inForce: Set<number>
  readonly dead: Map<number, string>
  readonly isPartial: boolean
} {
  const budget = { left: MAX_STATES, isCut: false }
  const inForce = new Set<number>()
  const dead = new Map<number, string>()
  const known = new Map<Bytes, ReadonlySet<number>>()
  const look = (own: readonly Selector[]): void => {
    for (const selector of own) {
      for (const rule of selector.rules) inForce.add(placeOf(rule))
      for (const [rule, why] of deadRules(selector, known, budget)) dead.set(placeOf(rule), why)
    }
  }
  for (const { own } of roles.values()) look(own)
  for (const user of users.values()) {
    look(user.own)
    user.forget()
  }
  return { inForce, dead, isPartial: budget.isCut }
}

/** Yields every rule of a file as written, in order. */
function* writtenRules(content: Bytes, target: Target): Generator<Pick<RuleCoverage, 'of' | 'name' | 'rule'>, void> {
  const source = new SourceText('users.acl', content)
  const { hasSelectors } = target.behaviours
  const lines = new AclLines(content)
  while (lines.next()) {
    const { number, from, to } = lines
    const words = aclWords(content, from, to)
    const [keyword, named] = words
    const of = keyword?.text
    if ((of !== 'user' && of !== 'role') || named === undefined) continue
    const name = named.text
    for (const rule of rulesOfLine(source, number, words, hasSelectors).rules) {
      if (hasSelectors && parseRule(rule.text).kind === 'selector')
        for (const inside of rulesInside(rule)) yield { of, name, rule: inside }
      else if (rule.text !== '') yield { of, name, rule }
    }
  }
}
