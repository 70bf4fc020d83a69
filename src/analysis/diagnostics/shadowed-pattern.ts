import type { Bytes } from '../../acl/bytes'
import { READ, type Access } from '../../acl/command'
import { coverOf, type StepBudget } from '../compare/cover'
import { sorts } from './effects'
import { after, channelPattern, keyRule, shown, tokensOf, type KeyRule } from './facts'
import {
  onEachSelector,
  onToken,
  patternSteps,
  removeToken,
  safe,
  type LineCheck,
  type Report,
  type Token,
} from './line'

/** More patterns than this in one selector are not compared each with each. */
const MOST_COMPARED = 100

const prefixOf = (pattern: Bytes): Bytes => /^[^*?[\\]*/.exec(pattern)?.[0] ?? ''

/** Returns whether the rule is `~*`: every key, the one with the empty name included. */
const isAllKeys = ({ token }: KeyRule): boolean => token.text === '~*'

/** Returns whether every name that `narrow` matches is surely matched by `wide`. */
function surelyCovers(wide: KeyRule, narrow: KeyRule, budget: StepBudget): boolean {
  const [by, own] = [wide.pattern, narrow.pattern]
  if (by === own || isAllKeys(wide)) return true
  if (own === '') return false
  if (by === '*') return true
  return (
    prefixOf(own).startsWith(prefixOf(by)) &&
    by.length > prefixOf(by).length &&
    coverOf(own, [by], budget)?.covered === true
  )
}

/** The rule that makes another one useless: one of the same pattern, or of a wider one that gives all that the rules of the pattern give together. */
function keyCover(
  rules: readonly KeyRule[],
  at: number,
  own: KeyRule,
  isSorted: boolean,
  budget: StepBudget,
): KeyRule | undefined {
  let all = own.access
  for (const { pattern, access } of rules) if (pattern === own.pattern) all = (all | access) as Access
  // SORT BY and GET are for who may read *, by that very pattern.
  const isNeeded = isSorted && own.pattern === '*' && (all & READ) !== 0
  return rules.find((other, position) => {
    if (position === at) return false
    const isTwin = other.pattern === own.pattern
    const wanted = isTwin ? own.access : all
    if ((other.access & wanted) !== wanted || (isNeeded && !isTwin) || !surelyCovers(other, own, budget)) return false
    // Of two that say the same, the second is the one too many.
    return position < at || other.access !== wanted || !surelyCovers(own, other, budget)
  })
}

function count(tokens: readonly Token[], kind: 'key' | 'channel'): number {
  let found = 0
  for (const { pattern } of tokens) if (pattern?.kind === kind) found++
  return found
}

function report(token: Token, by: Token): Report {
  return onToken(token, `${shown(by.text)} grants all of this already.`, null, [safe(removeToken(token))])
}

/** A pattern that another one of the same selector covers. A channel pattern also serves PSUBSCRIBE, which wants it literally: only its twin makes it useless. */
export const shadowedPattern: LineCheck = {
  code: 'shadowed-pattern',
  severity: 'warning',
  check: (line) => {
    const budget = patternSteps(line)
    return onEachSelector(line, (selector, i) => {
      const tokens = tokensOf(line, i)
      if (count(tokens, 'key') < 2 && count(tokens, 'channel') < 2) return []
      const keys = after(tokens, 'resetkeys', 'reset').flatMap((token) => keyRule(token) ?? [])
      const channels = after(tokens, 'resetchannels', 'reset').filter((token) => channelPattern(token) !== null)
      if (keys.length > MOST_COMPARED || channels.length > MOST_COMPARED) return []
      const isSorted = sorts(selector)
      return [
        ...keys.flatMap((rule, at) => {
          const cover = keyCover(keys, at, rule, isSorted, budget)
          return cover === undefined ? [] : [report(rule.token, cover.token)]
        }),
        ...channels.flatMap((token, at) => {
          const twin = channels.slice(0, at).find((other) => channelPattern(other) === channelPattern(token))
          return twin === undefined ? [] : [report(token, twin)]
        }),
      ]
    })
  },
}
