import { covers } from './effects'
import { patternStates, type LineCheck } from './line'

/** A selector whose permissions the root permissions or an earlier selector already grant. */
export const redundantSelector: LineCheck = {
  code: 'redundant-selector',
  severity: 'warning',
  about: 'selectors',
  check: (line) => {
    const { user, selectors } = line
    if (user === null || selectors.length === 0 || user.own.length !== selectors.length + 1) return []
    const budget = patternStates(line)
    return selectors.flatMap(({ from, to }, i) => {
      const own = user.own[i + 1]
      const by = user.own.findIndex((other, at) => own !== undefined && at < i + 1 && covers(other, own, budget))
      if (by < 0) return []
      const message =
        by === 0
          ? 'The rules outside the parentheses allow all of this already.'
          : `Selector ${by} allows all of this already.`
      return [
        {
          message,
          hint: null,
          from,
          to,
          fixes: [{ label: 'Remove the selector', edits: [{ from: from - 1, to, insert: '' }], safe: true as const }],
        },
      ]
    })
  },
}
