import { toText } from '../../acl/bytes'
import { keyRule, shown } from './facts'
import { onEach, onToken, replaceToken, type LineCheck } from './line'

/** `~app:` matches the key `app:` alone. */
export const exactNotPrefix: LineCheck = {
  code: 'exact-not-prefix',
  severity: 'warning',
  about: 'oddPatterns',
  check: ({ patterns }) =>
    onEach(patterns, (token) => {
      const rule = keyRule(token)
      return rule !== null && /^[^*?[\]\\]+[:/.|]$/.test(rule.pattern)
        ? [
            onToken(
              token,
              `A pattern without * is no prefix: this matches only the key ${shown(rule.pattern)}.`,
              null,
              [replaceToken(token, `Write ${shown(token.text)}*`, `${toText(token.text)}*`)],
            ),
          ]
        : []
    }),
}
