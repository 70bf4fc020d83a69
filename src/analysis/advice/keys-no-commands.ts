import { allowsAnything, keyRule, tokensOf } from './facts'
import { onEachSelector, onToken, type Advice } from './line'

/** Key patterns in a selector that allows no command: commands of another selector do not count. */
export const keysNoCommands: Advice = {
  code: 'keys-no-commands',
  severity: 'warning',
  check: (line) => {
    // A user that is off with -@all is shut on purpose: `user default off nopass ~* -@all`.
    const { user } = line
    if (user !== null && !user.enabled && tokensOf(line, 0).some(({ rule }) => rule?.toLowerCase() === '-@all'))
      return []
    return onEachSelector(line, (selector, i) => {
      if (allowsAnything(selector) || (!selector.allKeys && selector.keys.length === 0)) return []
      const token = tokensOf(line, i).find((other) => keyRule(other) !== null || other.text.toLowerCase() === 'allkeys')
      if (token === undefined) return []
      return [
        onToken(
          token,
          i === 0
            ? 'No command is allowed, so the keys are of no use.'
            : 'This selector allows no command, so its keys are of no use.',
          line.user !== null && line.user.selectors.length > 1
            ? 'Each selector must name its own commands and keys: they are not put together.'
            : 'Add the commands, say +@read.',
        ),
      ]
    })
  },
}
