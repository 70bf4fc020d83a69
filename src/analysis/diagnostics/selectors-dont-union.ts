import type { AllowedCommands } from '../../acl/allowed'
import { commandTitle } from '../command-title'
import { memoize } from '../memoize'
import { covers } from './effects'
import { allowsKeyCommands, listSome } from './facts'
import { patternStates, onToken, type LineCheck } from './line'

/** Commands with several keys for which selectors are often combined; examples name them first. */
const known = ['copy', 'rename', 'sunionstore', 'mget', 'mset', 'del', 'smove', 'lmove']

/** Returns at most three commands of a set that take more than one key. */
const takingSeveral = memoize((set: AllowedCommands): readonly string[] => {
  const found = set.space.table.commands.filter(
    ({ index, firstKey, lastKey, flags }) =>
      set.has(index) && (flags.has('movablekeys') || (firstKey !== 0 && lastKey !== firstKey)),
  )
  const rank = (name: string): number => (known.includes(name) ? known.indexOf(name) : known.length)
  return found
    .map(({ name }) => name)
    .sort((a, b) => rank(a) - rank(b))
    .slice(0, 3)
})

/** Commands with two keys need both in one selector. */
export const selectorsDontUnion: LineCheck = {
  code: 'selectors-dont-union',
  severity: 'info',
  about: 'selectors',
  check: (line) => {
    const { user } = line
    if (user === null) return []
    const limited = user.selectors.filter(
      (selector) => !selector.allKeys && selector.keys.length > 0 && allowsKeyCommands(selector.commands),
    )
    const budget = patternStates(line)
    // A selector that covers all others has all their keys.
    if (limited.length < 2 || limited.some((one) => limited.every((other) => covers(one, other, budget)))) return []
    const several = [...new Set(limited.flatMap(({ commands }) => takingSeveral(commands)))].slice(0, 3)
    const token = line.tokens.find(({ selector }) => selector > 0)
    return token === undefined || several.length === 0
      ? []
      : [
          onToken(
            token,
            `Selectors are not combined: a command with keys of two of them (${listSome(several.map(commandTitle))}) is denied.`,
            'Where one command needs both, grant both kinds of key in one selector, with %R~ for keys that are only read.',
          ),
        ]
  },
}
