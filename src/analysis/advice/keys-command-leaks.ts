import { allowedAmong, keyRule, listSome, tokensOf } from './facts'
import { insertRules, onToken, type Advice, type UserLine } from './line'

const names = ['keys', 'scan', 'randomkey', 'dbsize', 'clusterscan']
const wipes = ['flushall', 'flushdb', 'swapdb']

/** Those of the commands that a selector allows, by selector. */
function bySelector(line: UserLine, commands: readonly string[]): (readonly string[])[] {
  return (line.user?.selectors ?? []).map((selector) => allowedAmong(selector.commands, commands))
}

function union(lists: readonly (readonly string[])[]): readonly string[] {
  const [only] = lists
  return lists.length === 1 && only !== undefined ? only : [...new Set(lists.flat())]
}

/** Commands that key patterns do not limit, for a user who has key patterns. */
export const keysCommandLeaks: Advice = {
  code: 'keys-command-leaks',
  severity: 'warning',
  check: (line) => {
    const { user } = line
    if (user === null || user.selectors.some((selector) => selector.allKeys)) return []
    if (!user.selectors.some((selector) => selector.keys.length > 0)) return []
    const leaks = bySelector(line, names)
    const wiping = bySelector(line, wipes)
    if (leaks.every(({ length }) => length === 0) && wiping.every(({ length }) => length === 0)) return []
    const told = union(leaks)
    const wiped = union(wiping)
    const all = wiped.length === 0 ? told : [...told, ...wiped]
    const can = wiped.length === 0 ? 'learn the names of all keys' : told.length === 0 ? 'wipe or swap whole databases' : 'learn the names of all keys and wipe or swap whole databases'
    const edits = user.selectors.flatMap((_, i) => {
      const taken = [...(leaks[i] ?? []), ...(wiping[i] ?? [])]
      return taken.length === 0 ? [] : [insertRules(line, i, taken.map((name) => `-${name}`))]
    })
    const token = tokensOf(line, 0).find((other) => keyRule(other) !== null) ?? line.tokens.find((other) => keyRule(other) !== null)
    return [
      onToken(token ?? line.name, `Key patterns do not limit ${listSome(all.map((name) => name.toUpperCase()), 8)}: this user can ${can}.`, null, [
        { label: all.length === 1 ? 'Take it away' : 'Take them away', edits: edits.sort((a, b) => a.from - b.from) },
      ]),
    ]
  },
}
