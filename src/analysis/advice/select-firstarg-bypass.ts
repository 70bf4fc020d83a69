import { toText } from '../../acl/bytes'
import { onEach, onToken, type Advice } from './line'

/** `+select|0`: does not keep a user in a database. */
export const selectFirstargBypass: Advice = {
  code: 'select-firstarg-bypass',
  severity: 'warning',
  about: 'bars',
  check: ({ tokens, target }) =>
    onEach(tokens, (token) => {
      const argument = !token.word.startsWith('+select|') ? undefined : /^\+select\|(.+)$/.exec(token.word)?.[1]
      if (argument === undefined) return []
      const hint = target.behaviours.hasDatabases
        ? `Databases have rules of their own here: db=${/^\d+$/.test(argument) ? argument : '0'}.`
        : 'Use key patterns, or servers of their own, to keep data apart.'
      return [
        onToken(
          token,
          `This does not keep the user in database ${toText(argument)}: MOVE and COPY reach others, and a SELECT before AUTH stays.`,
          hint,
        ),
      ]
    }),
}
