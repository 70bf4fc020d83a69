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

/** A rule that changes nothing, by place, and the one before it that says the same, where one does. */
interface Redundant {
  readonly at: number
  readonly by: number
}

/** Returns whether a rule may stand where it changes nothing: -@all at the start and +@all again are how files are written; a first argument is another matter. */
function isLeft(token: CommandRule, table: CommandTable): boolean {
  return (
    lower(token.rule).endsWith('@all') || (token.text.includes('|') && membersOf(table, token.word.slice(1)) === null)
  )
}

/** Those of a list of command rules that change nothing. */
const redundantAmong = memoizeByText(
  textOf,
  (space: CommandSpace, rules: readonly CommandRule[]): readonly Redundant[] => {
    const { table } = space
    const by = cancellers(table, rules)
    const found: Redundant[] = []
    /** By rule, the place where it stood first. */
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

/** A rule that changes nothing, and the one before it that says the same. */
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

/** The diagnostics on the rules of one sign in a line: one, whatever their number. */
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

/** Names the rules that make the others redundant, where there are any. */
function reasonFor(pairs: readonly Pair[]): string | null {
  const by = [...new Set(pairs.flatMap((pair) => (pair.by === undefined ? [] : [shown(pair.by.text)])))]
  return by.length === 0 ? null : `${listSome(by)} before them ${by.length === 1 ? 'does' : 'do'} that already.`
}

function removeAll(pairs: readonly Pair[]): Fix {
  return safe({ label: `Remove the ${pairs.length} rules`, edits: cuts(pairs.map(({ token }) => token)) })
}

function pairsOf(line: UserLine): readonly Pair[] {
  const pairs: Pair[] = []
  for (const [i, selector] of line.user?.selectors.entries() ?? []) {
    const rules = commandRules(line, i)
    for (const { at, by } of redundantAmong(selector.space, rules)) {
      const token = rules[at]
      if (token !== undefined) pairs.push({ token, by: rules[by] })
    }
  }
  return pairs
}

/** Command rules that change nothing where they stand: `-@admin` after `-@dangerous`. Reported once a line. */
export const redundantToken: LineCheck = {
  code: 'redundant-token',
  severity: 'warning',
  check: (line) => {
    const pairs = pairsOf(line)
    return pairs.length === 0 ? [] : [...onSign(pairs, '+'), ...onSign(pairs, '-')]
  },
}
