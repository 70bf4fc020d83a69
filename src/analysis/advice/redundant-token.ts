import type { AllowedCommands, CommandSpace } from '../../acl/allowed'
import { lower } from '../../acl/bytes'
import type { CommandTable } from '../../acl/command'
import { keptByText } from '../kept'
import { commandRules, membersOf, shown, textOf, type CommandRule } from './facts'
import { onEach, onEachSelector, onToken, removeToken, safe, type Advice, type Remark } from './line'
import { cancellers } from './order-cancels'

function sameCommands(a: AllowedCommands, b: AllowedCommands): boolean {
  return (
    a === b ||
    (a.future === b.future && a.firstArgs.size === b.firstArgs.size && a.bits.every((word, i) => word === b.bits[i]))
  )
}

/** Whether a rule says of all its commands what `later` says again. */
function saysAlready(earlier: CommandRule, later: CommandRule, table: CommandTable): boolean {
  if (earlier.rule[0] !== later.rule[0]) return false
  const has = membersOf(table, lower(earlier.rule.slice(1)))
  const wanted = membersOf(table, lower(later.rule.slice(1)))
  return (
    has !== null && wanted !== null && [...wanted].every((name) => has.has(name) || has.has(name.split('|')[0] ?? name))
  )
}

/** A rule that changes nothing, by place, and the one before it that says the same, where one does. */
interface Redundant {
  readonly at: number
  readonly by: number
}

/** Those of a list of command rules that change nothing. */
const redundantAmong = keptByText(
  textOf,
  (space: CommandSpace, rules: readonly CommandRule[]): readonly Redundant[] => {
    const { table } = space
    const by = cancellers(table, rules)
    const found: Redundant[] = []
    let set = space.nothing
    for (const [at, token] of rules.entries()) {
      const before = set
      const next = set.after(token.rule)
      if (typeof next === 'string') break
      set = next
      // -@all at the start and +@all again are how files are written; a first argument is another matter.
      if (
        lower(token.rule).endsWith('@all') ||
        !sameCommands(before, next) ||
        (token.text.includes('|') && membersOf(table, token.word.slice(1)) === null)
      )
        continue
      if (by[at] === -1)
        found.push({ at, by: rules.findIndex((earlier, i) => i < at && saysAlready(earlier, token, table)) })
    }
    return found
  },
)

function remarkOn(token: CommandRule, by: CommandRule | undefined): Remark {
  const gives = token.rule[0] === '+'
  const message =
    by !== undefined
      ? `${shown(by.text)} before it ${gives ? 'gives' : 'takes away'} all of this already.`
      : gives
        ? 'All of this is given before it.'
        : 'Nothing of this is allowed here: there is nothing to take away.'
  return onToken(token, message, null, [safe(removeToken(token))])
}

/** A command rule that changes nothing where it stands: `-@admin` after `-@dangerous`. */
export const redundantToken: Advice = {
  code: 'redundant-token',
  severity: 'warning',
  check: (line) =>
    onEachSelector(line, (selector, i) => {
      const rules = commandRules(line, i)
      return onEach(redundantAmong(selector.space, rules), ({ at, by }) => {
        const token = rules[at]
        return token === undefined ? [] : [remarkOn(token, rules[by])]
      })
    }),
}
