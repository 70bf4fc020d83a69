import type { Bytes } from '../acl/bytes'
import { compileGlob } from '../acl/glob'

/** Names that a pattern matches and names that it does not, each asked of the matcher that decides access. */
export interface PatternExamples {
  /** Existing names first. */
  readonly matches: readonly Bytes[]
  /** Near misses first: what somebody might think is matched. */
  readonly misses: readonly Bytes[]
  /** How many of the existing names match. */
  readonly existing: number
}

/** Longer patterns are not looked into: examples of them would not fit anywhere. */
const MAX_LENGTH = 200

/**
 * Makes examples of what a pattern matches and does not, out of the pattern itself and of names that exist. Every
 * example was tried, so a kind may have none (`*` misses no name but the empty one).
 * @param names those that exist: keys of a database, or channels
 * @param most examples of each kind
 */
export function patternExamples(pattern: Bytes, names: readonly Bytes[], most = 3): PatternExamples {
  const glob = compileGlob(pattern)
  const existing = names.filter((name) => glob.matches(name))
  const { hits, near } = pattern.length > MAX_LENGTH ? { hits: [], near: [] } : candidates(pattern)
  const tried = (wanted: boolean, list: readonly Bytes[]): Bytes[] =>
    [...new Set(list)].filter((name) => name !== '' && glob.matches(name) === wanted)
  const made = tried(true, hits)
  // One made example shows what the existing names do not, so a place is kept for it.
  const shown = existing.slice(0, made.length > 0 ? most - 1 : most)
  return {
    matches: [...new Set([...shown, ...made])].slice(0, most),
    misses: tried(false, [...near, ...names.filter((name) => name[0] === pattern[0])]).slice(0, most),
    existing: existing.length,
  }
}

/** A pattern's parts, each with texts that it matches and one that it was perhaps thought to match. */
interface Part {
  readonly fits: readonly Bytes[]
  /** What stands there when the part is read as in a shell or is overlooked; null where no reading suggests itself. */
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
      // Letter case counts; the beginning must be there; a prefix stops short of its delimiter.
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

/** A star takes anything, delimiters and nothing at all included: the third example shows it. */
const starPart = (alone: boolean): Part =>
  alone ? { fits: ['app:1', 'x', 'a:b:c'], misread: null } : { fits: ['1', 'a:b', ''], misread: null }

function classEnd(pattern: Bytes, from: number): number {
  let i = from + 1
  if (pattern[i] === '^') i++
  for (; i < pattern.length && pattern[i] !== ']'; i++) if (pattern[i] === '\\') i++
  return Math.min(i + 1, pattern.length)
}

/** Members are found by asking the matcher about every byte that can be read. */
function classPart(text: Bytes): Part {
  const glob = compileGlob(text)
  const readable = [...'0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_.!^:']
  const fits = readable.filter((c) => glob.matches(c))
  // In a shell `!` turns a class around; servers know `^` only.
  const shell = /^\[!(.)/.test(text) ? readable.find((c) => !glob.matches(c)) : undefined
  return {
    fits: fits.length > 0 ? fits : [text[1] ?? ''],
    misread: shell ?? readable.find((c) => !glob.matches(c)) ?? null,
  }
}
