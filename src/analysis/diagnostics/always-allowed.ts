import { commandTitle } from '../command-title'
import type { CommandTable } from '../../acl/command'
import { listSome, tokensOf } from './facts'
import { cuts, onEachSelector, onToken, removeToken, safe, type LineCheck } from './line'

/** Returns true for a rule (lower case) that denies a command which servers allow before log-in. */
function isAlwaysAllowed(table: CommandTable, word: string): boolean {
  return /^-[a-z]+$/.test(word) && table.find(word.slice(1))?.flags.has('no_auth') === true
}

/** `-auth`: every user may run the commands that a server allows before log-in. Reported once per selector. */
export const alwaysAllowed: LineCheck = {
  code: 'always-allowed',
  severity: 'warning',
  check: (line) =>
    onEachSelector(line, (_, i) => {
      const tokens = tokensOf(line, i)
      // Where no category was allowed before it, a denial is redundant anyway.
      const start = tokens.findIndex(({ rule }) => rule?.[0] === '+' && rule.includes('@'))
      const denials =
        start < 0 ? [] : tokens.slice(start).filter(({ word }) => isAlwaysAllowed(line.target.table, word))
      const [first] = denials
      if (first === undefined) return []
      const names = listSome(denials.map(({ word }) => commandTitle(word.slice(1))))
      return [
        denials.length === 1
          ? onToken(first, `This rule has no effect: every client may run ${names}.`, null, [safe(removeToken(first))])
          : onToken(first, `${denials.length} rules have no effect: every client may run ${names}.`, null, () => [
              safe({ label: `Remove the ${denials.length} rules`, edits: cuts(denials) }),
            ]),
      ]
    }),
}
