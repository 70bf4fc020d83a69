import { AclLines } from './aclfile'
import type { Bytes } from './bytes'
import { commonHead, commonTail } from './common'
import { detached, type ParsedLine, parseAclLine } from './file-line'
import type { Users } from './users'

/** A line of the text that was read last, with its place in bytes. Its number is its place in the list. */
export interface PlacedLine {
  start: number
  /** Without white space around it. */
  from: number
  to: number
  /** Null for a blank line, and for a comment where the target skips those. */
  parsed: ParsedLine | null
}

/** The lines of the last text that another text replaces, and the part of that text which replaces them. */
interface Change {
  readonly first: number
  readonly last: number
  readonly from: number
  readonly to: number
}

export const lineCacheLimits = {
  /** The bytes of the largest file that is cached: for larger ones the cache would cost more than it saves. */
  file: 4 << 20,
}

/** Returns true for a blank line, and for a comment where the target skips those. */
export function isSkippedLine({ space }: Users, text: Bytes): boolean {
  return text === '' || (space.behaviours.commentsInAclFile && text.startsWith('#'))
}

const caches = new WeakMap<Users, { readonly open: LineCache; readonly closed: LineCache }>()

/** The lines of the last file of a server's users: of the next one, only the lines that changed are parsed. */
export class LineCache {
  readonly #users: Users
  /** Lines that were parsed for the next text, by their text (prepare.ts). */
  readonly ahead = new Map<Bytes, ParsedLine>()
  #content: Bytes = ''
  #lines: PlacedLine[] = []

  private constructor(users: Users) {
    this.#users = users
  }

  /** Returns the cache of these users and the channels that they start with. */
  static of(users: Users): LineCache {
    let both = caches.get(users)
    if (both === undefined) caches.set(users, (both = { open: new LineCache(users), closed: new LineCache(users) }))
    return users.allChannelsByDefault ? both.open : both.closed
  }

  /** Returns the lines of a text. They are valid until the next call. */
  read(content: Bytes): readonly PlacedLine[] {
    const { first, last, from, to } = this.#change(content)
    const spare = this.#spare(first, last)
    const read: PlacedLine[] = []
    const part = new AclLines(content, from, to)
    while (part.next()) {
      const { start, from, to } = part
      read.push({ start, from, to, parsed: this.#parse(content, from, to, spare) })
    }
    const shift = content.length - this.#content.length
    const lines = this.#lines
    for (let i = last; i < lines.length; i++) {
      const line = lines[i]
      if (line === undefined) break
      line.start += shift
      line.from += shift
      line.to += shift
    }
    this.#lines = read.length > 0 || first < last ? lines.slice(0, first).concat(read, lines.slice(last)) : lines
    this.#content = content
    this.ahead.clear()
    return this.#lines
  }

  /** Returns the texts of the lines that are parsed. */
  texts(): ReadonlySet<Bytes> {
    return new Set(this.#lines.flatMap(({ parsed }) => (parsed === null || parsed.again ? [] : [parsed.text])))
  }

  /** Returns a line parsed: taken from the spare ones, each of which is one line's only. */
  #parse(content: Bytes, from: number, to: number, spare: Map<Bytes, ParsedLine>): ParsedLine | null {
    const text = content.slice(from, to)
    if (isSkippedLine(this.#users, text)) return null
    // Lines of the first text may keep all of it in memory, but not those of every version of a file that is being typed.
    return (
      taken(spare, text) ??
      taken(this.ahead, text) ??
      parseAclLine(this.#users, this.#content === '' ? text : detached(text), false)
    )
  }

  /** Returns lines of the last text by their text. */
  #spare(first: number, last: number): Map<Bytes, ParsedLine> {
    const spare = new Map<Bytes, ParsedLine>()
    for (let i = first; i < last; i++) {
      const parsed = this.#lines[i]?.parsed ?? null
      if (parsed !== null && !parsed.again) spare.set(parsed.text, parsed)
    }
    return spare
  }

  #change(content: Bytes): Change {
    const old = this.#content
    const lines = this.#lines
    const head = commonHead(old, content)
    const tail = commonTail(old, content, Math.min(old.length, content.length) - head)
    // The line that holds the first difference begins at the same place in both texts.
    const first = Math.max(0, firstAfter(lines, head) - 1)
    // The lines that begin behind a line end in the common tail are the same.
    const last = Math.max(first, firstAfter(lines, old.length - tail))
    const from = lines[first]?.start ?? 0
    const kept = lines[last]
    return { first, last, from, to: kept === undefined ? content.length : kept.start + content.length - old.length }
  }
}

/** Removes a line from others and returns it; undefined where it is not among them. */
function taken(lines: Map<Bytes, ParsedLine>, text: Bytes): ParsedLine | undefined {
  if (lines.size === 0) return undefined
  const known = lines.get(text)
  if (known !== undefined) lines.delete(text)
  return known
}

/** Returns the index of the first line that begins after a place. */
function firstAfter(lines: readonly PlacedLine[], place: number): number {
  let low = 0
  let high = lines.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((lines[middle]?.start ?? 0) > place) high = middle
    else low = middle + 1
  }
  return low
}
