import { onEachSelector, onToken, type LineCheck } from './line'
import { keyRule, tokensOf } from './facts'

/** SORT BY and GET before 7.0, which read keys that the command line does not name. */
export const sortOtherKeys: LineCheck = {
  code: 'sort-other-keys',
  severity: 'warning',
  check: (line) => {
    const sort = line.target.table.find('sort')
    if (line.user === null || sort === undefined || line.target.behaviours.sortChecksAccess) return []
    return onEachSelector(line, (selector, i) => {
      if (selector.readsEveryKey || selector.keys.length === 0 || !selector.commands.has(sort.index)) return []
      const token = tokensOf(line, i).find((other) => keyRule(other) !== null)
      return [
        onToken(
          token ?? line.name,
          'SORT with BY or GET reads keys that no pattern grants.',
          'Redis 7.0 and newer deny that. On older servers, deny SORT.',
          [{ label: 'Deny SORT (-sort)', edits: [{ from: line.end, to: line.end, insert: ' -sort' }] }],
        ),
      ]
    })
  },
}
