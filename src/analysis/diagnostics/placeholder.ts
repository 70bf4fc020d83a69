import { placeholderHints, placeholdersIn, type Placeholder } from '../placeholder'
import type { LineCheck, Token, UserLine } from './line'

/** Describes how the server reads a placeholder, by the rule that contains it. */
function reading({ text }: Placeholder, line: UserLine, token: Token | undefined): string {
  if (token === line.name) return `the user is called ${text}`
  switch (token?.text[0]) {
    case '>':
    case '<':
      return 'these characters are the password'
    case '#':
    case '!':
      return 'it is not a valid hash'
    case '&':
      return 'these characters are part of the channel’s name'
    case '~':
    case '%':
      return 'these characters are part of the key’s name'
    default:
      return 'it reads the rule as written'
  }
}

/** `>${PASSWORD}`, `~{{ tenant }}:*`, `>CHANGE_ME`: text to be replaced before a server reads the file. */
export const placeholder: LineCheck = {
  code: 'placeholder',
  severity: 'error',
  about: 'placeholders',
  check: (line) =>
    placeholdersIn(line.source).map((found) => {
      const token = [line.name, ...line.tokens].find(({ from, to }) => from <= found.from && found.from < to)
      return {
        message: `${found.text} looks like ${found.kind === 'blank' ? 'a value that was never filled in' : 'a placeholder. The server does not expand it'}: ${reading(found, line, token)}.`,
        hint: placeholderHints[found.kind],
        from: found.from,
        to: found.to,
        fixes: [],
      }
    }),
}
