import type { Bytes } from '../acl/bytes'
import { hasSpaces } from '../acl/selector'
import { partsOf, setOf } from './automaton'

/**
 * Returns a shorter pattern that matches the same names of one byte or more, or the pattern itself: `[a]*` is `a*`, `b**` is
 * `b*`, `*?*` is `?*`, `[abcd]` is `[a-d]`.
 */
export function shorterPattern(pattern: Bytes): Bytes {
  let made = ''
  let stars = 0
  let bytes = 0
  let run = ''
  /** Ends a run of stars and question marks, which count in any order. */
  const end = (): void => {
    const short = '?'.repeat(bytes) + (stars > 0 ? '*' : '')
    made += short.length < run.length ? short : run
    run = ''
    stars = bytes = 0
  }
  for (const part of partsOf(pattern).map(shorterPart)) {
    if (part === '*') stars++
    else if (part === '?') bytes++
    else {
      end()
      made += part
      continue
    }
    run += part
  }
  end()
  return made.length < pattern.length && !hasSpaces(made) ? made : pattern
}

/** Returns a shorter text for the same set of bytes. */
function shorterPart(part: Bytes): Bytes {
  if (part === '*' || (part.length === 1 && part !== '[')) return part
  const set = setOf(part)
  const others = set.map((is) => 1 - is)
  const [only, ...more] = runsOf(set)
  const candidates =
    only !== undefined && more.length === 0 && only.from === only.to
      ? [literal(only.from)]
      : [classOf(set, ''), classOf(others, '^'), '?']
  const short = candidates.filter(
    (text) => text.length < part.length && !hasSpaces(text) && setOf(text).every((is, byte) => is === set[byte]),
  )
  return short.sort((a, b) => a.length - b.length)[0] ?? part
}

const literal = (byte: number): Bytes => {
  const char = String.fromCharCode(byte)
  return /[*?[\\]/.test(char) ? `\\${char}` : char
}

/** Returns the text of a class of these bytes; what does not mean the same is sorted out by its set. */
function classOf(set: Uint8Array, sign: '' | '^'): Bytes {
  const escaped = (byte: number): Bytes => {
    const char = String.fromCharCode(byte)
    return /[\]\\^-]/.test(char) ? `\\${char}` : char
  }
  const inside = runsOf(set).map(({ from, to }) => {
    if (to - from >= 3) return `${String.fromCharCode(from)}-${String.fromCharCode(to)}`
    return Array.from({ length: to - from + 1 }, (_, i) => escaped(from + i)).join('')
  })
  return `[${sign}${inside.join('')}]`
}

interface Run {
  readonly from: number
  readonly to: number
}

/** Returns the runs of neighbouring bytes of a set. */
function runsOf(set: Uint8Array): Run[] {
  const runs: { from: number; to: number }[] = []
  for (let byte = 0; byte < 256; byte++) {
    if (set[byte] !== 1) continue
    const last = runs.at(-1)
    if (last?.to === byte - 1) last.to = byte
    else runs.push({ from: byte, to: byte })
  }
  return runs
}
