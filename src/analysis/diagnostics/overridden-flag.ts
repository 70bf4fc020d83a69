import { toText } from '../../acl/bytes'
import { shown, tokensOf } from './facts'
import { onToken, removeToken, type LineCheck } from './line'

/** `on … off`: the last of the two counts. */
export const overriddenFlag: LineCheck = {
  code: 'overridden-flag',
  severity: 'warning',
  check: (line) => {
    const tokens = line.user === null ? [] : tokensOf(line, 0)
    if (tokens.some(({ parsed }) => parsed.kind === 'reset' && parsed.of === 'user')) return []
    const switches = tokens.flatMap((token) =>
      token.parsed.kind === 'flag' && (token.parsed.flag === 'on' || token.parsed.flag === 'off')
        ? [{ token, flag: token.parsed.flag }]
        : [],
    )
    const last = switches.at(-1)
    const first = switches.find(({ flag }) => flag !== last?.flag)
    if (last === undefined || first === undefined) return []
    const effect = last.flag === 'off' ? 'nobody can log in as this user' : 'this user is on'
    return [
      onToken(
        last.token,
        `${shown(last.token.text)} overrides ${shown(first.token.text)} before it: ${effect}.`,
        null,
        [first, last].map(({ token }) => removeToken(token, `Remove ${toText(token.text)}`)),
      ),
    ]
  },
}
