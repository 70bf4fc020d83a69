import fc from 'fast-check'
import { expect, test } from 'vitest'
import { NotAReply, ReplyReader } from '../../src/cli/server/reply-reader'
import { encode } from '../../src/resp/encode'
import type { Reply } from '../../src/resp/reply'
import { runs } from '../runs'

/** Returns the replies in these bytes, given in pieces of this length, and whether they are refused. */
function read(
  bytes: string,
  piece = bytes.length,
  limits?: ReplyReader['limits'],
): { readonly replies: Reply[]; readonly refused: boolean } {
  const replies: Reply[] = []
  const reader = new ReplyReader((reply) => replies.push(reply), undefined, limits)
  const all = Buffer.from(bytes, 'latin1')
  try {
    for (let at = 0; at < all.length; at += piece) reader.push(all.subarray(at, at + piece))
    return { replies, refused: false }
  } catch (problem) {
    expect(problem).toBeInstanceOf(NotAReply)
    return { replies, refused: true }
  }
}

const { reply } = fc.letrec<{ reply: Reply }>((tie) => ({
  reply: fc.oneof(
    { maxDepth: 4 },
    fc.string({ unit: fc.constantFrom('a', '\r', '\n', '\xff', '$') }),
    fc.maxSafeInteger(),
    fc.constant(null),
    fc.bigInt({ min: 2n ** 60n, max: 2n ** 63n - 1n }),
    fc.string().map((text) => ({ type: 'error' as const, text: text.replace(/[^ -~]/g, ' ') })),
    fc.constant({ type: 'simple' as const, text: 'OK' }),
    fc.array(tie('reply'), { maxLength: 4 }),
  ),
}))

test('replies in pieces of any length are read as they were sent', () => {
  fc.assert(
    fc.property(fc.array(reply, { maxLength: 4 }), fc.integer({ min: 1, max: 40 }), (replies, piece) => {
      expect(read(replies.map((one) => encode(one, 2)).join(''), piece)).toEqual({ replies, refused: false })
    }),
    { numRuns: runs(200) },
  )
})

test('any other bytes are refused, or wait for more', () => {
  const bytes = fc.string({ unit: fc.constantFrom('*', '$', '+', '-', ':', '1', '9', '\r\n', '\n', 'a', '-1', '\0') })
  fc.assert(
    fc.property(bytes, fc.integer({ min: 1, max: 5 }), (text, piece) => {
      read(text, piece)
    }),
    { numRuns: runs(500) },
  )
})

test.each([
  ['a web server', 'HTTP/1.1 400 Bad Request\r\n'],
  ['binary data', '\x16\x03\x01'],
  ['RESP3', '%1\r\n'],
  ['a huge string', '$99999999999\r\n'],
  ['huge arrays', '*33554431\r\n'.repeat(10)],
  ['arrays within arrays', '*1\r\n'.repeat(50_000)],
  ['many long arrays', '*900000\r\n'.repeat(2)],
  ['a line that never ends', `+${'x'.repeat(1_000_000)}`],
  ['a line feed alone', '+OK\n'],
  ['a string that is longer than it says', '$1\r\nabc\r\n'],
  ['a negative length', '*-2\r\n'],
  ['no number', ':abc\r\n'],
])('%s is refused', (_, bytes) => {
  expect(read(bytes, 64 * 1024)).toEqual({ replies: [], refused: true })
})

const small = { bytes: 100, elements: 4, depth: 2, line: 20 }

test.each([
  ['a string', '$101\r\n'],
  ['strings together', `*3\r\n${`$40\r\n${'x'.repeat(40)}\r\n`.repeat(3)}`],
  ['an array', '*5\r\n'],
  ['arrays together', '*3\r\n*2\r\n'],
  ['arrays within arrays', '*1\r\n*1\r\n*1\r\n'],
  ['a line', `+${'x'.repeat(20)}\r\n`],
])('%s beyond the limits is refused', (_, bytes) => {
  for (const piece of [1, bytes.length]) expect(read(bytes, piece, small)).toEqual({ replies: [], refused: true })
})

test('replies up to the limits are read, one after the other', () => {
  const long = 'x'.repeat(30)
  const bytes = `*2\r\n*2\r\n$30\r\n${long}\r\n:1\r\n$30\r\n${long}\r\n+${'x'.repeat(18)}\r\n`
  const replies = [[[long, 1], long], { type: 'simple', text: 'x'.repeat(18) }]
  for (const piece of [1, bytes.length])
    expect(read(bytes.repeat(3), piece, small)).toEqual({
      replies: [...replies, ...replies, ...replies],
      refused: false,
    })
})

test('a line that is too long can be dropped, and what follows is read', () => {
  const replies: (Reply | 'dropped')[] = []
  const reader = new ReplyReader(
    (one) => replies.push(one),
    () => replies.push('dropped'),
  )
  const bytes = Buffer.from(`+a\r\n+${'x'.repeat(1_000_000)}\r\n+b\r\n`)
  for (let at = 0; at < bytes.length; at += 50_000) reader.push(bytes.subarray(at, at + 50_000))
  expect(replies).toEqual([{ type: 'simple', text: 'a' }, 'dropped', { type: 'simple', text: 'b' }])
})

test('a long reply takes time in proportion to its length', () => {
  const item = '$1000\r\n' + 'x'.repeat(1000) + '\r\n'
  const started = performance.now()
  const { replies } = read(`*20000\r\n${item.repeat(20_000)}`, 16 * 1024)
  expect(replies).toHaveLength(1)
  expect(performance.now() - started).toBeLessThan(5000)
})
