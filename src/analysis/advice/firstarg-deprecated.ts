import { lower } from '../../acl/bytes'
import { onToken, type Advice } from './line'

/** `+get|foo`: a first-argument rule, deprecated since 7.0, where the command has no such subcommand. */
export const firstargDeprecated: Advice = {
  code: 'firstarg-deprecated',
  severity: 'warning',
  check: ({ tokens, target }) =>
    tokens.flatMap((token) => {
      const [, name, argument] = /^\+([^|]+)\|(.+)$/.exec(token.text) ?? []
      if (name === undefined || !target.behaviours.hasSubcommandRules) return []
      const command = target.table.find(lower(name))
      if (command === undefined || command.subcommands !== null) return []
      return command.name === 'select'
        ? [onToken(token, `This does not keep the user in database ${argument}: MOVE and COPY reach others, and a SELECT before AUTH stays.`, 'Use key patterns, or servers of their own, to keep data apart.')]
        : [onToken(token, `${name.toUpperCase()} has no subcommand ${argument}: this allows ${name.toUpperCase()} with ${argument} as its first argument, a form that is deprecated.`, null)]
    }),
}
