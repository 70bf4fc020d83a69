import { shown, tokensOf } from './facts'
import { onEach, onEachSelector, onToken, removeToken, replaceToken, type LineCheck } from './line'

const list = /^db=(.+)$/

/** A second `db=` replaces the first. */
export const dbReplaces: LineCheck = {
  code: 'db-replaces',
  severity: 'warning',
  about: 'databases',
  check: (line) => {
    if (line.user === null || !line.target.behaviours.hasDatabases) return []
    return onEachSelector(line, (_, i) => {
      const rules = tokensOf(line, i).filter(({ word }) => list.test(word) || word === 'alldbs' || word === 'resetdbs')
      return onEach(rules, (token, at) => {
        const later = rules[at + 1]
        if (later === undefined || token.word === 'resetdbs') return []
        const both =
          list.test(token.word) && list.test(later.word)
            ? [...new Set([...token.word.slice(3).split(','), ...later.word.slice(3).split(',')])]
            : null
        const merge =
          both === null
            ? []
            : [
                {
                  label: `Write db=${both.join(',')}`,
                  edits: [...removeToken(token).edits, ...replaceToken(later, '', `db=${both.join(',')}`).edits],
                },
              ]
        return [
          onToken(token, `${shown(later.text)} after it replaces this rule: the last database rule counts.`, null, [
            ...merge,
            removeToken(token),
          ]),
        ]
      })
    })
  },
}
