import type { CommandTable } from '../../acl/command'
import { memoizePair } from '../memoize'
import { tokensOf, userAllows } from './facts'
import { onToken, type Advice } from './line'

const missed = ['info', 'keys', 'sort', 'client', 'client|list', 'cluster', 'acl|whoami']
const stays = ['eval', 'function|load', 'function|flush', 'script|flush', 'script|kill', 'scan']

const upper = (names: readonly string[]): string => names.map((name) => name.replace('|', ' ').toUpperCase()).join(', ')

/** What @dangerous took of the commands that clients ask for, in a sentence; empty where it took none. */
const lost = memoizePair((table: CommandTable, given: readonly string[]) => {
  const names = missed.filter((name) => !given.includes(name) && table.find(name)?.categories.includes('dangerous'))
  return {
    info: names.includes('info'),
    text: names.length === 0 ? '' : `This also takes ${upper(names)} away, which clients and tools ask for.`,
  }
})

/** `+@all -@dangerous` takes away what clients need, and keeps what may surprise. */
export const dangerousResidue: Advice = {
  code: 'dangerous-residue',
  severity: 'info',
  check: (line) => {
    const tokens = tokensOf(line, 0)
    const rule = tokens.find(({ word }) => word === '-@dangerous')
    if (rule === undefined || line.user === null || !tokens.some((token) => token.rule?.toLowerCase() === '+@all'))
      return []
    const { info, text } = lost(line.target.table, userAllows(line, missed))
    const left = userAllows(line, stays)
    if (text === '' && left.length === 0) return []
    return [
      onToken(
        rule,
        [text, left.length > 0 ? `It leaves ${upper(left)}.` : ''].filter((part) => part !== '').join(' '),
        info ? 'Most client libraries want +info.' : null,
      ),
    ]
  },
}
