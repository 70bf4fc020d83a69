import { tokensOf, userAllows } from './facts'
import { onToken, type Advice } from './line'

const missed = ['info', 'keys', 'sort', 'client', 'client|list', 'cluster', 'acl|whoami']
const kept = ['eval', 'function|load', 'function|flush', 'script|flush', 'script|kill', 'scan']

/** `+@all -@dangerous` takes away what clients need, and keeps what may surprise. */
export const dangerousResidue: Advice = {
  code: 'dangerous-residue',
  severity: 'info',
  check: (line) => {
    const tokens = tokensOf(line, 0)
    const rule = tokens.find(({ word }) => word === '-@dangerous')
    if (rule === undefined || line.user === null || !tokens.some((token) => token.rule?.toLowerCase() === '+@all')) return []
    const given = userAllows(line, missed)
    const lost = missed.filter((name) => !given.includes(name) && line.target.table.find(name)?.categories.includes('dangerous'))
    const left = userAllows(line, kept)
    if (lost.length === 0 && left.length === 0) return []
    const upper = (names: readonly string[]): string => names.map((name) => name.replace('|', ' ').toUpperCase()).join(', ')
    return [onToken(rule, [lost.length > 0 ? `This also takes ${upper(lost)} away, which clients and tools ask for.` : '', left.length > 0 ? `It leaves ${upper(left)}.` : ''].filter((part) => part !== '').join(' '), lost.includes('info') ? 'Most client libraries want +info.' : null)]
  },
}
