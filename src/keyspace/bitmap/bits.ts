import type { Bytes } from '../../acl/bytes'
import type { Reply } from '../../resp/reply'
import { type Arguments, fail, integerArgument, parseInteger, SYNTAX_ERROR } from '../arguments'
import type { CommandContext, HandlerTable } from '../context'
import { requireRoom } from '../effects'
import { present } from '../present'
import { StringValue } from '../string/value'

/** The default of proto-max-bulk-len, which limits bit offsets. */
const MAX_BYTES = 512n * 1024n * 1024n

/** Parses a bit offset. With a field width, `#n` is the n-th field. */
export function bitOffset(bytes: Bytes, fieldBits = 0): number {
  const isMultiple = fieldBits > 0 && bytes.startsWith('#')
  const parsed = parseInteger(isMultiple ? bytes.slice(1) : bytes)
  const offset = parsed === null ? -1n : isMultiple ? parsed * BigInt(fieldBits) : parsed
  return offset < 0n || offset >> 3n >= MAX_BYTES
    ? fail('ERR bit offset is not an integer or out of range')
    : Number(offset)
}

/** Returns the bytes of a string to write bits in, grown to `length`. Creates the string if the key is missing. */
export function openBits(
  context: CommandContext,
  key: Bytes,
  length: number,
): { readonly bytes: Uint8Array; readonly grew: boolean } {
  let value = context.db.getOf(key, StringValue)
  const before = value?.length ?? -1
  requireRoom(context, Math.max(0, length - Math.max(0, before)))
  if (!value) {
    value = StringValue.raw('')
    context.db.set(key, value)
  }
  return { bytes: value.writable(length), grew: value.length !== before }
}

/** Publishes a change of bits. From 7.0, writing the same bits is not a change. */
export function bitsWritten(context: CommandContext, key: Bytes, changed: boolean): void {
  if (!changed && context.behaviours.ignoresSameBits) return
  context.db.touched(key)
  context.notify('$', 'setbit', key)
}

function setbit(context: CommandContext, args: Arguments): Reply {
  const key = args.key(1)
  const at = args.text(2)
  const bit = args.text(3)
  const offset = bitOffset(at)
  const on = integerArgument(bit, 'ERR bit is not an integer or out of range')
  if (on !== 0 && on !== 1) fail('ERR bit is not an integer or out of range')
  const { bytes, grew } = openBits(context, key, Math.floor(offset / 8) + 1)
  const mask = 0x80 >> (offset & 7)
  const at8 = Math.floor(offset / 8)
  const old = (bytes[at8] ?? 0) & mask ? 1 : 0
  bytes[at8] = on ? (bytes[at8] ?? 0) | mask : (bytes[at8] ?? 0) & ~mask
  bitsWritten(context, key, grew || old !== on)
  return old
}

function getbit(context: CommandContext, args: Arguments): Reply {
  const key = args.key(1)
  const at = args.text(2)
  const offset = bitOffset(at)
  const view = context.db.getOf(key, StringValue)?.view
  return view && (view[Math.floor(offset / 8)] ?? 0) & (0x80 >> (offset & 7)) ? 1 : 0
}

interface BitRange {
  /** As sent; negative counts from the end. */
  readonly start: bigint
  readonly end: bigint
  readonly endGiven: boolean
  readonly inBits: boolean
}

/** Reads `[start [end [BYTE|BIT]]]` from argument `at` on. The unit exists from 7.0. */
function rangeOf(context: CommandContext, args: Arguments, at: number, command: 'bitcount' | 'bitpos'): BitRange {
  const given = args.count - at
  const needsEnd = command === 'bitcount' && !context.behaviours.countsBitsFromStart
  const most = context.behaviours.hasBitUnits ? 3 : 2
  if (given > most || (needsEnd && given === 1)) fail(SYNTAX_ERROR)
  const start = given > 0 ? args.bigint(at) : 0n
  // BITPOS looks at the unit before the end, and so does BITCOUNT where its end may be left out.
  const unitFirst = command === 'bitpos' || context.behaviours.countsBitsFromStart
  let inBits = false
  const unit = () => {
    if (given < 3) return
    const word = args.word(at + 2)
    if (word !== 'bit' && word !== 'byte') fail(SYNTAX_ERROR)
    inBits = word === 'bit'
  }
  if (unitFirst) unit()
  const end = given > 1 ? args.bigint(at + 1) : -1n
  if (!unitFirst && (context.behaviours.readsBitRangeFirst || !(start < 0n && end < 0n && start > end))) unit()
  return { start, end, endGiven: given > 1, inBits }
}

/** Returns the first and last bit of a range in a string of `length` bytes. The range is empty if first > last. */
function bitsOf(range: BitRange, length: number): { first: number; last: number } {
  const unit = range.inBits ? 1 : 8
  const total = range.inBits ? length * 8 : length
  const fromStart = (at: bigint) => Math.max(0, Number(at < 0n ? BigInt(total) + at : at))
  const start = fromStart(range.start)
  const end = Math.min(total - 1, fromStart(range.end))
  return start > end ? { first: 0, last: -1 } : { first: start * unit, last: end * unit + unit - 1 }
}

const bitCounts = Uint8Array.from({ length: 256 }, (_, byte) => byte.toString(2).replaceAll('0', '').length)

/** Returns the byte of a bit. Offsets have more than 32 bits, so this cannot be a shift. */
const byteOf = (bit: number): number => Math.floor(bit / 8)

/** Returns a byte with the bits outside the range cleared, or set when searching for zeros. */
function masked(view: Uint8Array, at: number, first: number, last: number, rest: 0 | 0xff): number {
  let mask = 0xff
  if (at === byteOf(first)) mask &= 0xff >> (first & 7)
  if (at === byteOf(last)) mask &= 0xff << (7 - (last & 7))
  return rest === 0 ? (view[at] ?? 0) & mask : ((view[at] ?? 0) | ~mask) & 0xff
}

/**
 * Reads the string and range of BITCOUNT and BITPOS. Older servers look up the key before they parse the range, newer
 * ones after.
 */
function readRange(
  context: CommandContext,
  args: Arguments,
  at: number,
  command: 'bitcount' | 'bitpos',
): { view: Uint8Array; range: BitRange } | null {
  const early = context.behaviours.readsBitRangeFirst ? rangeOf(context, args, at, command) : null
  const value = context.db.getOf(args.key(1), StringValue)
  return value ? { view: value.view, range: early ?? rangeOf(context, args, at, command) } : null
}

function bitcount(context: CommandContext, args: Arguments): Reply {
  const read = readRange(context, args, 2, 'bitcount')
  if (!read) return 0
  const { start, end } = read.range
  if (read.range.endGiven && start < 0n && end < 0n && start > end) return 0
  const { first, last } = bitsOf(read.range, read.view.length)
  let count = 0
  for (let at = byteOf(first); at <= byteOf(last); at++) count += bitCounts[masked(read.view, at, first, last, 0)] ?? 0
  return count
}

function bitpos(context: CommandContext, args: Arguments): Reply {
  const bit = args.integer(2)
  if (bit !== 0 && bit !== 1) fail('ERR The bit argument must be 1 or 0.')
  const read = readRange(context, args, 3, 'bitpos')
  if (!read) return bit ? -1 : 0
  const { first, last } = bitsOf(read.range, read.view.length)
  if (last < 0) return -1
  for (let at = byteOf(first); at <= byteOf(last); at++) {
    const byte = masked(read.view, at, first, last, bit ? 0 : 0xff)
    if (byte === (bit ? 0 : 0xff)) continue
    for (let i = 0; i < 8; i++) if (((byte >> (7 - i)) & 1) === bit) return at * 8 + i
  }
  return bit || read.range.endGiven ? -1 : last + 1
}

/** Combines `view` into `into` byte by byte. A shorter view is padded with zeros. */
function fold(into: Uint8Array, view: Uint8Array, join: (a: number, b: number) => number): void {
  for (let i = 0; i < view.length; i++) into[i] = join(into[i] ?? 0, view[i] ?? 0)
  for (let i = view.length; i < into.length; i++) into[i] = join(into[i] ?? 0, 0)
}

const or = (a: number, b: number): number => a | b

/** Returns all views but the first, joined by OR. */
function restOf(views: readonly Uint8Array[], length: number): Uint8Array {
  const rest = new Uint8Array(length)
  for (const view of views.slice(1)) fold(rest, view, or)
  return rest
}

/** Sets the bits that exactly one of the views has. */
function ones(result: Uint8Array, views: readonly Uint8Array[]): void {
  const seen = new Uint8Array(result.length)
  const again = new Uint8Array(result.length)
  for (const view of views) {
    for (let i = 0; i < view.length; i++) {
      again[i] = (again[i] ?? 0) | ((seen[i] ?? 0) & (view[i] ?? 0))
      seen[i] = (seen[i] ?? 0) | (view[i] ?? 0)
    }
  }
  for (let i = 0; i < result.length; i++) result[i] = (seen[i] ?? 0) & ~(again[i] ?? 0)
}

/** BITOP's operations. The result starts as a copy of the first view. DIFF and those after it came with Redis 8.2. */
const operations = new Map<string, (result: Uint8Array, views: readonly Uint8Array[]) => void>([
  ['and', (result, views) => views.slice(1).forEach((view) => fold(result, view, (a, b) => a & b))],
  ['or', (result, views) => views.slice(1).forEach((view) => fold(result, view, or))],
  ['xor', (result, views) => views.slice(1).forEach((view) => fold(result, view, (a, b) => a ^ b))],
  ['not', (result) => fold(result, result, (a) => ~a)],
  ['diff', (result, views) => fold(result, restOf(views, result.length), (a, b) => a & ~b)],
  ['diff1', (result, views) => fold(result, restOf(views, result.length), (a, b) => ~a & b)],
  ['andor', (result, views) => fold(result, restOf(views, result.length), (a, b) => a & b)],
  ['one', ones],
])
const extended = ['diff', 'diff1', 'andor', 'one']

function bitop(context: CommandContext, args: Arguments): Reply {
  const name = args.word(1)
  const operation = operations.get(name) ?? fail(SYNTAX_ERROR)
  if (extended.includes(name) && !context.behaviours.hasBitopDiff) fail(SYNTAX_ERROR)
  const target = args.key(2)
  const sources = args.rest(3)
  if (name === 'not' && sources.length !== 1) fail('ERR BITOP NOT must be called with a single source key.')
  if (extended.includes(name) && name !== 'one' && sources.length < 2)
    fail(`ERR BITOP ${name.toUpperCase()} must be called with at least two source keys.`)
  const views = sources.map((key) => context.db.getOf(key, StringValue)?.view ?? new Uint8Array())
  const length = Math.max(...views.map((view) => view.length))
  if (length === 0) {
    if (context.db.delete(target)) context.notify('g', 'del', target)
    return 0
  }
  requireRoom(context, length)
  const result = StringValue.raw('')
  const bytes = result.writable(length)
  bytes.set(present(views[0]))
  operation(bytes, views)
  context.db.set(target, result)
  context.notify('$', 'set', target)
  return length
}

export const bitCommands: HandlerTable = { setbit, getbit, bitcount, bitpos, bitop }
