import { type Bytes, fromText } from '../acl/bytes'
import { splitWords } from '../acl/split'

/** A reply parsed from a terminal's text: arrays and maps are arrays, a map's keys and values in turn. */
export type ReadReply = Bytes | null | readonly ReadReply[]

interface Level {
  /** The first column at which the numbers of the level may start: what starts before it belongs to an outer level. */
  readonly from: number
  readonly items: ReadReply[]
}

const marker = /\s*(\d+)([)#~])[ ]/y
const string = /"(?:[^"\\]|\\[^])*"/y
const MAX_DEPTH = 32

/**
 * Parses replies that redis-cli printed on a terminal: numbered and nested arrays, RESP3 maps (`1# "key" =>
 * value`) and sets (`1~ item`), quoted strings, integers, nil and empty aggregates. The inverse of renderReply for those.
 * The numbers need no padding. Accepts any text: other lines end a reply and are ignored.
 * @returns the aggregates found, in order
 */
export function readRendered(text: string): (readonly ReadReply[])[] {
  const replies: (readonly ReadReply[])[] = []
  let stack: Level[] = []
  /** The column of the last number whose value is on the following lines; null where none is awaited. */
  let awaited: number | null = null
  for (const line of text.split('\n')) {
    const read = readLine(line.replace(/\r$/, ''))
    if (read === null) {
      stack = []
      awaited = null
      continue
    }
    for (const { column, key } of read.markers) {
      if (awaited === null) while (stack.length > 0 && (stack.at(-1) as Level).from > column) stack.pop()
      if (awaited !== null || stack.length === 0) {
        const items: ReadReply[] = []
        const top = stack.at(-1)
        if (top === undefined) replies.push(items)
        else top.items.push(items)
        stack.push({ from: awaited === null ? 0 : awaited + 1, items })
      }
      if (key !== undefined) stack.at(-1)?.items.push(key)
      // A further number on the same line starts an aggregate inside this item.
      awaited = column
    }
    if (read.leaf === undefined) continue
    stack.at(-1)?.items.push(read.leaf)
    awaited = null
  }
  return replies
}

interface ReadLine {
  /** The items by the column of their number; in a map, with their keys. */
  readonly markers: readonly { readonly column: number; readonly key?: ReadReply }[]
  /** Absent where the value is on the following lines. */
  readonly leaf?: ReadReply
}

/** Parses a line; null where it is not part of a reply. */
function readLine(line: string): ReadLine | null {
  const markers: { column: number; key?: ReadReply }[] = []
  let at = 0
  for (;;) {
    marker.lastIndex = at
    const found = marker.exec(line)
    if (found === null) break
    at = marker.lastIndex
    if (markers.length > MAX_DEPTH) return null
    const [, number = '', sign] = found
    const column = at - number.length - 2
    if (sign !== '#') {
      markers.push({ column })
      continue
    }
    const key = readLeaf(line, at)
    if (key === null || !line.startsWith(' =>', key.to)) return null
    markers.push({ column, key: key.value })
    at = Math.min(line.length, key.to + 4)
    if (line.slice(at).trim() === '') return { markers }
  }
  const leaf = markers.length === 0 ? null : readLeaf(line, at)
  return leaf === null ? null : { markers, leaf: leaf.value }
}

function readLeaf(line: string, at: number): { readonly value: ReadReply; readonly to: number } | null {
  string.lastIndex = at
  const quoted = string.exec(line)?.[0]
  if (quoted !== undefined) return { value: splitWords(fromText(quoted))?.[0]?.text ?? '', to: at + quoted.length }
  const rest = line.slice(at)
  const empty = /^\(empty (?:array|list or set|list|set|hash|push)\)/.exec(rest)?.[0]
  if (empty !== undefined) return { value: [], to: at + empty.length }
  const nil = /^\(nil\)/.exec(rest)?.[0]
  if (nil !== undefined) return { value: null, to: at + nil.length }
  const plain = /^(?:\((?:integer|double|error)\) )?(.*?)(?= => |$)/.exec(rest)
  return plain?.[1] ? { value: fromText(plain[1]), to: at + plain[0].length } : null
}
