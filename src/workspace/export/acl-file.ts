import { fromText, toText, type Bytes } from '../../acl/bytes'
import { inOrder, loadAclFile } from '../../acl/load'
import type { Role } from '../../acl/role'
import type { User } from '../../acl/user'
import { Users } from '../../acl/users'
import type { Target } from '../../targets/target'
import { holdRule, holdsName } from '../../analysis/user-line'
import { rulesOfRole, rulesOfUser } from '../../analysis/user-rules'
import { clip } from './rules'
import type { ExportNote, ExportOptions } from './types'

/**
 * Writes users as a users.acl file that the target loads: like ACL SAVE, but with quotes in selectors that need them.
 * The result is loaded to verify that it gives the same users.
 */
export function aclFileText({ users, roles, target }: ExportOptions): {
  readonly text: string
  readonly notes: ExportNote[]
} {
  const notes: ExportNote[] = []
  const written: User[] = []
  const lines: string[] = inOrder(roles).map((role) => roleLine(role, notes))
  for (const user of inOrder(users)) {
    const line = userLine(user, notes)
    if (line === null) continue
    lines.push(line)
    written.push(user)
  }
  const text = lines.map((line) => `${line}\n`).join('')
  notes.push(...readAgain(text, written, target))
  return { text, notes }
}

/** Returns the line of a role. Its name is plain; a rule that cannot be written is left out, which takes rights from its holders. */
function roleLine(role: Role, notes: ExportNote[]): string {
  const words = rulesOfRole(role).flatMap((rule): Bytes[] => {
    const held = holdRule(rule)
    if (held.kind !== 'lost') return [held.text]
    notes.push({
      kind: 'lost',
      user: null,
      message: `The role ${toText(role.name)}: ${clip(rule)} ${held.why}. The rule was left out.`,
    })
    return []
  })
  return toText(['role', role.name, ...words].join(' '))
}

function userLine(user: User, notes: ExportNote[]): string | null {
  if (!holdsName(user.name)) {
    notes.push({
      kind: 'lost',
      user: clip(user.name),
      message: 'A name that is empty or not UTF-8 text cannot be written. The user was left out.',
    })
    return null
  }
  const words: Bytes[] = []
  for (const rule of rulesOfUser(user)) {
    const held = holdRule(rule)
    if (held.kind === 'lost') {
      notes.push({
        kind: 'lost',
        user: toText(user.name),
        message: `${clip(rule)} ${held.why}. The user was left out.`,
      })
      return null
    }
    words.push(held.text)
  }
  return toText(['user', user.name, ...words].join(' '))
}

/** Returns notes on users that a server would read differently. */
function readAgain(text: string, written: readonly User[], target: Target): ExportNote[] {
  const loaded = loadAclFile(new Users(target.table, target.behaviours), fromText(text), 'users.acl')
  if (!loaded.ok)
    return loaded.problems.map(({ message }) => ({
      kind: 'lost',
      user: null,
      message: `${target.label} would refuse this: ${toText(message)}`,
    }))
  return written.flatMap((user): ExportNote[] =>
    loaded.users.get(user.name)?.describe() === user.describe()
      ? []
      : [{ kind: 'lost', user: toText(user.name), message: `${target.label} would not read this user back as it is.` }],
  )
}
