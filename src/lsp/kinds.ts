import { isTargetId, type TargetId } from '../targets/list'

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

/** The number of lines that may name the target, from the first. */
const HEAD = 20

/** Returns the target that a comment names, `# acl-playground: target=redis-7.2`; null where none does. */
export function targetIn(text: string): TargetId | null {
  for (const line of text.split('\n', HEAD)) {
    const id = /^\s*#\s*acl-playground:\s*target=(\S+)\s*$/.exec(line)?.[1]
    if (id !== undefined && isTargetId(id)) return id
  }
  return null
}
