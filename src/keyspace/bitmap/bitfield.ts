import type { Bytes } from '../../acl/bytes'
import type { Reply } from '../../resp/reply'
import { type Arguments, fail, parseInteger, SYNTAX_ERROR } from '../arguments'
import type { CommandContext, HandlerTable } from '../context'
import { StringValue } from '../string/value'
import { bitOffset, bitsWritten, openBits } from './bits'

type Overflow = 'wrap' | 'sat' | 'fail'

interface Operation {
  readonly kind: 'get' | 'set' | 'incrby'
  readonly signed: boolean
  readonly bits: number
  readonly offset: number
  readonly amount: bigint
  readonly overflow: Overflow
}

const BAD_TYPE = 'ERR Invalid bitfield type. Use something like i16 u8. Note that u64 is not supported but i64 is.'

function typeOf(bytes: Bytes): { signed: boolean; bits: number } {
  const bits = /^[iu]/.test(bytes) ? parseInteger(bytes.slice(1)) : null
  const signed = bytes.startsWith('i')
  return bits === null || bits < 1n || bits > (signed ? 64n : 63n) ? fail(BAD_TYPE) : { signed, bits: Number(bits) }
}

function parse(args: Arguments): Operation[] {
  const operations: Operation[] = []
  let overflow: Overflow = 'wrap'
  for (let i = 2; i < args.count; i++) {
    const kind = args.word(i)
    const left = args.count - i - 1
    if (kind === 'overflow' && left >= 1) {
      const word = args.word(++i)
      overflow =
        word === 'wrap' || word === 'sat' || word === 'fail' ? word : fail('ERR Invalid OVERFLOW type specified')
      continue
    }
    if (!((kind === 'get' && left >= 2) || ((kind === 'set' || kind === 'incrby') && left >= 3))) fail(SYNTAX_ERROR)
    const type = typeOf(args.text(i + 1))
    const offset = bitOffset(args.text(i + 2), type.bits)
    const amount = kind === 'get' ? 0n : args.bigint(i + 3)
    operations.push({ kind, ...type, offset, amount, overflow })
    i += kind === 'get' ? 2 : 3
  }
  return operations
}

function read(bytes: Uint8Array, { offset, bits, signed }: Operation): bigint {
  let value = 0n
  for (let at = Math.floor(offset / 8); at <= Math.floor((offset + bits - 1) / 8); at++)
    value = (value << 8n) | BigInt(bytes[at] ?? 0)
  value >>= BigInt(7 - ((offset + bits - 1) % 8))
  return signed ? BigInt.asIntN(bits, value) : BigInt.asUintN(bits, value)
}

function write(bytes: Uint8Array, { offset, bits }: Operation, value: bigint): void {
  let rest = BigInt.asUintN(bits, value)
  for (let i = offset + bits - 1; i >= offset; i--) {
    const at = Math.floor(i / 8)
    const mask = 0x80 >> (i % 8)
    bytes[at] = rest & 1n ? (bytes[at] ?? 0) | mask : (bytes[at] ?? 0) & ~mask
    rest >>= 1n
  }
}

/**
 * Returns `value + by` under the overflow policy of its field; null if the operation fails. Bounds are computed in 64 bits
 * and wrap like the server's, so that a far too small value for SET saturates at the maximum.
 */
function fit(value: bigint, by: bigint, { signed, bits, overflow }: Operation): bigint | null {
  const max = (1n << BigInt(signed ? bits - 1 : bits)) - 1n
  const min = signed ? -max - 1n : 0n
  const start = signed ? value : BigInt.asUintN(64, value)
  const roomAbove = BigInt.asIntN(64, max - start)
  const roomBelow = BigInt.asIntN(64, min - start)
  const small = signed && bits !== 64
  const over = start > max || (small && by > roomAbove) || ((!signed || start >= 0n) && by > 0n && by > roomAbove)
  const under = start < min || (small && by < roomBelow) || ((!signed || start < 0n) && by < 0n && by < roomBelow)
  if (!over && !under) return start + by
  if (overflow === 'fail') return null
  if (overflow === 'sat') return over ? max : min
  return signed ? BigInt.asIntN(bits, start + by) : BigInt.asUintN(bits, start + by)
}

function bitfield(readOnly: boolean) {
  return (context: CommandContext, args: Arguments): Reply => {
    const key = args.key(1)
    const operations = parse(args)
    const writes = operations.filter((operation) => operation.kind !== 'get')
    if (writes.length === 0) {
      const view = context.db.getOf(key, StringValue)?.view ?? new Uint8Array()
      return operations.map((operation) => read(view, operation))
    }
    if (readOnly) fail('ERR BITFIELD_RO only supports the GET subcommand')
    const highest = Math.max(...writes.map((operation) => operation.offset + operation.bits - 1))
    const { bytes, grew } = openBits(context, key, Math.floor(highest / 8) + 1)
    let changes = 0
    let wrote = false
    const replies = operations.map((operation) => {
      const old = read(bytes, operation)
      if (operation.kind === 'get') return old
      const value =
        operation.kind === 'set' ? fit(operation.amount, 0n, operation) : fit(old, operation.amount, operation)
      if (value === null) return null
      write(bytes, operation, value)
      wrote = true
      if (value !== old || grew || !context.behaviours.ignoresSameBits) changes++
      return operation.kind === 'set' ? old : value
    })
    context.keyspace.changes = changes
    if (wrote) bitsWritten(context, key, changes > 0)
    else if (grew) context.db.touched(key)
    return replies
  }
}

export const bitfieldCommands: HandlerTable = { bitfield: bitfield(false), bitfield_ro: bitfield(true) }
