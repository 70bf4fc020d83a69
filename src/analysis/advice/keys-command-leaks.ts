import type { Edit } from '../finding'
import { keptOfTwo } from '../kept'
import { allowedAmong, keyRule, listSome, tokensOf, userAllows } from './facts'
import { insertRules, onToken, type Advice } from './line'

const names = ['keys', 'scan', 'randomkey', 'dbsize', 'clusterscan']
const wipes = ['flushall', 'flushdb', 'swapdb']

/** What to say of what a user can learn and what it can wipe; null where it is nothing. */
const told = keptOfTwo((leaks: readonly string[], wiping: readonly string[]) => {
  const all = [...leaks, ...wiping]
  if (all.length === 0) return null
  const can = [
    leaks.length > 0 ? 'learn the names of all keys' : '',
    wiping.length > 0 ? 'wipe or swap whole databases' : '',
  ]
    .filter((part) => part !== '')
    .join(' and ')
  return {
    message: `Key patterns do not limit ${listSome(
      all.map((name) => name.toUpperCase()),
      8,
    )}: this user can ${can}.`,
    label: all.length === 1 ? 'Take it away' : 'Take them away',
  }
})

/** Commands that key patterns do not limit, for a user who has key patterns. */
export const keysCommandLeaks: Advice = {
  code: 'keys-command-leaks',
  severity: 'warning',
  check: (line) => {
    const { user } = line
    if (user === null || user.selectors.some((selector) => selector.allKeys)) return []
    if (!user.selectors.some((selector) => selector.keys.length > 0)) return []
    const found = told(userAllows(line, names), userAllows(line, wipes))
    if (found === null) return []
    const edits = (): Edit[] =>
      user.selectors.flatMap(({ commands }, i) => {
        const taken = [...allowedAmong(commands, names), ...allowedAmong(commands, wipes)]
        return taken.length === 0
          ? []
          : [
              insertRules(
                line,
                i,
                taken.map((name) => `-${name}`),
              ),
            ]
      })
    const token =
      tokensOf(line, 0).find((other) => keyRule(other) !== null) ?? line.tokens.find((other) => keyRule(other) !== null)
    return [
      onToken(token ?? line.name, found.message, null, () => [
        { label: found.label, edits: edits().sort((a, b) => a.from - b.from) },
      ]),
    ]
  },
}
