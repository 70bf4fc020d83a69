import { resultOf, type CommandSpace } from '../../acl/allowed'
import type { Bytes } from '../../acl/bytes'
import type { Rule } from '../../acl/decision'
import { channelGrant, isCommandRule, keyGrant, parseRule } from '../../acl/rule'
import type { Selector } from '../../acl/selector'
import { patternOutside, type Budget } from '../../proof/inclusion'
import { literalStart, union } from '../../proof/language'
import { allowsKeyCommands } from '../diagnostics/facts'

/**
 * The number of patterns of a selector up to which each is compared with all others; beyond it, only with patterns of
 * equal text.
 */
const MAX_PATTERNS = 300
/** The number of command rules of a selector up to which each is tested for redundancy; beyond it, none is. */
const MAX_COMMAND_RULES = 300

/** The remaining budget of states, and whether a comparison was skipped. */
export interface DeadBudget extends Budget {
  isCut: boolean
}

/**
 * Returns the reason why a rule is dead, by rule: no command could depend on it. Rules that a command could depend on
 * are absent.
 */
export function deadRules(
  selector: Selector,
  known: Map<Bytes, ReadonlySet<number>>,
  budget: DeadBudget,
): Map<Rule, string> {
  return new Map([...deadCommandRules(selector, known, budget), ...deadPatterns(selector, budget)])
}

function deadCommandRules(
  selector: Selector,
  known: Map<Bytes, ReadonlySet<number>>,
  budget: DeadBudget,
): [Rule, string][] {
  const rules = selector.rules.filter(({ text }) => isCommandRule(parseRule(text)))
  if (rules.length > MAX_COMMAND_RULES) {
    budget.isCut = true
    return []
  }
  const key = rules.map(({ text }) => text).join(' ')
  let dead = known.get(key)
  if (dead === undefined) {
    budget.left -= rules.length ** 2 / 100
    if (budget.left <= 0) {
      budget.isCut = true
      return []
    }
    dead = withoutEffect(
      selector.space,
      rules.map(({ text }) => text),
    )
    known.set(key, dead)
  }
  return rules.flatMap((rule, i): [Rule, string][] =>
    dead.has(i) ? [[rule, 'Other rules repeat or undo it: removing it changes nothing.']] : [],
  )
}

/** Returns the indexes of rules that can all be removed together without effect; of two equal rules, the later one. */
function withoutEffect(space: CommandSpace, rules: readonly Bytes[]): ReadonlySet<number> {
  const whole = resultOf(space, rules)
  const dead = new Set<number>()
  for (let i = rules.length - 1; i >= 0; i--) {
    const rest = resultOf(
      space,
      rules.filter((_, at) => at !== i && !dead.has(at)),
    )
    if (whole !== null && rest !== null && whole.allowsSameAs(rest)) dead.add(i)
  }
  return dead
}

function deadPatterns(selector: Selector, budget: DeadBudget): [Rule, string][] {
  const { commands, space } = selector
  const runs = (name: string): boolean => {
    const command = space.table.find(name)
    return command !== undefined && (commands.has(command.index) || commands.firstArgs.has(command.index))
  }
  const usesKeys = allowsKeyCommands(commands)
  const usesChannels = ['publish', 'spublish', 'subscribe', 'ssubscribe', 'psubscribe'].some(runs)
  const subscribesToPatterns = runs('psubscribe')
  const dead: [Rule, string][] = []
  const counted = new Map<Bytes, number>()
  const isCounted = ({ kind, pattern, access }: PatternRule): boolean =>
    (access & ~(counted.get(`${kind} ${pattern}`) ?? -1)) === 0 && counted.has(`${kind} ${pattern}`)
  const many = selector.keys.length + selector.channels.length > MAX_PATTERNS
  if (many) budget.isCut = true
  for (const rule of [...selector.rules].reverse()) {
    const found = patternOf(rule.text)
    if (found === null) continue
    const why = found.kind === 'key' ? deadKey(found, usesKeys) : deadChannel(found)
    if (why !== null) dead.push([rule, why])
    else
      counted.set(`${found.kind} ${found.pattern}`, (counted.get(`${found.kind} ${found.pattern}`) ?? 0) | found.access)
  }
  return dead

  function isCoveredBy(pattern: Bytes, granted: readonly { readonly pattern: Bytes }[]): boolean {
    const others = many
      ? []
      : granted
          .map((other) => other.pattern)
          .filter((other) => other !== pattern && literalStart(pattern).startsWith(literalStart(other)))
    if (others.length === 0) return false
    const { kind } = patternOutside(pattern, union(others), budget)
    if (kind === 'undecided') budget.isCut = true
    return kind === 'included' && isNarrower(pattern, others, budget)
  }

  function deadKey(rule: PatternRule, used: boolean): string | null {
    if (!used) return 'No command that these rules allow takes a key.'
    if (selector.allKeys)
      return rule.pattern === '*' && rule.access === 3 && !isCounted(rule)
        ? null
        : 'A later rule overrides which keys are granted.'
    const own = selector.keys.find(({ pattern }) => pattern === rule.pattern)
    if (own === undefined) return 'A later rule revokes it.'
    if (isCounted(rule)) return 'The same rule is repeated later.'
    return isCoveredBy(
      rule.pattern,
      selector.keys.filter(({ access }) => (access & rule.access) === rule.access),
    )
      ? 'Other patterns cover it.'
      : null
  }

  function deadChannel(rule: PatternRule): string | null {
    if (!usesChannels) return 'No command that these rules allow takes a channel.'
    if (selector.allChannels)
      return rule.pattern === '*' && !isCounted(rule) ? null : 'A later rule overrides which channels are granted.'
    if (!selector.channels.some(({ pattern }) => pattern === rule.pattern)) return 'A later rule revokes it.'
    if (isCounted(rule)) return 'The same rule is repeated later.'
    return !subscribesToPatterns && isCoveredBy(rule.pattern, selector.channels) ? 'Other patterns cover it.' : null
  }
}

/**
 * Returns true for patterns that may be reported as covered: of two equivalent patterns, only the one that sorts later.
 */
function isNarrower(pattern: Bytes, others: readonly Bytes[], budget: DeadBudget): boolean {
  const own = union([pattern])
  return others.every((other) => pattern > other || patternOutside(other, own, budget).kind !== 'included')
}

interface PatternRule {
  readonly kind: 'key' | 'channel'
  readonly pattern: Bytes
  readonly access: number
}

function patternOf(text: Bytes): PatternRule | null {
  const rule = parseRule(text)
  const key = keyGrant(rule)
  if (key !== null) return { kind: 'key', pattern: key.pattern, access: key.access }
  const channel = channelGrant(rule)
  return channel === null ? null : { kind: 'channel', pattern: channel, access: 0 }
}
