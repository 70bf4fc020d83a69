import { tokensOf } from './facts'
import { onEachSelector, onToken, type LineCheck } from './line'

/** SORT BY and GET, which from 7.0 on require read access to every key. */
export const sortNeedsAllKeys: LineCheck = {
  code: 'sort-needs-all-keys',
  severity: 'info',
  check: (line) => {
    const { user } = line
    if (user === null || !line.target.behaviours.sortChecksAccess) return []
    return onEachSelector(line, (selector, i) => {
      if (selector.keys.length === 0) return []
      const token = tokensOf(line, i).find(({ word }) => word === '+sort' || word === '+sort_ro')
      const command = line.target.table.find(token?.word.slice(1) ?? '')
      // A selector that may read every key allows SORT with BY for the keys of all others.
      return token === undefined ||
        command === undefined ||
        !selector.commands.has(command.index) ||
        user.selectors.some((one) => one.readsEveryKey && one.commands.has(command.index))
        ? []
        : [
            onToken(
              token,
              'SORT with BY or GET (GET # included) is denied to a user who may not read every key. BY nosort is allowed.',
              'Fetch the other keys one by one, or grant every key for reading: %R~*.',
            ),
          ]
    })
  },
}
