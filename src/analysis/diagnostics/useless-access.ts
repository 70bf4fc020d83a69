import { READ, WRITE, type Access, type Command } from '../../acl/command'
import type { Selector } from '../../acl/users'
import { formsFor } from '../../proof/forms'
import type { Target } from '../../targets/target'
import { commandTitle } from '../command-title'
import { patternsAllow } from '../key-access/needs'
import { tokensOf } from './facts'
import { onEach, onEachSelector, onToken, type LineCheck } from './line'

const words: Readonly<Record<Access, string>> = {
  0: 'any access',
  1: 'reading',
  2: 'writing',
  3: 'reading and writing',
}

/**
 * Returns the access to some key that every line of a command needs and no pattern of a selector grants; null where the
 * patterns allow a line. The shortest lines are judged: `SET` without `GET`.
 */
function missing(selector: Selector, command: Command, target: Target): Access | null {
  if (patternsAllow(selector, target, command)) return null
  const forms = (formsFor(target, command)?.forms ?? []).filter(({ unusual }) => !unusual)
  const lacking = forms.flatMap(({ fixed }) =>
    fixed.flatMap(({ kind, access }) =>
      kind === 'key' && access !== null && !selector.keys.some((key) => (key.access & access) === access)
        ? [access]
        : [],
    ),
  )
  return lacking[0] ?? null
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
        if (command === undefined || !selector.commands.has(command.index)) return []
        const lacks = missing(selector, command, line.target)
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
