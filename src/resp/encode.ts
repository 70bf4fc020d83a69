import type { Bytes } from '../acl/bytes'
import type { Reply } from './reply'

/** Status and error replies are one line: a line break inside would end them. */
const line = (text: Bytes): Bytes => text.replace(/[\r\n]/g, ' ')

/**
 * A reply as a server sends it, in RESP2 or RESP3. What RESP2 has no type for becomes what servers make of it there: a
 * map its keys and values in turn, a set or push an array, a boolean 1 or 0, every other number or text a bulk string.
 */
export function encode(reply: Reply, protocol: 2 | 3): Bytes {
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
      case 'null-array':
        out.push(protocol === 3 ? '_\r\n' : '*-1\r\n')
        break
      case 'map':
        out.push(protocol === 3 ? '%' : '*', String(reply.pairs.length * (protocol === 3 ? 1 : 2)), '\r\n')
        for (const [key, value] of reply.pairs) {
          append(out, key, protocol)
          append(out, value, protocol)
        }
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

function appendAll(out: Bytes[], mark: string, items: readonly Reply[], protocol: 2 | 3): void {
  out.push(mark, String(items.length), '\r\n')
  for (const item of items) append(out, item, protocol)
}

/** A command line as clients send it: an array of bulk strings. */
export function encodeCommand(argv: readonly Bytes[]): Bytes {
  return encode(argv, 2)
}
