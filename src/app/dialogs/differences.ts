import { type Bytes, toText } from '../../acl/bytes'
import { loadAclFile } from '../../acl/load'
import type { Role } from '../../acl/role'
import type { User } from '../../acl/user'
import type { Server } from '../../server/types'
import { isSame, isSameRole } from '../../server/memory-and-file'

/** A role or user that memory and file do not describe alike, each as a server prints it; null where one has no such role or user. */
export interface Difference {
  readonly of: 'role' | 'user'
  readonly name: string
  readonly file: string | null
  readonly memory: string | null
}

/** The roles and users on which memory and file differ; none where the file would be refused. */
export function differences(server: Server, content: Bytes): readonly Difference[] {
  const read = loadAclFile(server.users, content, 'users.acl')
  if (!read.ok) return []
  const { users } = server
  return [
    ...between('role', read.roles, users.roles, isSameRole),
    ...between('user', read.users, new Map([...users].map((user) => [user.name, user])), isSame),
  ]
}

function between<T extends Role | User>(
  of: Difference['of'],
  file: ReadonlyMap<Bytes, T>,
  memory: ReadonlyMap<Bytes, T>,
  isAlike: (a: T, b: T) => boolean,
): readonly Difference[] {
  const textOf = (one: T | undefined): string | null => (one === undefined ? null : toText(one.describe()))
  return [...new Set([...file.keys(), ...memory.keys()])].sort().flatMap((name) => {
    const [inFile, inMemory] = [file.get(name), memory.get(name)]
    if (inFile !== undefined && inMemory !== undefined && isAlike(inFile, inMemory)) return []
    return [{ of, name: toText(name), file: textOf(inFile), memory: textOf(inMemory) }]
  })
}
