import { takesKeys } from '../../acl/command'
import { allowsKeyCommands, elsewhere, tokensOf } from './facts'
import { onEachSelector, onToken, type LineCheck } from './line'

/** Commands that need a key, in a selector without key patterns. */
export const commandsNoKeys: LineCheck = {
  code: 'commands-no-keys',
  severity: 'warning',
  check: (line) =>
    onEachSelector(line, (selector, i) => {
      if (selector.allKeys || selector.keys.length > 0 || !allowsKeyCommands(selector.commands)) return []
      const token = tokensOf(line, i).find(({ text }) => text.startsWith('+') && mentionsKeys(line, text))
      return [
        onToken(
          token ?? line.name,
          i > 0
            ? 'This selector grants no key: every command that takes a key is denied here.'
            : (line.user?.selectors.length ?? 0) > 1
              ? `No key is granted ${elsewhere(line)}: commands that take a key need a ${(line.user?.roles.length ?? 0) > 0 ? 'role or selector' : 'selector'} that allows them.`
              : 'No key is granted: every command that takes a key is denied.',
          'Grant the keys it may use, for example ~app:*.',
        ),
      ]
    }),
}

function mentionsKeys(
  { target }: { readonly target: { readonly table: import('../../acl/command').CommandTable } },
  rule: string,
): boolean {
  const name = rule.slice(1)
  const commands = name.startsWith('@')
    ? name.toLowerCase() === '@all'
      ? target.table.commands
      : target.table.inCategory(name.slice(1))
    : [target.table.find(name)]
  return commands?.some((command) => command !== undefined && takesKeys(command)) ?? false
}
