import { READ, WRITE, type Access, type Command } from '../../acl/command'
import type { Selector } from '../../acl/users'
import type { Target } from '../../targets/target'
import { commandTitle } from '../command-title'
import { keyNeeds } from '../key-access/needs'
import { memoize } from '../memoize'
import { tokensOf } from './facts'
import { onEach, onEachSelector, onToken, type LineCheck } from './line'

/** Returns the access that each command with keys needs, by command. */
const needsOf = memoize((target: Target): ReadonlyMap<Command, readonly Access[]> => {
  const needs = new Map<Command, Access[]>()
  for (const { command, needs: access } of keyNeeds(target)) needs.set(command, [...(needs.get(command) ?? []), access])
  return needs
})

const words: Readonly<Record<Access, string>> = { 0: '', 1: 'reading', 2: 'writing', 3: 'reading and writing' }

/** Returns the access that a command needs and no pattern of a selector grants; null where one grants it. */
function missing(selector: Selector, needs: readonly Access[]): Access | null {
  const lacking = needs.filter((need) => !selector.keys.some(({ access }) => (access & need) === need))
  // SET needs less without GET: one sufficient form is enough.
  return lacking.length === needs.length ? (lacking[0] ?? null) : null
}

/** `%W~a:* +get`: a command for which no key pattern of its selector grants enough access. */
export const uselessAccess: LineCheck = {
  code: 'useless-access',
  severity: 'warning',
  check: (line) =>
    onEachSelector(line, (selector, i) => {
      if (
        selector.allKeys ||
        selector.keys.length === 0 ||
        selector.keys.some(({ access }) => access === (READ | WRITE))
      )
        return []
      return onEach(tokensOf(line, i), (token) => {
        const command = /^\+[a-z_]+$/.test(token.word) ? line.target.table.find(token.word.slice(1)) : undefined
        const needs = command === undefined ? undefined : needsOf(line.target).get(command)
        if (command === undefined || needs === undefined || !selector.commands.has(command.index)) return []
        const lacks = missing(selector, needs)
        return lacks === null
          ? []
          : [
              onToken(
                token,
                `${commandTitle(command.name)} is of no use ${i === 0 ? 'here' : 'in this selector'}: it needs a key for ${words[lacks]}, and no single pattern grants that.`,
                lacks === (READ | WRITE) ? 'Grant its keys for both with ~ (or %RW~).' : null,
              ),
            ]
      })
    }),
}
