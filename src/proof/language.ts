import type { Bytes } from '../acl/bytes'
import { compileGlob } from '../acl/glob'

/**
 * A set of byte strings: keys, channels or first arguments. The union of its members; a member is the intersection of its
 * patterns.
 */
export interface Language {
  /** Every string, the empty one too (`~*`, `allkeys`). */
  readonly all: boolean
  readonly members: readonly (readonly Bytes[])[]
}

export const everything: Language = { all: true, members: [] }
export const nothing: Language = { all: false, members: [] }

/** The union of patterns. */
export function union(patterns: readonly Bytes[]): Language {
  return { all: false, members: patterns.map((pattern) => [pattern]) }
}

/** What is in both languages. */
export function intersection(a: Language, b: Language): Language {
  if (a.all) return b
  if (b.all) return a
  return { all: false, members: a.members.flatMap((x) => b.members.map((y) => [...x, ...y])) }
}

/** Tells whether a string is in a language. */
export function contains(language: Language, text: Bytes): boolean {
  return (
    language.all || language.members.some((member) => member.every((pattern) => compileGlob(pattern).matches(text)))
  )
}

/** A text that is the same for languages written alike, to look results up by. */
export function keyOf(language: Language): Bytes {
  return language.all
    ? '*'
    : language.members.map((member) => member.map((p) => `${p.length}:${p}`).join('&')).join('|')
}
