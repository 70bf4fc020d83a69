import { tokensOf, userAllows } from './facts'
import { addRules, onToken, type LineCheck } from './line'

const types = ['string', 'hash', 'list', 'set', 'sortedset', 'stream', 'geo', 'bitmap', 'hyperloglog', 'array']
const missed = ['del', 'expire', 'exists', 'ttl']

/** `+@hash` without a command that deletes or expires keys: those are in @keyspace. */
export const typeCategoryGaps: LineCheck = {
  code: 'type-category-gaps',
  severity: 'info',
  check: (line) => {
    const token = tokensOf(line, 0).find(({ word }) => word.startsWith('+@') && types.includes(word.slice(2)))
    if (token === undefined || line.user === null) return []
    const lacks = userAllows(line, missed).length > 0 ? [] : missed
    if (lacks.length < missed.length) return []
    return [
      {
        ...onToken(
          token,
          `${token.text.slice(1)} does not contain DEL, EXPIRE, EXISTS or TTL: they work on keys of every type and belong to @keyspace.`,
          null,
          [
            addRules(
              line,
              lacks.map((name) => `+${name}`),
              `Add ${lacks.map((name) => `+${name}`).join(' ')}`,
            ),
          ],
        ),
        group: token.word,
      },
    ]
  },
}
