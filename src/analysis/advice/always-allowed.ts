import { commandTitle } from '../explain-rule'
import { tokensOf } from './facts'
import { onEach, onEachSelector, onToken, removeToken, safe, type Advice } from './line'

/** `-auth`: commands that a server allows before log-in, it allows to everybody. */
export const alwaysAllowed: Advice = {
  code: 'always-allowed',
  severity: 'warning',
  check: (line) =>
    onEachSelector(line, (_, i) => {
      const tokens = tokensOf(line, i)
      return onEach(tokens, (token, at) => {
        const command = /^-[a-z]+$/.test(token.word) ? line.target.table.find(token.word.slice(1)) : undefined
        if (command === undefined || !command.flags.has('no_auth')) return []
        // Where nothing is to be taken away, that is said already.
        if (!tokens.slice(0, at).some(({ rule }) => rule?.[0] === '+' && rule.includes('@'))) return []
        return [
          onToken(
            token,
            `This has no effect: every client may run ${commandTitle(command.name)}, whatever its user's rules.`,
            null,
            [safe(removeToken(token))],
          ),
        ]
      })
    }),
}
