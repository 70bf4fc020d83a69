import { keyRule, listSome, tokensOf, userAllows } from './facts'
import { addRules, onToken, type Advice } from './line'

const names = ['keys', 'scan', 'randomkey', 'dbsize']
const wipes = ['flushall', 'flushdb', 'swapdb']

/** Commands that key patterns do not limit, for a user who has key patterns. */
export const keysCommandLeaks: Advice = {
  code: 'keys-command-leaks',
  severity: 'warning',
  check: (line) => {
    const { user } = line
    if (user === null || user.selectors.some((selector) => selector.allKeys)) return []
    if (!user.selectors.some((selector) => selector.keys.length > 0)) return []
    const leaks = userAllows(line, names)
    const wiping = userAllows(line, wipes)
    const all = [...leaks, ...wiping]
    if (all.length === 0) return []
    const can = [leaks.length > 0 ? 'learn the names of all keys' : '', wiping.length > 0 ? 'wipe or swap whole databases' : ''].filter((part) => part !== '').join(' and ')
    const token = tokensOf(line, 0).find((other) => keyRule(other) !== null)
    return [
      onToken(token ?? line.name, `Key patterns do not limit ${listSome(all.map((name) => name.toUpperCase()), 7)}: this user can ${can}.`, null, [
        addRules(line, all.map((name) => `-${name}`), all.length === 1 ? 'Take it away' : 'Take them away'),
      ]),
    ]
  },
}
