import { isTargetId, type TargetId } from '../targets/list'
import { chooseRelease } from '../targets/release-choice'

/** The kinds of files that the language server knows. */
export type FileKind = 'acl' | 'conf' | 'expect'

const byLanguage: Readonly<Record<string, FileKind>> = {
  'redis-acl': 'acl',
  'redis-conf': 'conf',
  'redis-expect': 'expect',
}

/** The patterns of the names that have a kind, for clients that watch files. */
export const watchedNames = ['**/*.{acl,expect}', '**/*{redis,valkey}*.conf']

/** Decodes a part of an address. Keeps what is no encoding as it is: `100%.acl` comes unencoded from some clients. */
export function decoded(part: string): string {
  try {
    return decodeURIComponent(part.replace(/%(?![\da-f]{2})/gi, '%25'))
  } catch {
    return part
  }
}

/** Returns the kind of a document by its language or its name; null for a file of another kind. */
export function kindOf(uri: string, languageId = ''): FileKind | null {
  const known = Object.hasOwn(byLanguage, languageId) ? byLanguage[languageId] : undefined
  if (known !== undefined) return known
  const name = decoded(uri.slice(uri.lastIndexOf('/') + 1)).toLowerCase()
  if (name.endsWith('.acl')) return 'acl'
  if (name.endsWith('.expect')) return 'expect'
  return /(?:redis|valkey)[\w.-]*\.conf$/.test(name) ? 'conf' : null
}

/** A target, and the exact release of it to decide as; null: the one that the target was made from. */
export interface ServerVersion {
  readonly target: TargetId
  readonly release: string | null
}

/** The number of lines that may name the server version, from the first. */
const HEAD = 20

/**
 * Returns the version that a comment names, `# acl-playground: target=redis-7.2` or `# acl-playground: server-version=7.4.5`;
 * null where none does.
 */
export function versionIn(text: string): ServerVersion | null {
  for (const line of text.split('\n', HEAD)) {
    const [, name, value = ''] = /^\s*#\s*acl-playground:\s*(target|server-version)=(\S+)\s*$/.exec(line) ?? []
    const found = name === 'target' ? versionOf(value) : name === undefined ? null : versionOf(undefined, value)
    if (found !== null) return found
  }
  return null
}

/** Returns the version of a target's id or of an exact release (`7.4.5`, `valkey-8.0.3`), or both; null where there is none. */
export function versionOf(target: unknown, release?: unknown): ServerVersion | null {
  const id = typeof target === 'string' && isTargetId(target) ? target : null
  if (typeof release !== 'string') return id === null ? null : { target: id, release: null }
  const chosen = chooseRelease(release, id)
  return 'problem' in chosen ? null : { target: chosen.target, release: chosen.version }
}
