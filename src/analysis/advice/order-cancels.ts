import { lower, toText } from '../../acl/bytes'
import type { CommandTable } from '../../acl/command'
import { keptByText } from '../kept'
import { commandRules, membersOf, shown, textOf, type CommandRule } from './facts'
import { onEach, onEachSelector, onToken, removeToken, type Advice } from './line'

/** Whether `later` switches back everything that `earlier` switched. */
function cancels(later: CommandRule, earlier: CommandRule, table: CommandTable): boolean {
  if (later.rule[0] === earlier.rule[0]) return false
  const covered = membersOf(table, lower(later.rule.slice(1)))
  const wanted = membersOf(table, lower(earlier.rule.slice(1)))
  if (covered === null || wanted === null || wanted.size > covered.size) return false
  for (const name of wanted) if (!covered.has(name) && !covered.has(name.split('|')[0] ?? name)) return false
  return true
}

/** By place in a list of command rules: the first of the later ones that makes each void as a whole; -1 where none does. */
export const cancellers = keptByText(textOf, (table: CommandTable, rules: readonly CommandRule[]): readonly number[] =>
  rules.map((rule, at) => rules.findIndex((other, i) => i > at && cancels(other, rule, table))),
)

/** A command rule that a later rule makes void: `-@dangerous +@all`, `+get -get`. */
export const orderCancels: Advice = {
  code: 'order-cancels',
  severity: 'warning',
  check: (line) =>
    onEachSelector(line, (_, i) => {
      const rules = commandRules(line, i)
      const by = cancellers(line.target.table, rules)
      return onEach(rules, (token, at) => {
        const canceller = rules[by[at] ?? -1]
        // +@all and -@all first, exceptions after, is how rules are meant to be written.
        if (canceller === undefined || lower(token.rule).endsWith('@all')) return []
        const hint =
          canceller.rule[0] === '+'
            ? `${shown(token.text)} must stand after ${shown(canceller.text)} to take anything away.`
            : null
        const move = {
          label: `Move ${shown(token.text)} behind ${shown(canceller.text)}`,
          edits: [
            { from: token.cutFrom, to: token.cutTo, insert: '' },
            { from: canceller.to, to: canceller.to, insert: ` ${toText(token.text)}` },
          ],
        }
        return [
          onToken(
            token,
            `${shown(canceller.text)} after it makes this rule void: rules are applied from left to right.`,
            hint,
            [move, removeToken(token)],
          ),
        ]
      })
    }),
}
