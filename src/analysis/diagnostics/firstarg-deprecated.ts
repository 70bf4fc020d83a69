import { lower } from '../../acl/bytes'
import { shown } from './facts'
import { onEach, onToken, type LineCheck } from './line'

/** `+get|foo`: a first-argument rule, deprecated since 7.0, where the command has no such subcommand. */
export const firstargDeprecated: LineCheck = {
  code: 'firstarg-deprecated',
  severity: 'warning',
  about: 'bars',
  check: ({ tokens, target }) =>
    onEach(tokens, (token) => {
      if (token.text[0] !== '+' || !token.text.includes('|')) return []
      const [, name, argument] = /^\+([^|]+)\|(.+)$/.exec(token.text) ?? []
      // The server rejects more than one argument.
      if (name === undefined || argument?.includes('|') !== false || !target.behaviours.hasSubcommandRules) return []
      const command = target.table.find(lower(name))
      if (command === undefined || command.subcommands !== null) return []
      // `select-firstarg-bypass` reports SELECT.
      return command.name === 'select'
        ? []
        : [
            onToken(
              token,
              `${name.toUpperCase()} has no subcommand ${shown(argument ?? '')}: this rule allows ${name.toUpperCase()} with ${shown(argument ?? '')} as its first argument, a deprecated form.`,
            ),
          ]
    }),
}
