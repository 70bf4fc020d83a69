import { channelPattern, keyRule, shown } from './facts'
import { onEach, onToken, type LineCheck } from './line'

/** Returns the index of a `[` that no `]` closes; -1 where there is none. */
function unclosedAt(pattern: string): number {
  for (let i = 0; i < pattern.length; i++) {
    if (pattern[i] === '\\') i++
    else if (pattern[i] === '[') {
      let end = pattern[i + 1] === '^' ? i + 2 : i + 1
      for (; end < pattern.length && pattern[end] !== ']'; end++) {
        const left = pattern.length - end
        if (pattern[end] === '\\' && left >= 2) end++
        else if (left >= 3 && pattern[end + 1] === '-') end += 2
      }
      if (end >= pattern.length) return i
      i = end
    }
  }
  return -1
}

/** An unclosed bracket, which matches as if it were closed at the end. */
export const unclosedBracket: LineCheck = {
  code: 'unclosed-bracket',
  severity: 'warning',
  about: 'oddPatterns',
  check: ({ patterns }) =>
    onEach(patterns, (token) => {
      const pattern = keyRule(token)?.pattern ?? channelPattern(token)
      return pattern !== null && pattern !== undefined && unclosedAt(pattern) >= 0
        ? [
            onToken(
              token,
              `The [ is never closed. The server reads the rest of ${shown(pattern)} as a set of characters.`,
              pattern.includes('-]')
                ? 'In -] the ] ends a range: write the - first, as in [-a].'
                : 'Close it with ], or write \\[ for the character itself.',
            ),
          ]
        : []
    }),
}
