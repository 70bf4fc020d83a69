import type { Bytes } from '../acl/bytes'
import { OK, type MapReply, type Reply } from './reply'

/** Replaces line breaks, which would end a status or error reply. */
const line = (text: Bytes): Bytes => (text.includes('\n') || text.includes('\r') ? text.replace(/[\r\n]/g, ' ') : text)

/**
 * Encodes a reply as a server sends it, in RESP2 or RESP3. Types that RESP2 lacks are converted as servers do: a map to its
 * keys and values in turn, a set or push to an array, a boolean to 1 or 0, other numbers and texts to bulk strings.
 */
export function encode(reply: Reply, protocol: 2 | 3): Bytes {
  // The commonest replies, without a list of their parts.
  if (typeof reply === 'string') return `$${reply.length}\r\n${reply}\r\n`
  if (typeof reply === 'number') return `:${reply}\r\n`
  if (reply === null) return protocol === 3 ? '_\r\n' : '$-1\r\n'
  if (reply === OK) return '+OK\r\n'
  const out: Bytes[] = []
  append(out, reply, protocol)
  return out.join('')
}

function append(out: Bytes[], reply: Reply, protocol: 2 | 3): void {
  if (reply === null) out.push(protocol === 3 ? '_\r\n' : '$-1\r\n')
  else if (typeof reply === 'string') out.push('$', String(reply.length), '\r\n', reply, '\r\n')
  else if (typeof reply === 'number' || typeof reply === 'bigint') out.push(':', String(reply), '\r\n')
  else if (!('type' in reply)) appendAll(out, '*', reply, protocol)
  else {
    switch (reply.type) {
      case 'simple':
        out.push('+', line(reply.text), '\r\n')
        break
      case 'error':
        out.push('-', line(reply.text), '\r\n')
        break
      case 'raw':
        out.push(reply.text)
        break
      case 'null-array':
        out.push(protocol === 3 ? '_\r\n' : '*-1\r\n')
        break
      case 'map':
        out.push(protocol === 3 ? '%' : '*', String(reply.pairs.length * (protocol === 3 ? 1 : 2)), '\r\n')
        appendPairs(out, reply.pairs, protocol)
        break
      case 'attributed':
        if (protocol === 3) {
          out.push('|', String(reply.attributes.length), '\r\n')
          appendPairs(out, reply.attributes, protocol)
        }
        append(out, reply.reply, protocol)
        break
      case 'set':
        appendAll(out, protocol === 3 ? '~' : '*', reply.items, protocol)
        break
      case 'push':
        appendAll(out, protocol === 3 ? '>' : '*', reply.items, protocol)
        break
      case 'boolean':
        out.push(protocol === 3 ? (reply.value ? '#t\r\n' : '#f\r\n') : reply.value ? ':1\r\n' : ':0\r\n')
        break
      case 'double':
        if (protocol === 3) out.push(',', reply.text, '\r\n')
        else append(out, reply.text, protocol)
        break
      case 'big-number':
        if (protocol === 3) out.push('(', reply.text, '\r\n')
        else append(out, reply.text, protocol)
        break
      case 'verbatim':
        if (protocol === 3) out.push('=', String(reply.text.length + 4), '\r\n', reply.format, ':', reply.text, '\r\n')
        else append(out, reply.text, protocol)
        break
    }
  }
}

function appendPairs(out: Bytes[], pairs: MapReply['pairs'], protocol: 2 | 3): void {
  for (const pair of pairs) for (const part of pair) append(out, part, protocol)
}

function appendAll(out: Bytes[], mark: string, items: readonly Reply[], protocol: 2 | 3): void {
  out.push(mark, String(items.length), '\r\n')
  for (const item of items) append(out, item, protocol)
}

/** The size of a reply, as sent and in memory until then. */
export interface ReplySize {
  /** Bytes on the wire. */
  readonly encoded: number
  /** Approximate bytes of memory; a long string that the reply contains several times counts once. */
  readonly held: number
}

/** Strings shorter than this are counted each time. */
const LONG = 1024
/** The approximate memory of an array element besides its text, in bytes. */
const ELEMENT = 16

/** Measures a reply without encoding it. */
export function sizeOf(reply: Reply, protocol: 2 | 3): ReplySize {
  const long = new Set<Bytes>()
  let encoded = 0
  let held = 0
  for (const part of parts(reply, protocol)) {
    encoded += part.length
    if (part.length < LONG) held += part.length + ELEMENT
    else long.add(part)
  }
  for (const part of long) held += part.length
  return { encoded, held }
}

/**
 * Encodes a reply in pieces of about `size` bytes. Joined they equal the result of `encode`, which may be longer than the
 * longest string.
 */
export function* encodePieces(reply: Reply, protocol: 2 | 3, size: number): Generator<Bytes, void> {
  let piece: Bytes[] = []
  let length = 0
  for (const part of parts(reply, protocol)) {
    if (part.length > size) {
      if (length > 0) yield piece.join('')
      piece = []
      length = 0
      for (let at = 0; at < part.length; at += size) yield part.slice(at, at + size)
      continue
    }
    piece.push(part)
    length += part.length
    if (length < size) continue
    yield piece.join('')
    piece = []
    length = 0
  }
  if (length > 0) yield piece.join('')
}

/** Yields the strings of an encoded reply, one element of the outermost array after the other. */
function* parts(reply: Reply, protocol: 2 | 3): Generator<Bytes, void> {
  const out: Bytes[] = []
  if (!Array.isArray(reply)) {
    append(out, reply, protocol)
    yield* out
    return
  }
  const items = reply as readonly Reply[]
  yield `*${items.length}\r\n`
  for (const item of items) {
    append(out, item, protocol)
    yield* out
    out.length = 0
  }
}

/** Encodes a command line as clients send it: an array of bulk strings. */
export function encodeCommand(argv: readonly Bytes[]): Bytes {
  return encode(argv, 2)
}
