import { allows, tokensOf } from './facts'
import { addRules, onToken, type LineCheck } from './line'

/** MULTI without EXEC: a transaction that the user can start but not execute. */
export const multiWithoutExec: LineCheck = {
  code: 'multi-without-exec',
  severity: 'warning',
  check: (line) => {
    const token = tokensOf(line, 0).find(({ word }) => word === '+multi' || word === '-exec')
    if (token === undefined || !allows(line, 'multi') || allows(line, 'exec')) return []
    const rules = ['exec', 'discard'].flatMap((name) => (allows(line, name) ? [] : [`+${name}`]))
    return [
      onToken(
        token,
        'MULTI is allowed but EXEC is denied: a denied EXEC discards the transaction, so queued commands never run.',
        null,
        [addRules(line, rules, `Add ${rules.join(' ')}`)],
      ),
    ]
  },
}
