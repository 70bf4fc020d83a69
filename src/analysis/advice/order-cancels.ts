import { lower } from '../../acl/bytes'
import type { CommandTable } from '../../acl/command'
import { membersOf, shown, tokensOf } from './facts'
import { onToken, removeToken, type Advice, type Token } from './line'

/** Whether `later` switches back everything that `earlier` switched. */
function cancels(later: Token, earlier: Token, table: CommandTable): boolean {
  if (later.text[0] === earlier.text[0]) return false
  const covered = membersOf(table, lower(later.text.slice(1)))
  const wanted = membersOf(table, lower(earlier.text.slice(1)))
  if (covered === null || wanted === null || wanted.size > covered.size) return false
  for (const name of wanted) if (!covered.has(name) && !covered.has(name.split('|')[0] ?? name)) return false
  return true
}

/** A command rule that a later rule makes void, as whole: `-@dangerous +@all`, `+get -get`. */
export const orderCancels: Advice = {
  code: 'order-cancels',
  severity: 'warning',
  check: (line) =>
    (line.user?.selectors ?? []).flatMap((_, i) => {
      const rules = tokensOf(line, i).filter(({ text }) => /^[+-]./.test(text))
      return rules.flatMap((token, at) => {
        // +@all and -@all first, exceptions after, is how rules are meant to be written.
        if (lower(token.text.slice(1)) === '@all') return []
        const canceller = rules.slice(at + 1).find((later) => cancels(later, token, line.target.table))
        if (canceller === undefined) return []
        const hint = canceller.text[0] === '+' ? `${shown(token.text)} must stand after ${shown(canceller.text)} to take anything away.` : null
        return [onToken(token, `${shown(canceller.text)} after it makes this rule void: rules are applied from left to right.`, hint, [removeToken(token)])]
      })
    }),
}
