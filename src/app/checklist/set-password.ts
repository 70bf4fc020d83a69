import { fromText } from '../../acl/bytes'
import { isResetOf } from '../../acl/rule'
import { Users } from '../../acl/users'
import { readUserLine, removeToken } from '../../analysis/diagnostics/line'
import type { Edit, Fix } from '../../analysis/diagnostic'
import type { Target } from '../../targets/target'

/** The treatment of the passwords that a user has. */
export type Earlier = 'replace' | 'keep'

/**
 * A fix that gives a user another password in users.acl; null where the file has no line for it. Of several lines the last
 * counts. `replace` takes the earlier passwords out of the line, and `nopass` with them; `keep` leaves them valid, as a
 * change of passwords in use needs.
 * @param rule `#` and the hash
 */
export function setPassword(acl: string, user: string, rule: string, earlier: Earlier, target: Target): Fix | null {
  const users = new Users(target.table, target.behaviours)
  let found: { readonly number: number; readonly edits: readonly Edit[] } | null = null
  let from = 0
  for (const [i, text] of acl.split('\n').entries()) {
    const line = text.startsWith('user') ? readUserLine(text, users, target) : null
    if (line !== null && line.name.text === fromText(user)) {
      const at = from
      // `nopass` in the line would empty the list of passwords, and `off` stays what it was.
      const gone = line.tokens.filter(
        ({ selector, parsed }) =>
          selector === 0 &&
          ((parsed.kind === 'flag' && parsed.flag === 'nopass') ||
            isResetOf(parsed, 'passwords') ||
            (earlier === 'replace' && parsed.kind === 'password')),
      )
      const cuts = gone
        .flatMap((token) => removeToken(token).edits)
        .map((edit) => ({ ...edit, from: at + edit.from, to: at + edit.to }))
      found = { number: i + 1, edits: [...cuts, { from: at + line.end, to: at + line.end, insert: ` ${rule}` }] }
    }
    from += text.length + 1
  }
  return found && { label: `Write its hash to line ${found.number}`, edits: found.edits }
}
