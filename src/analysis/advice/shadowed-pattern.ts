import type { Bytes } from '../../acl/bytes'
import { coverOf, type StepBudget } from '../compare/cover'
import { after, channelPattern, keyRule, shown, tokensOf, type KeyRule } from './facts'
import { onEachSelector, onToken, patternSteps, removeToken, safe, type Advice, type Remark, type Token } from './line'

/** More patterns than this in one selector are not compared each with each. */
const MOST_COMPARED = 100

const prefixOf = (pattern: Bytes): Bytes => /^[^*?[\\]*/.exec(pattern)?.[0] ?? ''

/** Whether every name that `narrow` matches is surely matched by `wide`. */
function surelyCovers(wide: Bytes, narrow: Bytes, budget: StepBudget): boolean {
  if (wide === narrow || wide === '*') return true
  return (
    prefixOf(narrow).startsWith(prefixOf(wide)) &&
    wide.length > prefixOf(wide).length &&
    coverOf(narrow, [wide], budget)?.covered === true
  )
}

function keyCover(rules: readonly KeyRule[], at: number, own: KeyRule, budget: StepBudget): KeyRule | undefined {
  return rules.find((other, position) => {
    if (
      position === at ||
      (other.access & own.access) !== own.access ||
      !surelyCovers(other.pattern, own.pattern, budget)
    )
      return false
    // Of two that say the same, the second is the one too many.
    return position < at || other.access !== own.access || !surelyCovers(own.pattern, other.pattern, budget)
  })
}

function count(tokens: readonly Token[], kind: 'key' | 'channel'): number {
  let found = 0
  for (const { pattern } of tokens) if (pattern?.kind === kind) found++
  return found
}

function remark(token: Token, by: Token): Remark {
  return onToken(token, `${shown(by.text)} grants all of this already.`, null, [safe(removeToken(token))])
}

/** A pattern that another one of the same selector covers. A channel pattern also serves PSUBSCRIBE, which wants it literally: only its twin makes it useless. */
export const shadowedPattern: Advice = {
  code: 'shadowed-pattern',
  severity: 'warning',
  check: (line) => {
    const budget = patternSteps(line)
    return onEachSelector(line, (_, i) => {
      const tokens = tokensOf(line, i)
      if (count(tokens, 'key') < 2 && count(tokens, 'channel') < 2) return []
      const keys = after(tokens, 'resetkeys', 'reset').flatMap((token) => keyRule(token) ?? [])
      const channels = after(tokens, 'resetchannels', 'reset').filter((token) => channelPattern(token) !== null)
      if (keys.length > MOST_COMPARED || channels.length > MOST_COMPARED) return []
      return [
        ...keys.flatMap((rule, at) => {
          const cover = keyCover(keys, at, rule, budget)
          return cover === undefined ? [] : [remark(rule.token, cover.token)]
        }),
        ...channels.flatMap((token, at) => {
          const twin = channels.slice(0, at).find((other) => channelPattern(other) === channelPattern(token))
          return twin === undefined ? [] : [remark(token, twin)]
        }),
      ]
    })
  },
}
