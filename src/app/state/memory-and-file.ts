import { type Bytes, toText } from '../../acl/bytes'
import { loadAclFile } from '../../acl/load'
import type { User } from '../../acl/user'
import type { Server } from '../../server/types'

/** A user that memory and file do not describe alike, each as a server prints it; null where one has no such user. */
export interface Difference {
  readonly user: string
  readonly file: string | null
  readonly memory: string | null
}

/** Tells whether loading this file would change nothing in the server's memory. */
export function agree(server: Server, content: Bytes): boolean {
  const read = loadAclFile(server.users, content, 'users.acl')
  if (!read.ok) return false
  const file = read.users.has('default')
    ? read.users
    : new Map(read.users).set('default', server.users.newDefaultUser())
  if (file.size !== server.users.size) return false
  for (const user of server.users) {
    const other = file.get(user.name)
    if (other === undefined || !isSame(other, user)) return false
  }
  return true
}

/** Tells whether two users are described alike. Users that a file was loaded into share the file's lists: those are the same at a glance. */
function isSame(a: User, b: User): boolean {
  const isShared =
    a.selectors === b.selectors &&
    a.passwords === b.passwords &&
    a.enabled === b.enabled &&
    a.nopass === b.nopass &&
    a.sanitize === b.sanitize
  return isShared || a.describe() === b.describe()
}

/** The users on which memory and file differ; none where the file would be refused. */
export function differences(server: Server, content: Bytes): readonly Difference[] {
  const read = loadAclFile(server.users, content, 'users.acl')
  if (!read.ok) return []
  const onlyInMemory = [...server.users].map((user) => user.name).filter((name) => !read.users.has(name))
  return [...read.users.keys(), ...onlyInMemory].sort().flatMap((name) => {
    const [inFile, inMemory] = [read.users.get(name), server.users.get(name)]
    if (inFile !== undefined && inMemory !== undefined && isSame(inFile, inMemory)) return []
    const [file, memory] = [inFile?.describe() ?? null, inMemory?.describe() ?? null]
    return [{ user: toText(name), file: file && toText(file), memory: memory && toText(memory) }]
  })
}
