import { lower } from '../../acl/bytes'
import { allowsAnything, commandRules, elsewhere, keyRule, tokensOf } from './facts'
import { onEachSelector, onToken, type LineCheck, type UserLine } from './line'
import { cancellers } from './order-cancels'

/** Returns true where a selector allows commands that a later rule of it denies: `order-cancels` reports that. */
function takesBack(line: UserLine, selector: number): boolean {
  const rules = commandRules(line, selector)
  const by = cancellers(line.target.table, rules)
  return rules.some(({ rule }, at) => rule[0] === '+' && !lower(rule).endsWith('@all') && (by[at] ?? -1) >= 0)
}

/** Key patterns in a selector that allows no command: commands of another selector do not count. */
export const keysNoCommands: LineCheck = {
  code: 'keys-no-commands',
  severity: 'warning',
  check: (line) => {
    // A disabled user with -@all is locked on purpose: `user default off nopass ~* -@all`.
    const { user } = line
    if (user !== null && !user.enabled && tokensOf(line, 0).some(({ rule }) => rule?.toLowerCase() === '-@all'))
      return []
    return onEachSelector(line, (selector, i) => {
      if (allowsAnything(selector) || (!selector.allKeys && selector.keys.length === 0)) return []
      const token = tokensOf(line, i).find((other) => keyRule(other) !== null || other.text.toLowerCase() === 'allkeys')
      if (token === undefined || takesBack(line, i)) return []
      return [
        onToken(
          token,
          i > 0
            ? 'This selector allows no command, so its keys have no effect.'
            : line.user !== null && line.user.selectors.length > 1
              ? `No command is allowed ${elsewhere(line)}, so the keys there have no effect.`
              : 'No command is allowed, so the keys have no effect.',
          line.user !== null && line.user.selectors.length > 1
            ? line.user.roles.length > 0
              ? 'Each role and selector needs its own commands and keys: they are not combined.'
              : 'Each selector needs its own commands and keys: selectors are not combined.'
            : 'Allow the commands that the user needs, for example +@read.',
        ),
      ]
    })
  },
}
