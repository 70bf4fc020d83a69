import type { RoleTable } from '../../acl/holder'
import { NAME_FROM } from '../../acl/line-rules'

/**
 * The longest line with a shape, in characters, and the largest numbers of its selectors and of its patterns of one kind, those of
 * its roles included. Below these, no limit of a check (rules, fixes, states of a comparison) depends on the length of a line.
 */
const LONGEST = 400
const MOST_SELECTORS = 2
const MOST_PATTERNS = 16
/** The largest number of selectors of the roles of a line with a shape; of one with selectors of its own, they count as such. */
const MOST_OF_ROLES = 8

/**
 * A line of which only password hashes and prefixes of patterns may differ from the others of its shape. A prefix ends in a
 * delimiter, as in rules for one application: `~app:*`, `%R~app:cache:*`. No two alternatives match the same word, so that a
 * long line that does not match is given up early.
 */
const usualLine =
  /^user [A-Za-z0-9][\w.:-]*(?: (?:#[0-9a-f]{64}|\(?(?:[+-][\w@|.-]+|[A-Za-z][A-Za-z-]*|db=[\d,]+|role=[\w.:,-]+|(?:~|%[RWrw]{1,2}~|&)(?:[A-Za-z0-9][\w.:-]*[.:])?\*)\)?))*$/

/**
 * Returns the shape of a `user` line: equal for lines that differ only in the name of the user, in password hashes and in the
 * prefixes of patterns, where prefixes of one line, and those of its roles, contain each other in the same way. All checks report
 * the same on such lines, but for texts and positions. Null for other lines, and for those with anything unusual, such as a
 * placeholder.
 * @param heldOf what the roles of a line add to it (`heldFrom`)
 */
export function shapeOf(text: string, heldOf: HeldOf = heldFrom()): string | null {
  if (text.length > LONGEST || text.includes('__') || !usualLine.test(text)) return null
  const held = text.includes('role=') ? heldOf(rolesNamed(text)) : NO_ROLES
  if (held === null || text.length + held.length > LONGEST) return null
  const nameTo = endOfWord(text, NAME_FROM)
  let shape = nameTo - NAME_FROM === 7 && text.startsWith('default', NAME_FROM) ? 'default' : 'user'
  let { selectors } = held
  const hashes: string[] = []
  const keys = [...held.keys]
  const channels = [...held.channels]
  /** The end of what the shape has so far. */
  let done = nameTo
  for (let at = nameTo + 1; at < text.length;) {
    const end = endOfWord(text, at)
    let first = text.charCodeAt(at)
    if (first === HASH) {
      shape += `${text.slice(done, at + 1)}${placeAmong(hashes, text.slice(at, end))}`
      done = end
    } else {
      const isOpened = first === OPEN
      if (isOpened && ++selectors > MOST_SELECTORS) return null
      if (isOpened) first = text.charCodeAt(at + 1)
      if (first === TILDE || first === AMPERSAND || first === PERCENT) {
        const sign = at + (isOpened ? 1 : 0)
        const from = first === PERCENT ? text.indexOf('~', sign) + 1 : sign + 1
        const to = end - (text.charCodeAt(end - 1) === CLOSE ? 2 : 1)
        if (from < to) {
          const others = first === AMPERSAND ? channels : keys
          if (others.length >= MOST_PATTERNS) return null
          // The question mark tells it from a pattern that is written out, such as ~*.
          shape += `${text.slice(done, from)}?${relations(text.slice(from, to), others)}`
          done = to
        }
      }
    }
    at = end + 1
  }
  return shape + text.slice(done)
}

/** The parts that roles add to a line: the beginnings of their patterns, all their characters, and their selectors. */
interface Held {
  readonly keys: readonly string[]
  readonly channels: readonly string[]
  readonly length: number
  readonly selectors: number
}

const NO_ROLES: Held = { keys: [], channels: [], length: 0, selectors: 0 }

/** A name, or all that begin with one: the only patterns that a prefix is compared with by their text. */
const plainPattern = /^[^*?[\\]*\*?$/

/** Returns what roles, by their names with commas between, add to a line; null where they are many, or have other patterns. */
export type HeldOf = (names: string) => Held | null

/** Memoizes what roles add to lines. They must not change. */
export function heldFrom(roles?: RoleTable): HeldOf {
  const known = new Map<string, Held | null>()
  return (names) => {
    let held = known.get(names)
    if (held === undefined) known.set(names, (held = heldBy(names, roles)))
    return held
  }
}

function heldBy(names: string, roles: RoleTable | undefined): Held | null {
  const selectors = [...new Set(names.split(','))].flatMap((name) => roles?.get(name)?.own ?? [])
  const keys = new Set(selectors.flatMap((one) => one.keys.map(({ pattern }) => pattern)))
  const channels = new Set(selectors.flatMap((one) => one.channels.map(({ pattern }) => pattern)))
  const all = [...keys, ...channels]
  if (selectors.length > MOST_OF_ROLES || !all.every((pattern) => plainPattern.test(pattern))) return null
  const beginning = (pattern: string): string => pattern.replace(/\*$/, '')
  return {
    keys: [...keys].map(beginning),
    channels: [...channels].map(beginning),
    length: all.join('').length,
    selectors: selectors.length,
  }
}

/** Returns the names in every `role=` of a line. The shape names them too. */
function rolesNamed(text: string): string {
  return [...text.matchAll(/[ (]role=([^ )]+)/g)].map(([, list = '']) => list).join()
}

function endOfWord(text: string, at: number): number {
  const space = text.indexOf(' ', at)
  return space < 0 ? text.length : space
}

const HASH = 35
const PERCENT = 37
const AMPERSAND = 38
const OPEN = 40
const CLOSE = 41
const TILDE = 126

/** Returns the index of a text in a list, to which it is added where it is missing. */
function placeAmong(list: string[], text: string): number {
  const known = list.indexOf(text)
  return known < 0 ? list.push(text) - 1 : known
}

/** Describes how a prefix relates to those before it: equal to one, or longer or shorter than some. Adds it where it is new. */
function relations(prefix: string, others: string[]): string {
  const known = others.indexOf(prefix)
  if (known >= 0) return `=${known}`
  let found = ''
  for (let i = 0; i < others.length; i++) {
    const other = others[i] ?? ''
    if (prefix.startsWith(other)) found += `<${i}`
    else if (other.startsWith(prefix)) found += `>${i}`
  }
  others.push(prefix)
  return found
}

/** A position in a line by its words: a word, and an offset from its start, or a negative one or 0 from its end. */
export interface WordPosition {
  readonly word: number
  readonly isFromEnd: boolean
  readonly by: number
}

/** Returns the position of an offset at the start or end of a word, or behind or before its parenthesis; null for others. */
export function positionIn(text: string, offset: number): WordPosition | null {
  let word = 0
  let start = 0
  for (let space = text.indexOf(' '); space >= 0 && space < offset; space = text.indexOf(' ', start)) {
    word++
    start = space + 1
  }
  const space = text.indexOf(' ', offset)
  const end = space < 0 ? text.length : space
  if (offset === start || (offset === start + 1 && text[start] === '('))
    return { word, isFromEnd: false, by: offset - start }
  return offset === end || (offset === end - 1 && text[offset] === ')')
    ? { word, isFromEnd: true, by: offset - end }
    : null
}

/** Returns the offset of a position in another line of the same shape. */
export function offsetIn(text: string, { word, isFromEnd, by }: WordPosition): number {
  let start = 0
  for (let i = 0; i < word; i++) start = text.indexOf(' ', start) + 1
  if (!isFromEnd) return start + by
  const space = text.indexOf(' ', start)
  return (space < 0 ? text.length : space) + by
}
