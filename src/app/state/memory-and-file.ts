import { type Bytes, fromText, toText } from '../../acl/bytes'
import { loadAclFile, printAclFile } from '../../acl/load'
import type { Server } from '../../server/types'

/** A user that memory and file do not describe alike, each as a server prints it; null where one has no such user. */
export interface Difference {
  readonly user: string
  readonly file: string | null
  readonly memory: string | null
}

const inOrder = (text: Bytes): string => text.split('\n').sort().join('\n')

/** Tells whether loading this text would change nothing in the server's memory. */
export function agree(server: Server, text: string): boolean {
  const read = loadAclFile(server.users, fromText(text), 'users.acl')
  return read.ok && inOrder(printAclFile(read.users.values())) === inOrder(server.aclText())
}

/** The users on which memory and file differ; none where the file would be refused. */
export function differences(server: Server, text: string): readonly Difference[] {
  const read = loadAclFile(server.users, fromText(text), 'users.acl')
  if (!read.ok) return []
  const inMemory = [...server.users].map((user) => user.name).filter((name) => !read.users.has(name))
  return [...read.users.keys(), ...inMemory].sort().flatMap((name) => {
    const file = read.users.get(name)?.describe() ?? null
    const memory = server.users.get(name)?.describe() ?? null
    return file === memory ? [] : [{ user: toText(name), file: file && toText(file), memory: memory && toText(memory) }]
  })
}
