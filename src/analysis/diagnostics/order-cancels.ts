import { lower } from '../../acl/bytes'
import type { CommandTable } from '../../acl/command'
import type { Fix } from '../diagnostic'
import { memoize, memoizeByText } from '../memoize'
import { commandRules, listSome, membersOf, shown, textOf, type CommandRule } from './facts'
import { cuts, onEach, onEachSelector, onToken, removeToken, type LineCheck, type Report } from './line'

/** Returns whether a rule for `wide` switches every command that a rule for `narrow` switches. */
function includes(table: CommandTable, wide: string, narrow: string): boolean {
  const covered = membersOf(table, wide)
  const wanted = membersOf(table, narrow)
  if (covered === null || wanted === null || wanted.size > covered.size) return false
  for (const name of wanted) if (!covered.has(name) && !covered.has(name.split('|')[0] ?? name)) return false
  return true
}

const including = memoize((_: CommandTable) => new Map<string, readonly string[]>())

/**
 * The names (`get`, `config|set`, `@read`; lower case) whose rules switch everything that a rule for this name switches,
 * itself included: a handful, whatever the target has. Empty where the name stands for no command.
 */
export function namesIncluding(table: CommandTable, name: string): readonly string[] {
  const known = including(table)
  let names = known.get(name)
  if (names === undefined) {
    const candidates = [name, name.split('|')[0] ?? name, '@all', ...[...table.categories].map((one) => `@${one}`)]
    names = [...new Set(candidates)].filter((wide) => includes(table, wide, name))
    // Of a name that is none (a first argument, a typing error) there are any number.
    if (names.length > 0) known.set(name, names)
  }
  return names
}

/** By place in a list of command rules: the first of the later ones that makes each void as a whole; -1 where none does. */
export const cancellers = memoizeByText(
  textOf,
  (table: CommandTable, rules: readonly CommandRule[]): readonly number[] => {
    /** By rule, the place where it stands next. */
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

/** Rules that the label of a fix names. It has to name all that it moves, since they come into force by that. */
const MOST_MOVED = 12

/** Moves rules to the place behind another one of their selector. */
function moveBehind(rules: readonly CommandRule[], last: CommandRule): Fix {
  const texts = rules.map(({ text }) => shown(text)).join(' ')
  return {
    label: `Move ${texts} after ${shown(last.text)}`,
    edits: [...cuts(rules), { from: last.to, to: last.to, insert: ` ${texts}` }],
  }
}

/** The diagnostic on one rule that a later one makes void. */
function onOne(token: CommandRule, canceller: CommandRule): Report {
  return onToken(
    token,
    `${shown(canceller.text)} after it cancels this rule: rules are applied from left to right.`,
    canceller.rule[0] === '+'
      ? `${shown(token.text)} must come after ${shown(canceller.text)} to deny anything.`
      : null,
    [moveBehind([token], canceller), removeToken(token)],
  )
}

/** The diagnostic on several rules that the same later one makes void: it is at that one. */
function onSeveral(voided: readonly CommandRule[], canceller: CommandRule): Report {
  const rules = listSome(voided.map(({ text }) => shown(text)))
  const takes = canceller.rule[0] === '+'
  return onToken(
    canceller,
    `${shown(canceller.text)} cancels rules before it: ${rules}. Rules are applied from left to right.`,
    takes
      ? `They must come after ${shown(canceller.text)} to deny anything.`
      : `To allow them, put them after ${shown(canceller.text)}.`,
    () => [
      ...(voided.length > MOST_MOVED ? [] : [moveBehind(voided, canceller)]),
      { label: `Remove the ${voided.length} rules`, edits: cuts(voided) },
    ],
  )
}

/** Command rules that a later rule makes void: `-@dangerous +@all`, `+get -get`. Reported once for each such later rule. */
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
        // +@all and -@all first, exceptions after, is how rules are meant to be written.
        if (canceller === undefined || lower(token.rule).endsWith('@all')) continue
        const group = groups.get(canceller)
        if (group === undefined) groups.set(canceller, [token])
        else group.push(token)
      }
      return onEach([...groups], ([canceller, voided]) => [
        voided.length === 1 && voided[0] !== undefined ? onOne(voided[0], canceller) : onSeveral(voided, canceller),
      ])
    }),
}
