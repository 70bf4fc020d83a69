import type { AllowedCommands, CommandSpace } from '../../acl/allowed'
import { lower } from '../../acl/bytes'
import type { CommandTable } from '../../acl/command'
import type { Fix } from '../diagnostic'
import { memoizeByText } from '../memoize'
import { commandRules, listSome, membersOf, shown, textOf, type CommandRule } from './facts'
import { cuts, onToken, removeToken, safe, type LineCheck, type Report, type UserLine } from './line'
import { cancellers, namesIncluding } from './order-cancels'

function sameCommands(a: AllowedCommands, b: AllowedCommands): boolean {
  if (a === b) return true
  if (a.future !== b.future || a.bits.some((word, i) => word !== b.bits[i])) return false
  return a.firstArgs.size === b.firstArgs.size
}

/**
 * A redundant rule, by index, and the index of an earlier rule that sets all of its commands; -1 where no single rule
 * does.
 */
interface Redundant {
  readonly at: number
  readonly by: number
}

/**
 * Returns true for redundant rules that are not reported: -@all at the start and a repeated +@all are common style, and
 * first arguments are not compared.
 */
function isLeft(token: CommandRule, table: CommandTable): boolean {
  return (
    lower(token.rule).endsWith('@all') || (token.text.includes('|') && membersOf(table, token.word.slice(1)) === null)
  )
}

/** Returns the redundant rules of a list of command rules. */
const redundantAmong = memoizeByText(
  textOf,
  (space: CommandSpace, rules: readonly CommandRule[]): readonly Redundant[] => {
    const { table } = space
    const by = cancellers(table, rules)
    const found: Redundant[] = []
    /** The index of the first occurrence, by rule. */
    const first = new Map<string, number>()
    let set = space.nothing
    for (const [at, token] of rules.entries()) {
      const before = set
      const next = set.after(token.rule)
      if (typeof next === 'string') break
      set = next
      const rule = lower(token.rule)
      if (by[at] === -1 && !isLeft(token, table) && sameCommands(before, next)) {
        const sameSign = namesIncluding(table, rule.slice(1)).flatMap(
          (name) => first.get(rule.slice(0, 1) + name) ?? [],
        )
        found.push({ at, by: sameSign.length === 0 ? -1 : Math.min(...sameSign) })
      }
      if (!first.has(rule)) first.set(rule, at)
    }
    return found
  },
)

/** A redundant rule, and an earlier rule that sets all of its commands, where there is one. */
interface Pair {
  readonly token: CommandRule
  readonly by: CommandRule | undefined
}

function messageFor({ token, by }: Pair): string {
  const gives = token.rule[0] === '+'
  if (by !== undefined) return `${shown(by.text)} before it ${gives ? 'allows' : 'denies'} all of this already.`
  return gives
    ? 'Rules before it allow all of this already.'
    : 'Nothing of this is allowed at this point, so there is nothing to deny.'
}

/** Returns a single report on all redundant rules of one sign in a line. */
function onSign(pairs: readonly Pair[], sign: string): readonly Report[] {
  const own = pairs.filter(({ token }) => token.rule[0] === sign)
  const [first] = own
  if (first === undefined) return []
  if (own.length === 1) return [onToken(first.token, messageFor(first), null, [safe(removeToken(first.token))])]
  const rules = listSome(own.map(({ token }) => shown(token.text)))
  const message =
    sign === '+'
      ? `${own.length} rules allow what rules before them allow already: ${rules}.`
      : `${own.length} rules deny what is not allowed at that point anyway: ${rules}.`
  return [onToken(first.token, message, reasonFor(own), () => [removeAll(own)])]
}

/** Returns a sentence on the rules that make the others redundant; null where there are none. */
function reasonFor(pairs: readonly Pair[]): string | null {
  const by = [...new Set(pairs.flatMap((pair) => (pair.by === undefined ? [] : [shown(pair.by.text)])))]
  return by.length === 0 ? null : `${listSome(by)} before them ${by.length === 1 ? 'does' : 'do'} that already.`
}

function removeAll(pairs: readonly Pair[]): Fix {
  return safe({ label: `Remove the ${pairs.length} rules`, edits: cuts(pairs.map(({ token }) => token)) })
}

function pairsOf(line: UserLine): readonly Pair[] {
  const pairs: Pair[] = []
  for (const [i, selector] of line.user?.own.entries() ?? []) {
    const rules = commandRules(line, i)
    for (const { at, by } of redundantAmong(selector.space, rules)) {
      const token = rules[at]
      if (token !== undefined) pairs.push({ token, by: rules[by] })
    }
  }
  return pairs
}

/** Command rules without effect: `-@admin` after `-@dangerous`. Reported once per line. */
export const redundantToken: LineCheck = {
  code: 'redundant-token',
  severity: 'warning',
  check: (line) => {
    const pairs = pairsOf(line)
    return pairs.length === 0 ? [] : [...onSign(pairs, '+'), ...onSign(pairs, '-')]
  },
}
