import { READ } from '../../acl/command'
import { tokensOf } from './facts'
import { onEachSelector, onToken, type LineCheck } from './line'

/** SORT BY and GET, which from 7.0 on require read access to every key. */
export const sortNeedsAllKeys: LineCheck = {
  code: 'sort-needs-all-keys',
  severity: 'info',
  check: (line) => {
    if (line.user === null || !line.target.behaviours.sortChecksAccess) return []
    return onEachSelector(line, (selector, i) => {
      if (
        selector.allKeys ||
        selector.keys.length === 0 ||
        selector.keys.some(({ pattern, access }) => pattern === '*' && (access & READ) !== 0)
      )
        return []
      const token = tokensOf(line, i).find(({ word }) => word === '+sort' || word === '+sort_ro')
      return token === undefined
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
