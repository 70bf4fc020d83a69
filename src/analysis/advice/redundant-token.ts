import type { AllowedCommands } from '../../acl/allowed'
import { lower } from '../../acl/bytes'
import type { CommandTable } from '../../acl/command'
import { commandRules, membersOf, shown, type CommandRule } from './facts'
import { onEachSelector, onToken, removeToken, safe, type Advice, type Remark, type UserLine } from './line'
import { cancellerOf } from './order-cancels'

function sameCommands(a: AllowedCommands, b: AllowedCommands): boolean {
  return a === b || (a.future === b.future && a.firstArgs.size === b.firstArgs.size && a.bits.every((word, i) => word === b.bits[i]))
}

/** Whether a rule says of all its commands what `later` says again. */
function saysAlready(earlier: CommandRule, later: CommandRule, table: CommandTable): boolean {
  if (earlier.rule[0] !== later.rule[0]) return false
  const has = membersOf(table, lower(earlier.rule.slice(1)))
  const wanted = membersOf(table, lower(later.rule.slice(1)))
  return has !== null && wanted !== null && [...wanted].every((name) => has.has(name) || has.has(name.split('|')[0] ?? name))
}

function inSelector(line: UserLine, selector: number): Remark[] {
  const { table } = line.target
  const rules = commandRules(line, selector)
  const remarks: Remark[] = []
  let set = line.user?.space.nothing
  for (const [at, token] of rules.entries()) {
    const before = set
    const next = set?.after(token.rule)
    if (before === undefined || next === undefined || typeof next === 'string') return remarks
    set = next
    // -@all at the start and +@all again are how files are written; a first argument is another matter.
    if (lower(token.rule).endsWith('@all') || !sameCommands(before, next) || (token.text.includes('|') && membersOf(table, token.word.slice(1)) === null)) continue
    if (cancellerOf(rules, at, table) !== undefined) continue
    const by = rules.slice(0, at).find((earlier) => saysAlready(earlier, token, table))
    const gives = token.rule[0] === '+'
    const message = by !== undefined ? `${shown(by.text)} before it ${gives ? 'gives' : 'takes away'} all of this already.` : gives ? 'All of this is given before it.' : 'Nothing of this is allowed here: there is nothing to take away.'
    remarks.push(onToken(token, message, null, [safe(removeToken(token))]))
  }
  return remarks
}

/** A command rule that changes nothing where it stands: `-@admin` after `-@dangerous`. */
export const redundantToken: Advice = {
  code: 'redundant-token',
  severity: 'warning',
  check: (line) => onEachSelector(line, (_, i) => inSelector(line, i)),
}
