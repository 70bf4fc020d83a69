import { type Bytes, fromText, toText } from '../../acl/bytes'
import type { Users } from '../../acl/users'
import { canLogIn } from '../../acl/user'

/** A user that the console can run commands as, or the reason why it cannot. */
export interface RunAsUser {
  readonly name: Bytes
  readonly label: string
  /** The reason why nobody can log in as this user; null where the console can. */
  readonly why: string | null
}

/** Matches the lines of users.acl that define a user. */
const userLine = /^[ ]*user +([^ \r\n]+)/gm

/** Returns the name of the user that a line of users.acl defines; null for other lines. */
export function userOfLine(line: string): string | null {
  return /^[ ]*user +([^ \r\n]+)/.exec(line)?.[1] ?? null
}

/**
 * Returns the users in memory, and those of the file that the server did not load.
 * @param acl users.acl; empty where the server does not read it
 */
export function usersToRunAs(users: Users, acl: string): readonly RunAsUser[] {
  const inMemory = [...users].map((user): RunAsUser => {
    const why = canLogIn(user) ? null : user.enabled ? 'has no password' : 'is off'
    return { name: user.name, label: toText(user.name), why }
  })
  const known = new Set(inMemory.map(({ label }) => label))
  const inFile = new Set([...acl.matchAll(userLine)].map(([, name = '']) => name).filter((name) => !known.has(name)))
  return [
    ...inMemory,
    ...[...inFile].map((label) => ({
      name: fromText(label),
      label,
      why: 'is not loaded: the server rejects the file',
    })),
  ]
}
