import { allows, tokensOf } from './facts'
import { onToken, type Advice } from './line'

const missed = ['info', 'keys', 'sort', 'client', 'client|list', 'cluster', 'acl|whoami']
const kept = ['eval', 'function|load', 'function|flush', 'script|flush', 'script|kill', 'scan']

/** `+@all -@dangerous` takes away what clients need, and keeps what may surprise. */
export const dangerousResidue: Advice = {
  code: 'dangerous-residue',
  severity: 'info',
  check: (line) => {
    const tokens = tokensOf(line, 0)
    const rule = tokens.find(({ text }) => text.toLowerCase() === '-@dangerous')
    if (rule === undefined || line.user === null || !tokens.some(({ text }) => text.toLowerCase() === '+@all')) return []
    const exists = (name: string): boolean => line.target.table.find(name) !== undefined
    const lost = missed.filter((name) => exists(name) && !allows(line, name) && line.target.table.find(name)?.categories.includes('dangerous'))
    const left = kept.filter((name) => exists(name) && allows(line, name))
    if (lost.length === 0 && left.length === 0) return []
    const upper = (names: readonly string[]): string => names.map((name) => name.replace('|', ' ').toUpperCase()).join(', ')
    return [onToken(rule, [lost.length > 0 ? `This also takes ${upper(lost)} away, which clients and tools ask for.` : '', left.length > 0 ? `It leaves ${upper(left)}.` : ''].filter((part) => part !== '').join(' '), lost.includes('info') ? 'Most client libraries want +info.' : null)]
  },
}
