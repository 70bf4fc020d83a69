import { tokensOf, userAllows } from './facts'
import { addRules, onToken, type Advice, type UserLine } from './line'

const missed = ['ping', 'select', 'multi', 'exec', 'eval', 'publish']
const offered = ['ping', 'select', 'multi', 'exec']

function missing(line: UserLine): string[] {
  const given = userAllows(line, missed)
  return missed.filter((name) => !given.includes(name))
}

/** `+@read +@write`: what touches no key is in neither. */
export const readWriteGaps: Advice = {
  code: 'read-write-gaps',
  severity: 'info',
  check: (line) => {
    const token = tokensOf(line, 0).findLast(({ word }) => word === '+@read' || word === '+@write')
    if (token === undefined || line.user === null) return []
    const lacks = missing(line)
    const offer = offered.filter((name) => lacks.includes(name))
    if (!lacks.includes('ping') || !lacks.includes('select') || !lacks.includes('multi')) return []
    const rules = offer.map((name) => `+${name}`)
    return [onToken(token, `@read and @write hold no ${lacks.map((name) => name.toUpperCase()).join(', ')}.`, 'Libraries send PING to test a connection; a SELECT that is refused leaves the client in database 0.', [addRules(line, rules, `Add ${rules.join(' ')}`)])]
  },
}
