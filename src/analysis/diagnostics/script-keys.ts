import { tokensOf } from './facts'
import { onEachSelector, onToken, type LineCheck } from './line'

/** Script commands for a user with key patterns. */
export const scriptKeys: LineCheck = {
  code: 'script-keys',
  severity: 'info',
  check: (line) =>
    onEachSelector(line, (selector, i) => {
      if (selector.allKeys || selector.keys.length === 0) return []
      const token = tokensOf(line, i).find(({ word }) => /^\+(@scripting|eval(sha)?(_ro)?|fcall(_ro)?)$/.test(word))
      return token === undefined
        ? []
        : [
            {
              ...onToken(
                token,
                'A script runs with this user’s permissions: every key that it uses is checked, and every key passed to it must be granted even if the script does not use it.',
                null,
              ),
              group: '',
            },
          ]
    }),
}
