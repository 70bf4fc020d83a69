import { compileGlob } from '../../acl/glob'
import { channelPattern, keyRule, shown, tokensOf } from './facts'
import { onToken, removeToken, type Advice } from './line'

/** Whether every name that `narrow` matches is surely matched by `wide`: a literal, or a literal prefix and a star, under one. */
function surelyCovers(wide: string, narrow: string): boolean {
  if (wide === narrow) return true
  const [, prefix] = /^([^*?[\]\\]*)\*$/.exec(wide) ?? []
  if (prefix !== undefined) return (/^[^*?[\]\\]*/.exec(narrow)?.[0] ?? '').startsWith(prefix)
  return /^[^*?[\]\\]*$/.test(narrow) && compileGlob(wide).matches(narrow)
}

/** A pattern that another one of the same selector covers. */
export const shadowedPattern: Advice = {
  code: 'shadowed-pattern',
  severity: 'warning',
  check: (line) =>
    (line.user?.selectors ?? []).flatMap((_, i) => {
      const tokens = tokensOf(line, i)
      return tokens.flatMap((token, at) => {
        const key = keyRule(token)
        const channel = channelPattern(token)
        const cover = tokens.find((other, position) => {
          if (position === at) return false
          const otherKey = keyRule(other)
          if (key !== null) return otherKey !== null && (otherKey.access & key.access) === key.access && surelyCovers(otherKey.pattern, key.pattern) && (otherKey.pattern !== key.pattern || otherKey.access !== key.access || position < at)
          const otherChannel = channelPattern(other)
          return channel !== null && otherChannel !== null && surelyCovers(otherChannel, channel) && (otherChannel !== channel || position < at)
        })
        // A channel pattern also serves PSUBSCRIBE, which needs it literally: it is never without use.
        return cover === undefined || (channel !== null && channelPattern(cover) !== channel) ? [] : [onToken(token, `${shown(cover.text)} grants all of this already.`, null, [removeToken(token)])]
      })
    }),
}
