import { tokensOf } from './facts'
import { onEachSelector, onToken, type Advice } from './line'

/** Scripts for a user with key patterns. */
export const scriptKeys: Advice = {
  code: 'script-keys',
  severity: 'info',
  check: (line) =>
    onEachSelector(line, (selector, i) => {
      if (selector.allKeys || selector.keys.length === 0) return []
      const token = tokensOf(line, i).find(({ word }) => /^\+(@scripting|eval(sha)?(_ro)?|fcall(_ro)?)$/.test(word))
      return token === undefined
        ? []
        : [
            onToken(
              token,
              'A script runs with this user’s rules: every key it touches is checked, and every key passed to it needs a pattern even if the script leaves it alone.',
              null,
            ),
          ]
    }),
}
