import { readFileSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { fromText, fromUint8, toText } from '../acl/bytes'
import { parseConfigFile } from '../server/config-file'
import { decoded, type FileKind } from './kinds'

/** The largest file that is read beside the open one. */
const LARGEST = 16 * 1024 * 1024

/** A file that belongs to a server, by its address. */
export interface ProjectFile {
  readonly uri: string
  readonly text: string
}

/** The files of one server: the open one and those beside it. */
export type Project = Readonly<Record<FileKind, ProjectFile | null>>

/** Returns the text of an open document; undefined where it is not open. */
export type OpenText = (uri: string) => string | undefined

/**
 * Returns the files that belong together: `users.acl`, `users.expect` and `redis.conf` or `valkey.conf` in one folder. A
 * redis.conf belongs to users.acl where it names that file, or none.
 */
export function projectOf(uri: string, kind: FileKind, open: OpenText): Project | null {
  const own = read(uri, open)
  if (own === null) return null
  const folder = uri.slice(0, uri.lastIndexOf('/') + 1)
  const name = uri.slice(folder.length)
  const beside = (...names: readonly string[]): ProjectFile | null => {
    for (const one of names) {
      const found = read(folder + one, open)
      if (found !== null) return found
    }
    return null
  }
  switch (kind) {
    case 'acl':
      return {
        acl: own,
        conf: ownedBy(name, beside('redis.conf', 'valkey.conf')),
        expect: beside(name.replace(/\.acl$/i, '.expect')),
      }
    case 'expect': {
      const acl = beside(name.replace(/\.expect$/i, '.acl'), 'users.acl')
      const aclName = acl?.uri.slice(folder.length) ?? ''
      return { acl, conf: ownedBy(aclName, beside('redis.conf', 'valkey.conf')), expect: own }
    }
    case 'conf': {
      const acl = aclFileOf(own.text)
      const file = acl === null ? null : beside(encodeURIComponent(acl))
      return {
        acl: file,
        conf: own,
        expect: file === null ? null : beside(encodeURIComponent(acl?.replace(/\.acl$/i, '.expect') ?? '')),
      }
    }
  }
}

function ownedBy(acl: string, conf: ProjectFile | null): ProjectFile | null {
  if (conf === null) return null
  const named = aclFileOf(conf.text)
  return named === null || named === decoded(acl) ? conf : null
}

/** Returns the name of the ACL file that a redis.conf names, without its folder; null where it names none. */
export function aclFileOf(conf: string): string | null {
  const lines = parseConfigFile(fromText(conf)).filter(({ words }) => words?.[0] === 'aclfile' && words.length === 2)
  const path = toText(lines.at(-1)?.words?.[1] ?? '')
  return path === '' ? null : path.slice(path.lastIndexOf('/') + 1)
}

/** Reads a file: the open document, or else the file on disk; null where there is none, or it is very large. */
export function read(uri: string, open: OpenText): ProjectFile | null {
  const text = open(uri)
  if (text !== undefined) return { uri, text }
  if (!uri.startsWith('file:')) return null
  try {
    const path = fileURLToPath(uri.replace(/%(?![\da-f]{2})/gi, '%25'))
    const stats = statSync(path)
    return !stats.isFile() || stats.size > LARGEST ? null : { uri, text: toText(fromUint8(readFileSync(path))) }
  } catch {
    return null
  }
}
