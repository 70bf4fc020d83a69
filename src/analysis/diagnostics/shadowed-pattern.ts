import { READ, type Access } from '../../acl/command'
import { patternOutside, type Budget } from '../../proof/inclusion'
import { literalStart, union } from '../../proof/language'
import { sorts } from './effects'
import { after, channelPattern, keyRule, shown, tokensOf, type KeyRule } from './facts'
import {
  onEachSelector,
  onToken,
  patternStates,
  removeToken,
  safe,
  type LineCheck,
  type Report,
  type Token,
} from './line'

/** The maximum number of patterns of a selector that are compared pairwise. */
const MOST_COMPARED = 100

/** Returns true for `~*`, which grants every key, including the empty name. */
const isAllKeys = ({ token }: KeyRule): boolean => token.text === '~*'

/** Returns true where `wide` provably matches every name that `narrow` matches. */
function surelyCovers(wide: KeyRule, narrow: KeyRule, budget: Budget): boolean {
  const [by, own] = [wide.pattern, narrow.pattern]
  if (by === own || isAllKeys(wide)) return true
  if (own === '') return false
  if (by === '*') return true
  return (
    literalStart(own).startsWith(literalStart(by)) &&
    by.length > literalStart(by).length &&
    patternOutside(own, union([by]), budget).kind === 'included'
  )
}

/**
 * Returns the rule that makes another one redundant: one of the same pattern, or of a wider one that grants all the
 * access that the rules of the pattern grant together.
 */
function keyCover(
  rules: readonly KeyRule[],
  at: number,
  own: KeyRule,
  isSorted: boolean,
  budget: Budget,
): KeyRule | undefined {
  let all = own.access
  for (const { pattern, access } of rules) if (pattern === own.pattern) all = (all | access) as Access
  // SORT BY and GET require read access by the pattern `*` itself.
  const isNeeded = isSorted && own.pattern === '*' && (all & READ) !== 0
  return rules.find((other, position) => {
    if (position === at) return false
    const isTwin = other.pattern === own.pattern
    const wanted = isTwin ? own.access : all
    if ((other.access & wanted) !== wanted || (isNeeded && !isTwin) || !surelyCovers(other, own, budget)) return false
    // Of two equivalent rules, the second is reported.
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

/**
 * A pattern that another pattern of the same selector covers. PSUBSCRIBE requires channel patterns literally, so only
 * an equal one makes a channel pattern redundant.
 */
export const shadowedPattern: LineCheck = {
  code: 'shadowed-pattern',
  severity: 'warning',
  check: (line) => {
    const budget = patternStates(line)
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
