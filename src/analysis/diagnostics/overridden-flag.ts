import { toText } from '../../acl/bytes'
import type { RuleFlag } from '../../acl/rule'
import { shown, tokensOf } from './facts'
import { onToken, removeToken, type LineCheck, type Token } from './line'

const opposites: Readonly<Partial<Record<RuleFlag, RuleFlag>>> = { on: 'off', off: 'on' }

const flagOf = ({ parsed }: Token): RuleFlag | null => (parsed.kind === 'flag' ? parsed.flag : null)

/** `on … off`: the last of the two counts. */
export const overriddenFlag: LineCheck = {
  code: 'overridden-flag',
  severity: 'warning',
  check: (line) => {
    if (line.user === null) return []
    const tokens = tokensOf(line, 0)
    const last = tokens.findLast(
      (token) => flagOf(token) !== null && opposites[flagOf(token) ?? 'nopass'] !== undefined,
    )
    const flag = last === undefined ? null : flagOf(last)
    if (last === undefined || flag === null) return []
    const first = tokens.find((token) => flagOf(token) === opposites[flag])
    if (first === undefined || tokens.some(({ parsed }) => parsed.kind === 'reset' && parsed.of === 'user')) return []
    return [
      onToken(
        last,
        `${shown(last.text)} overrides ${shown(first.text)} before it: ${flag === 'off' ? 'nobody can log in as this user' : 'this user can log in'}.`,
        null,
        [removeToken(first, `Remove ${toText(first.text)}`), removeToken(last, `Remove ${toText(last.text)}`)],
      ),
    ]
  },
}
