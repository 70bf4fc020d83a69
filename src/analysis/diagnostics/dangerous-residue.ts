import { takesKeys, type CommandTable } from '../../acl/command'
import { commandTitle } from '../command-title'
import { memoizePair } from '../memoize'
import { allowedBy, listSome, tokensOf, userAllows } from './facts'
import { onToken, type LineCheck } from './line'

const missed = ['info', 'keys', 'sort', 'client', 'client|list', 'cluster', 'acl|whoami']
const stays = ['eval', 'function|load', 'function|flush', 'script|flush', 'script|kill']

const titles = (names: readonly string[]): string => listSome(names.map(commandTitle), 7)

/**
 * Returns the commands that clients send and -@dangerous denies. Empty where INFO is allowed: the author of such a line
 * considered them.
 */
const lost = memoizePair((table: CommandTable, given: readonly string[]) => {
  const names = missed.filter((name) => !given.includes(name) && table.find(name)?.categories.includes('dangerous'))
  return names.includes('info') ? `This also denies ${titles(names)}, which clients and tools send.` : ''
})

/** Commands that affect all data and that -@admin leaves allowed. */
const sweeping = ['flushall', 'flushdb', 'swapdb', 'keys', 'migrate', 'restore', 'function|flush', 'script|flush']

/** `+@all -@dangerous` and `+@all -@admin` deny what clients need, or allow commands that affect other users. */
export const dangerousResidue: LineCheck = {
  code: 'dangerous-residue',
  severity: 'info',
  check: (line) => {
    const tokens = tokensOf(line, 0)
    const rule = tokens.find(({ word }) => word === '-@dangerous')
    if (line.user === null || !tokens.some((token) => token.rule?.toLowerCase() === '+@all')) return []
    if (rule === undefined) {
      const admin = tokens.find(({ word }) => word === '-@admin')
      const left = admin === undefined ? [] : userAllows(line, sweeping)
      return admin === undefined || left.length === 0
        ? []
        : [
            {
              ...onToken(
                admin,
                `It still allows ${titles(left)}, which are not in @admin.`,
                'To deny them as well, write -@dangerous, and allow +info again for clients.',
              ),
              group: titles(left),
              // Those with keys are allowed on keys that the patterns match.
              claims: () =>
                left.flatMap((name) => {
                  const command = line.target.table.find(name)
                  return command === undefined || takesKeys(command) ? [] : [{ argv: name.split('|'), allowed: true }]
                }),
            },
          ]
    }
    const text = lost(line.target.table, userAllows(line, missed))
    const left = allowedBy(line.user.own, stays)
    if (text === '' && left.length === 0) return []
    return [
      {
        ...onToken(
          rule,
          [text, left.length > 0 ? `It still allows ${titles(left)}.` : ''].filter((part) => part !== '').join(' '),
          text === ''
            ? 'To deny scripts and functions as well, write -@scripting.'
            : 'Most client libraries need +info.',
        ),
        group: text + titles(left),
      },
    ]
  },
}
