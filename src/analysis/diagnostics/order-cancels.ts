import { lower } from '../../acl/bytes'
import type { CommandTable } from '../../acl/command'
import type { Fix } from '../diagnostic'
import { escalations } from '../ways/steps'
import { memoize, memoizeByText } from '../memoize'
import { commandRules, listSome, membersOf, shown, textOf, type CommandRule } from './facts'
import { cuts, onEach, onEachSelector, onToken, removeToken, type LineCheck, type Report } from './line'

/** Returns true where a rule for `wide` sets every command that a rule for `narrow` sets. */
function includes(table: CommandTable, wide: string, narrow: string): boolean {
  const covered = membersOf(table, wide)
  const wanted = membersOf(table, narrow)
  if (covered === null || wanted === null || wanted.size > covered.size) return false
  for (const name of wanted) if (!covered.has(name) && !covered.has(name.split('|')[0] ?? name)) return false
  return true
}

const including = memoize((_: CommandTable) => new Map<string, readonly string[]>())

/**
 * Returns the names (`get`, `config|set`, `@read`; lower case) whose rules set every command that a rule for this name
 * sets, itself included. Empty where the name refers to no command.
 */
export function namesIncluding(table: CommandTable, name: string): readonly string[] {
  const known = including(table)
  let names = known.get(name)
  if (names === undefined) {
    const candidates = [name, name.split('|')[0] ?? name, '@all', ...[...table.categories].map((one) => `@${one}`)]
    names = [...new Set(candidates)].filter((wide) => includes(table, wide, name))
    // Unknown names (first arguments, typing errors) are not cached: their number is unbounded.
    if (names.length > 0) known.set(name, names)
  }
  return names
}

/**
 * Returns, for each rule of a list of command rules, the index of the first later rule that cancels it entirely; -1
 * where none does.
 */
export const cancellers = memoizeByText(
  textOf,
  (table: CommandTable, rules: readonly CommandRule[]): readonly number[] => {
    /** The index of the next occurrence, by rule. */
    const next = new Map<string, number>()
    const by: number[] = []
    for (let at = rules.length - 1; at >= 0; at--) {
      const rule = lower(rules[at]?.rule ?? '')
      const opposite = rule[0] === '+' ? '-' : '+'
      const places = namesIncluding(table, rule.slice(1)).flatMap((name) => next.get(opposite + name) ?? [])
      by[at] = places.length === 0 ? -1 : Math.min(...places)
      next.set(rule, at)
    }
    return by
  },
)

/**
 * The maximum number of rules that a fix moves: its label must name all of them, since moving puts them into effect.
 */
const MOST_MOVED = 12

/** Moves rules behind another rule of their selector. */
function moveBehind(rules: readonly CommandRule[], last: CommandRule): Fix {
  const texts = rules.map(({ text }) => shown(text)).join(' ')
  return {
    label: `Move ${texts} after ${shown(last.text)}`,
    edits: [...cuts(rules), { from: last.to, to: last.to, insert: ` ${texts}` }],
  }
}

/** Names of rules that allow a command by which a user can get every permission. */
const escalating = memoize(
  (table: CommandTable): ReadonlySet<string> =>
    new Set(
      escalations
        .flatMap(({ names, reaches }) => (reaches === 'everything' ? names : []))
        .flatMap((name) => namesIncluding(table, table.find(name) === undefined ? (name.split('|')[0] ?? name) : name)),
    ),
)

/**
 * Returns the fixes for rules that another one cancels, the one that allows less first. Rules that would give a user
 * every permission are not moved to where they have an effect.
 */
function fixesFor(
  voided: readonly CommandRule[],
  canceller: CommandRule,
  table: CommandTable,
  removal: Fix,
): readonly Fix[] {
  const mayMove = voided.length <= MOST_MOVED
  if (canceller.rule[0] === '+') return [...(mayMove ? [moveBehind(voided, canceller)] : []), removal]
  const isSafe = voided.every(({ rule }) => !escalating(table).has(lower(rule).slice(1)))
  return [removal, ...(mayMove && isSafe ? [moveBehind(voided, canceller)] : [])]
}

/** Returns the report on one rule that a later rule cancels. */
function onOne(token: CommandRule, canceller: CommandRule, table: CommandTable): Report {
  return onToken(
    token,
    `${shown(canceller.text)} after it cancels this rule: rules are applied from left to right.`,
    canceller.rule[0] === '+'
      ? `${shown(token.text)} must come after ${shown(canceller.text)} to deny anything.`
      : null,
    () => fixesFor([token], canceller, table, removeToken(token, `Remove ${shown(token.text)}`)),
  )
}

/** Returns the report on several rules that the same later rule cancels, at that rule. */
function onSeveral(voided: readonly CommandRule[], canceller: CommandRule, table: CommandTable): Report {
  const rules = listSome(voided.map(({ text }) => shown(text)))
  const takes = canceller.rule[0] === '+'
  return onToken(
    canceller,
    `${shown(canceller.text)} cancels rules before it: ${rules}. Rules are applied from left to right.`,
    takes
      ? `They must come after ${shown(canceller.text)} to deny anything.`
      : `To allow them, put them after ${shown(canceller.text)}.`,
    () => fixesFor(voided, canceller, table, { label: `Remove ${rules}`, edits: cuts(voided) }),
  )
}

/** Command rules that a later rule cancels: `-@dangerous +@all`, `+get -get`. Reported once per cancelling rule. */
export const orderCancels: LineCheck = {
  code: 'order-cancels',
  severity: 'warning',
  check: (line) =>
    onEachSelector(line, (_, i) => {
      const rules = commandRules(line, i)
      const by = cancellers(line.target.table, rules)
      const groups = new Map<CommandRule, CommandRule[]>()
      for (const [at, token] of rules.entries()) {
        const canceller = rules[by[at] ?? -1]
        // +@all or -@all first, then exceptions, is the recommended order.
        if (canceller === undefined || lower(token.rule).endsWith('@all')) continue
        const group = groups.get(canceller)
        if (group === undefined) groups.set(canceller, [token])
        else group.push(token)
      }
      return onEach([...groups], ([canceller, voided]) => [
        voided.length === 1 && voided[0] !== undefined
          ? onOne(voided[0], canceller, line.target.table)
          : onSeveral(voided, canceller, line.target.table),
      ])
    }),
}
