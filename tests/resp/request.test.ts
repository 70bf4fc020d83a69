import fc from 'fast-check'
import { expect, test } from 'vitest'
import { encodeCommand } from '../../src/resp/encode'
import { RequestReader, type Request, type RequestLimits } from '../../src/resp/request'
import { codePoint } from '../code-point'

const limits: RequestLimits = {
  maxArguments: 2 ** 31 - 1,
  maxBulkLength: 512 * 1024 * 1024,
  mustLogIn: () => false,
  nulHidesLineEnd: true,
  inlineLosesFF: false,
  blankLineKeepsInline: false,
}

function read(chunks: readonly string[], some: Partial<RequestLimits> = {}): Request[] {
  const reader = new RequestReader({ ...limits, ...some })
  const out: Request[] = []
  for (const chunk of chunks) {
    reader.feed(chunk)
    for (let request = reader.next(); request !== null; request = reader.next()) out.push(request)
  }
  return out
}

const argv = (...words: string[]): Request => ({ argv: words })
const broken = (problem: string): Request => ({ protocolError: `ERR Protocol error: ${problem}` })

test.each<[string, Request[]]>([
  ['*1\r\n$4\r\nPING\r\n', [argv('PING')]],
  ['PING\r\nGET a\n', [argv('PING'), argv('GET', 'a')]],
  ['SET k "a\\x41\\n"\r\n', [argv('SET', 'k', 'aA\n')]],
  ["ECHO 'a\\'b'\r\n", [argv('ECHO', "a'b")]],
  ['\r\n\r\n*0\r\n*-5\r\nPING\r\n', [argv('PING')]],
  ['*1\r\n$4\r\nPINGxxPING\r\n', [argv('PING'), argv('PING')]],
  ['*1\rx$4\r\nPING\r\n', [argv('PING')]],
  ['*1\r\n$0\r\n\r\n', [argv('')]],
  ['*2\r\n$3\r\nGET\r\n', []],
  ['PI\0NG\r\n', []],
  ['*1\r\n\0ING\r\n', []],
  ['*1\r\nPING\r\nPING\r\n', [broken("expected '$', got 'P'")]],
  ['*1\r\n\r\n', [broken("expected '$', got ' '")]],
  ['*1\r\n:4\r\n', [broken("expected '$', got ':'")]],
  ['*abc\r\n', [broken('invalid multibulk length')]],
  ['*\r\n', [broken('invalid multibulk length')]],
  ['*01\r\n', [broken('invalid multibulk length')]],
  ['*2147483648\r\n', [broken('invalid multibulk length')]],
  ['*1\r\n$-1\r\n', [broken('invalid bulk length')]],
  ['*1\r\n$4 \r\n', [broken('invalid bulk length')]],
  ['*1\r\n$536870913\r\n', [broken('invalid bulk length')]],
  ['GET a\r\n"foo\r\nPING\r\n', [argv('GET', 'a'), broken('unbalanced quotes in request')]],
  ['ECHO "a"b\r\n', [broken('unbalanced quotes in request')]],
  ['a'.repeat(65537), [broken('too big inline request')]],
  [`*${'1'.repeat(65537)}`, [broken('too big mbulk count string')]],
  [`*1\r\n$${'1'.repeat(65537)}`, [broken('too big bulk count string')]],
])('%j', (bytes, expected) => {
  expect(read([bytes])).toEqual(expected)
})

test('before log-in, little is accepted', () => {
  const mustLogIn = () => true
  expect(read(['*11\r\n'], { mustLogIn })).toEqual([broken('unauthenticated multibulk length')])
  expect(read(['*1\r\n$16385\r\n'], { mustLogIn })).toEqual([broken('unauthenticated bulk length')])
  expect(read(['*10\r\n$16384\r\n'], { mustLogIn })).toEqual([])
})

test('Valkey 8 sees through a NUL in a length line', () => {
  expect(read(['*1\r\n\0ING\r\n'], { nulHidesLineEnd: false })).toEqual([broken("expected '$', got '\0'")])
})

test('Valkey 8.1 loses bytes 0xff of inline commands', () => {
  expect(read(['ECHO a\xffb \xff "\\xff"\r\n'], { inlineLosesFF: true })).toEqual([argv('ECHO', 'ab', '', '\xff')])
  expect(read(['*1\r\n$1\r\n\xff\r\n'], { inlineLosesFF: true })).toEqual([argv('\xff')])
})

test('Valkey 8 reads on inline after a blank line', () => {
  expect(read([' \n*1\r\nPING\r\n'], { blankLineKeepsInline: true })).toEqual([argv('*1'), argv('PING')])
  expect(read(['\n*1\r\n$4\r\nPING\r\n'], { blankLineKeepsInline: true })).toEqual([argv('PING')])
})

const bytes = fc
  .string({ unit: codePoint, maxLength: 40 })
  .map((s) => [...s].map((c) => String.fromCharCode(c.charCodeAt(0) & 255)).join(''))

test('what is sent is read, however it is cut', () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(bytes, { minLength: 1, maxLength: 5 }), { maxLength: 5 }),
      fc.array(fc.nat(60)),
      (commands, cuts) => {
        let rest = commands.map((command) => encodeCommand(command)).join('')
        const chunks: string[] = []
        for (const cut of cuts) {
          chunks.push(rest.slice(0, cut))
          rest = rest.slice(cut)
        }
        expect(read([...chunks, rest])).toEqual(commands.map((command) => argv(...command)))
      },
    ),
  )
})

test('nothing makes it fail, and cuts do not change what it reads', () => {
  const hostile = fc
    .array(
      fc.oneof(
        fc.constantFrom('*', '$', '1', '3', '-1', '\r\n', '\r', '\n', '"', "'", '\\x4', ' ', '\0', 'PING'),
        bytes,
      ),
    )
    .map((parts) => parts.join(''))
  fc.assert(
    fc.property(hostile, (stream) => {
      expect(read([...stream])).toEqual(read([stream]))
    }),
    { numRuns: 500 },
  )
})

test('a large request in small pieces is read in no time', () => {
  const value = 'x'.repeat(4 * 1024 * 1024)
  const stream = encodeCommand(['SET', 'k', value])
  const chunks = Array.from({ length: Math.ceil(stream.length / 1400) }, (_, i) =>
    stream.slice(i * 1400, (i + 1) * 1400),
  )
  const start = performance.now()
  expect(read(chunks)).toEqual([argv('SET', 'k', value)])
  expect(performance.now() - start).toBeLessThan(2000)
})
