/**
 * The longest line with a shape, in characters, and the largest numbers of its selectors and of its patterns of one kind. Below
 * these, no limit of a check (rules, fixes, states of a comparison) depends on the length of a line.
 */
const LONGEST = 400
const MOST_SELECTORS = 2
const MOST_PATTERNS = 16

const plainName = /^[A-Za-z0-9][\w.:-]*$/
const hash = /^#[0-9a-f]{64}$/
/** A pattern of a prefix that ends in a delimiter, as rules for one application have them: `~app:*`, `%R~app:cache:*`. */
const prefixPattern = /^(\(?(?:~|%[RWrw]{1,2}~|&))([A-Za-z0-9][\w.:-]*[.:])(\*\)?)$/
/** Rules that are part of the shape as they are written. */
const otherRule = /^\(?(?:[+-][\w@|.-]+|[A-Za-z-]+|db=[\d,]+|(?:~|%[RWrw]{1,2}~|&)\*)\)?$/

/**
 * Returns the shape of a `user` line: equal for lines that differ only in the name of the user, in password hashes and in the
 * prefixes of patterns, where prefixes of one line contain each other in the same way. All checks report the same on such lines,
 * but for texts and positions. Null for other lines, and for those with anything unusual, such as a placeholder.
 */
export function shapeOf(text: string): string | null {
  if (text.length > LONGEST || text.includes('__')) return null
  const [keyword, name, ...rules] = text.split(' ')
  if (keyword !== 'user' || name === undefined || !plainName.test(name)) return null
  let shape = name === 'default' ? 'default' : 'user'
  let selectors = 0
  const hashes: string[] = []
  const keys: string[] = []
  const channels: string[] = []
  for (const rule of rules) {
    const first = rule.charCodeAt(0)
    if (first === OPEN && ++selectors > MOST_SELECTORS) return null
    if (first === HASH) {
      if (!hash.test(rule)) return null
      shape += ` #${placeAmong(hashes, rule)}`
      continue
    }
    const pattern = signs.has(first) ? prefixPattern.exec(rule) : null
    if (pattern === null) {
      if (!otherRule.test(rule)) return null
      shape += ` ${rule}`
      continue
    }
    const [, sign = '', prefix = '', end = ''] = pattern
    const others = sign.endsWith('&') ? channels : keys
    if (others.length >= MOST_PATTERNS) return null
    // The question mark tells it from a pattern that is written out, such as ~*.
    shape += ` ${sign}?${relations(prefix, others)}${end}`
  }
  return shape
}

const OPEN = 40
const HASH = 35
/** The first characters of patterns: ( ~ % & */
const signs: ReadonlySet<number> = new Set([OPEN, 126, 37, 38])

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
