import { type Bytes, toText } from '../../acl/bytes'
import { loadAclFile } from '../../acl/load'
import type { Server } from '../../server/types'
import { isSame } from '../state/memory-and-file'

/** A user that memory and file do not describe alike, each as a server prints it; null where one has no such user. */
export interface Difference {
  readonly user: string
  readonly file: string | null
  readonly memory: string | null
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
