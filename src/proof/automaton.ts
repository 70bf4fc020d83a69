import type { Bytes } from '../acl/bytes'
import { compileGlob } from '../acl/glob'

/**
 * A glob as a nondeterministic automaton over bytes. State `i` has matched the first `i` parts that are not stars; a loop at
 * a state is a star there.
 */
export interface Automaton {
  readonly pattern: Bytes
  /** For each part, a flag for each byte that it matches. */
  readonly parts: readonly Uint8Array[]
  /** For each state, from 0 to `parts.length`: true if a star is there. */
  readonly loops: readonly boolean[]
}

/** The number of stars from which Redis rejects a pattern (`compileGlob`); patterns near it are left undecided. */
const MAX_STARS = 1000

const known = new Map<Bytes, Automaton | null>()
const MAX_KNOWN = 50_000

/**
 * Returns the automaton of a pattern, as servers match it (`stringmatchlen`), for names of one byte or more; null where the
 * pattern has more stars than a server follows. Takes time proportional to the pattern's length; the last 50,000 are cached.
 */
export function automatonOf(pattern: Bytes): Automaton | null {
  const cached = known.get(pattern)
  if (cached !== undefined) return cached
  const made = build(pattern)
  if (known.size >= MAX_KNOWN) known.clear()
  known.set(pattern, made)
  return made
}

function build(pattern: Bytes): Automaton | null {
  const parts: Uint8Array[] = []
  const loops: boolean[] = [false]
  let stars = 0
  for (const part of partsOf(pattern)) {
    if (part === '*') {
      if (loops[parts.length] === false) stars++
      loops[parts.length] = true
    } else {
      parts.push(setOf(part))
      loops.push(false)
    }
  }
  return stars > MAX_STARS ? null : { pattern, parts, loops }
}

/** Returns the parts of a pattern: a star, a class, or what stands for one byte. */
export function partsOf(pattern: Bytes): Bytes[] {
  const parts: Bytes[] = []
  for (let i = 0; i < pattern.length;) {
    const end = partEnd(pattern, i)
    parts.push(pattern.slice(i, end))
    i = end
  }
  return parts
}

/** Returns the end of the part that starts at `from`: a class reaches to its `]` or the pattern's end. */
function partEnd(pattern: Bytes, from: number): number {
  if (pattern[from] === '\\') return Math.min(from + 2, pattern.length)
  if (pattern[from] !== '[') return from + 1
  let i = from + 1
  if (pattern[i] === '^') i++
  for (; i < pattern.length && pattern[i] !== ']'; i++) {
    const left = pattern.length - i
    if (pattern[i] === '\\' && left >= 2) i++
    else if (left >= 3 && pattern[i + 1] === '-') i += 2
  }
  return Math.min(i + 1, pattern.length)
}

/** Returns the kind of class that a pattern ends in without its `]`. */
export function openClass(pattern: Bytes): 'none' | 'plain' | 'negated' {
  const last = partsOf(pattern).at(-1) ?? ''
  // A class that is closed ends before a `]` that follows.
  if (!last.startsWith('[') || partEnd(`${last}]`, 0) <= last.length) return 'none'
  return last[1] === '^' ? 'negated' : 'plain'
}

/** Parts of the same text share their sets, so that sets can be compared by identity. */
const sets = new Map<Bytes, Uint8Array>()

/** Returns a flag for each byte that a part matches; the same object for parts of the same text. */
export function setOf(part: Bytes): Uint8Array {
  const text = part.length === 2 && part[0] === '\\' ? part.slice(1) : part
  const isLiteral = text.length === 1 && (text !== part || !/[?[]/.test(text))
  const key = isLiteral ? `=${text}` : part
  const cached = sets.get(key)
  if (cached !== undefined) return cached
  const made = isLiteral ? literal(text.charCodeAt(0)) : matched(part)
  if (sets.size < MAX_KNOWN) sets.set(key, made)
  return made
}

function literal(byte: number): Uint8Array {
  const set = new Uint8Array(256)
  set[byte] = 1
  return set
}

function matched(part: Bytes): Uint8Array {
  const glob = compileGlob(part)
  return Uint8Array.from({ length: 256 }, (_, byte) => (glob.matches(String.fromCharCode(byte)) ? 1 : 0))
}

/** Returns the pattern that matches this text in any case, as first-argument rules compare (strcasecmp). */
export function caseless(text: Bytes): Bytes {
  return [...text].map((c) => (/[a-zA-Z]/.test(c) ? `[${c.toLowerCase()}${c.toUpperCase()}]` : escaped(c))).join('')
}

/** Returns the pattern that matches this text and no other. */
export function exactly(text: Bytes): Bytes {
  return [...text].map(escaped).join('')
}

const escaped = (c: Bytes): Bytes => (/[*?[\]\\]/.test(c) ? `\\${c}` : c)
