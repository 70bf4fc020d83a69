import { allows, tokensOf } from './facts'
import { addRules, onToken, type Advice } from './line'

const missed = ['ping', 'select', 'multi', 'exec', 'eval', 'publish']
const offered = ['ping', 'select', 'multi', 'exec']

/** `+@read +@write`: what touches no key is in neither. */
export const readWriteGaps: Advice = {
  code: 'read-write-gaps',
  severity: 'info',
  check: (line) => {
    const token = tokensOf(line, 0).findLast(({ word }) => word === '+@read' || word === '+@write')
    if (token === undefined || line.user === null) return []
    const lacks = missed.filter((name) => !allows(line, name))
    const offer = offered.filter((name) => lacks.includes(name))
    if (!lacks.includes('ping') || !lacks.includes('select') || !lacks.includes('multi')) return []
    const rules = offer.map((name) => `+${name}`)
    return [onToken(token, `@read and @write hold no ${lacks.map((name) => name.toUpperCase()).join(', ')}.`, 'Libraries send PING to test a connection; a SELECT that is refused leaves the client in database 0.', [addRules(line, rules, `Add ${rules.join(' ')}`)])]
  },
}
