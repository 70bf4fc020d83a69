import { listSome, shown, userAllows } from './facts'
import { onEach, type LineCheck, type Report } from './line'

const crossing = ['move', 'copy']

/** `+select|0` does not confine a user to a database. */
export const selectFirstargBypass: LineCheck = {
  code: 'select-firstarg-bypass',
  severity: 'warning',
  about: 'bars',
  check: (line) =>
    onEach(line.tokens, ({ word, from, to }): readonly Report[] => {
      const argument = !word.startsWith('+select|') ? undefined : /^\+select\|(.+)$/.exec(word)?.[1]
      if (argument === undefined) return []
      const ways = userAllows(line, crossing)
      const names = listSome(ways.map((name) => name.toUpperCase()))
      const hint = line.target.behaviours.hasDatabases
        ? `To limit a user to databases, write db=${/^\d+$/.test(argument) ? argument : '0'}.`
        : 'To keep data apart, use key patterns or separate servers.'
      const before = 'where the default user needs no password, a SELECT before AUTH stays in effect'
      return [
        {
          message:
            ways.length > 0
              ? `This does not keep the user in database ${shown(argument)}: ${names} ${ways.length > 1 ? 'reach' : 'reaches'} other databases, and ${before}.`
              : `This keeps the user in database ${shown(argument)} only after AUTH: ${before}.`,
          hint,
          from,
          to,
          severity: ways.length > 0 ? 'warning' : 'info',
          fixes: [],
        },
      ]
    }),
}
