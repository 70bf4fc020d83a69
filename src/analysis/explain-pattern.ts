import type { Bytes } from '../acl/bytes'
import { compileGlob } from '../acl/glob'

/** Example names that a pattern matches and does not match, verified by the matcher that decides access. */
export interface PatternExamples {
  /** Existing names first. */
  readonly matches: readonly Bytes[]
  /** Near misses first: names that might be expected to match. */
  readonly misses: readonly Bytes[]
  /** The number of existing names that match. */
  readonly existing: number
}

/** The maximum length of a pattern for which examples are made: longer examples could not be displayed. */
const MAX_LENGTH = 200

/**
 * Returns examples of names that a pattern matches and does not match, derived from the pattern and from existing
 * names. Every example is verified, so a kind may be empty (`*` only misses the empty name).
 * @param names existing keys of a database, or channels
 * @param most the maximum number of examples of each kind
 */
export function patternExamples(pattern: Bytes, names: readonly Bytes[], most = 3): PatternExamples {
  const glob = compileGlob(pattern)
  const existing = names.filter((name) => glob.matches(name))
  const { hits, near } = pattern.length > MAX_LENGTH ? { hits: [], near: [] } : candidates(pattern)
  const verified = (wanted: boolean, list: readonly Bytes[]): Bytes[] =>
    [...new Set(list)].filter((name) => name !== '' && glob.matches(name) === wanted)
  const made = verified(true, hits)
  // Leaves room for a derived example, which shows more than existing names do.
  const shown = existing.slice(0, made.length > 0 ? most - 1 : most)
  return {
    matches: [...new Set([...shown, ...made])].slice(0, most),
    misses: verified(false, [...near, ...names.filter((name) => name[0] === pattern[0])]).slice(0, most),
    existing: existing.length,
  }
}

/** A part of a pattern, with texts that it matches and a text that it might be expected to match. */
interface Part {
  readonly fits: readonly Bytes[]
  /** The text if the part is read as in a shell, or is overlooked; null where there is no such reading. */
  readonly misread: Bytes | null
}

function candidates(pattern: Bytes): { readonly hits: readonly Bytes[]; readonly near: readonly Bytes[] } {
  const parts = partsOf(pattern)
  const line = (pick: (part: Part, at: number) => Bytes): Bytes => parts.map(pick).join('')
  const first = line((part) => part.fits[0] ?? '')
  const hits = [
    first,
    line((part) => part.fits[1] ?? part.fits[0] ?? ''),
    line((part) => part.fits[2] ?? part.fits[0] ?? ''),
  ]
  const misread = parts.flatMap((part, at) =>
    part.misread === null ? [] : [line((other, i) => (i === at ? (part.misread ?? '') : (other.fits[0] ?? '')))],
  )
  const start = /^[^*?[\\]*/.exec(pattern)?.[0] ?? ''
  const literal = pattern !== '' && start.length === pattern.length
  return {
    hits,
    near: [
      ...misread,
      ...(literal ? [`${pattern}:1`, `${pattern}s`] : []),
      // Misses by letter case, by a missing start, and by a prefix without its delimiter.
      ...(/[:/.|_-]$/.test(start)
        ? [start.slice(0, -1), `${start.slice(0, -1)}${start.at(-2) === 's' ? '2' : 's'}${start.slice(-1)}1`]
        : []),
      ...(start === '' ? [] : [swapCase(first), `my${first}`]),
      ...(start === '' && pattern !== '' ? [`${first}x`, `x${first}`] : []),
    ],
  }
}

const swapCase = (name: Bytes): Bytes => name.replace(/[a-zA-Z]/, (c) => (c >= 'a' ? c.toUpperCase() : c.toLowerCase()))

function partsOf(pattern: Bytes): Part[] {
  const parts: Part[] = []
  for (let i = 0; i < pattern.length;) {
    const c = pattern[i] ?? ''
    const end = c === '[' ? classEnd(pattern, i) : c === '\\' && i + 1 < pattern.length ? i + 2 : i + 1
    const text = pattern.slice(i, end)
    if (c === '*')
      parts.push(
        parts.length > 0 && pattern[i - 1] === '*'
          ? { fits: [''], misread: null }
          : starPart(parts.length === 0 && end === pattern.length),
      )
    else if (c === '?') parts.push({ fits: ['1', 'x', '-'], misread: '' })
    else if (c === '[') parts.push(classPart(text))
    else if (c === '\\') parts.push({ fits: [text.slice(1)], misread: text.slice(1) === '*' ? '1' : null })
    else parts.push({ fits: [c], misread: null })
    i = end
  }
  return parts
}

/**
 * Returns the part for a star, which matches anything, including delimiters and nothing: the third example shows that.
 */
const starPart = (alone: boolean): Part =>
  alone ? { fits: ['app:1', 'x', 'a:b:c'], misread: null } : { fits: ['1', 'a:b', ''], misread: null }

function classEnd(pattern: Bytes, from: number): number {
  let i = from + 1
  if (pattern[i] === '^') i++
  for (; i < pattern.length && pattern[i] !== ']'; i++) if (pattern[i] === '\\') i++
  return Math.min(i + 1, pattern.length)
}

/** Returns the part for a character class. Finds its members by matching every printable byte. */
function classPart(text: Bytes): Part {
  const glob = compileGlob(text)
  const readable = [...'0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_.!^:']
  const fits = readable.filter((c) => glob.matches(c))
  // In a shell, `!` negates a class; servers only support `^`.
  const shell = /^\[!(.)/.test(text) ? readable.find((c) => !glob.matches(c)) : undefined
  return {
    fits: fits.length > 0 ? fits : [text[1] ?? ''],
    misread: shell ?? readable.find((c) => !glob.matches(c)) ?? null,
  }
}
