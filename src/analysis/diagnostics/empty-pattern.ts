import { channelPattern, keyRule } from './facts'
import { onEach, onToken, removeToken, type LineCheck } from './line'

/** `~` alone matches the empty key. */
export const emptyPattern: LineCheck = {
  code: 'empty-pattern',
  severity: 'warning',
  about: 'oddPatterns',
  check: ({ patterns }) =>
    onEach(patterns, (token) => {
      const what = keyRule(token)?.pattern === '' ? 'key' : channelPattern(token) === '' ? 'channel' : null
      return what === null
        ? []
        : [
            onToken(
              token,
              `This matches only the ${what} whose name is empty.`,
              what === 'key' ? '~* is every key.' : '&* is every channel.',
              [removeToken(token)],
            ),
          ]
    }),
}
