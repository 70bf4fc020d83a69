import { allowsKeyCommands } from './facts'
import { onToken, type Advice } from './line'

/** Commands that touch two keys need both in one selector. */
export const selectorsDontUnion: Advice = {
  code: 'selectors-dont-union',
  severity: 'info',
  about: 'selectors',
  check: (line) => {
    const { user } = line
    if (user === null) return []
    const limited = user.selectors.filter(
      (selector) => !selector.allKeys && selector.keys.length > 0 && allowsKeyCommands(selector.commands),
    )
    if (limited.length < 2) return []
    const token = line.tokens.find(({ selector }) => selector > 0)
    return token === undefined
      ? []
      : [
          onToken(
            token,
            'Selectors are not put together: a command that touches keys of two of them (COPY, RENAME, SUNIONSTORE) is refused.',
            'Where one command must reach both, name both kinds of key in one selector, say with %R~ for the one that is only read.',
          ),
        ]
  },
}
