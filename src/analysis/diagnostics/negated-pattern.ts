import { channelPattern, keyRule } from './facts'
import { onEach, onToken, removeToken, type LineCheck } from './line'

/** `~-secret:*`, `~!secret:*`: a sign that was meant to exclude keys, but is matched literally. */
export const negatedPattern: LineCheck = {
  code: 'negated-pattern',
  severity: 'error',
  about: 'oddPatterns',
  check: ({ patterns }) =>
    onEach(patterns, (token) => {
      const pattern = keyRule(token)?.pattern ?? channelPattern(token)
      const sign = /^[-!](?![(])./.exec(pattern ?? '')?.[0][0]
      if (sign === undefined) return []
      const what = keyRule(token) === null ? 'channels' : 'keys'
      return [
        onToken(
          token,
          `A pattern cannot exclude names: ${sign} is an ordinary character here, and this grants only ${what} whose names start with it.`,
          'What no rule grants is denied anyway: grant only what the user may use.',
          [removeToken(token)],
        ),
      ]
    }),
}
