import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Bytes } from '../../src/acl/bytes'
import { readRendered, type ReadReply } from '../../src/resp/read-rendered'
import { renderText } from '../../src/resp/render'
import { map, set, type Reply } from '../../src/resp/reply'

const bytes = fc.string({ unit: fc.constantFrom('a', ' ', '"', '\\', '\n', '\xff', '=', '>', '1', ')'), maxLength: 6 })
const { value } = fc.letrec<{ value: Reply }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    bytes,
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 12 }),
    fc.array(tie('value'), { maxLength: 3 }).map((items) => set(items)),
    fc.array(fc.tuple(bytes, tie('value')), { maxLength: 3 }).map((pairs) => map(pairs)),
  ),
}))

/** What is read back: maps and sets as arrays. */
function asRead(reply: Reply): ReadReply {
  if (reply === null || typeof reply === 'string') return reply as Bytes | null
  if (typeof reply !== 'object') return String(reply)
  if (!('type' in reply)) return reply.map(asRead)
  if (reply.type === 'set') return reply.items.map(asRead)
  return reply.type === 'map' ? reply.pairs.flat().map(asRead) : null
}

test.each([2, 3] as const)('what was rendered in RESP%d is read back', (protocol) => {
  fc.assert(
    fc.property(fc.array(value, { minLength: 1, maxLength: 12 }), (items) => {
      expect(readRendered(renderText(items, protocol))).toEqual([items.map(asRead)])
    }),
  )
})

/** Renders nested arrays with numbers that are not padded to one width. */
function unpadded(items: readonly Reply[], prefix = ''): string {
  return items
    .map((item, i) => {
      const number = `${i + 1}) `
      const inner = prefix + ' '.repeat(number.length)
      return `${i === 0 ? '' : prefix}${number}${Array.isArray(item) && item.length > 0 ? unpadded(item, inner) : renderText(item, 2)}`
    })
    .join('\n')
}

test('numbers need no padding', () => {
  const { nested } = fc.letrec<{ nested: Reply }>((tie) => ({
    nested: fc.oneof({ maxDepth: 3 }, bytes, fc.array(tie('nested'), { maxLength: 120 })),
  }))
  fc.assert(
    fc.property(fc.array(nested, { minLength: 1, maxLength: 120 }), (items) => {
      expect(readRendered(unpadded(items))).toEqual([items.map(asRead)])
    }),
  )
  const many = Array.from({ length: 12_000 }, (_, i) => `user u${i}`)
  expect(readRendered(unpadded(many))).toEqual([many])
})

test('lines around replies are left out', () => {
  expect(
    readRendered(
      '127.0.0.1:6379> KEYS *\n1) "a"\n2) "b"\n127.0.0.1:6379> KEYS x\n(empty array)\n> ACL LIST\r\n1) "c"\r\n',
    ),
  ).toEqual([['a', 'b'], ['c']])
})
