import { present } from '../present'
import { lower, type Bytes } from '../../acl/bytes'
import { OK, simple, type Reply } from '../../resp/reply'
import { type Arguments, fail, wrongArity } from '../arguments'
import type { CommandContext, HandlerTable } from '../context'
import { StringValue } from '../string/value'
import { COUNTED_BITS, estimate, placeOf, REGISTERS } from './registers'
import { DENSE_LENGTH, Sketch } from './sketch'

function readSketch(context: CommandContext, key: Bytes): Sketch | undefined {
  const value = context.db.getOf(key, StringValue)
  if (!value) return undefined
  const sketch = Sketch.parse(value.view)
  if (sketch === 'foreign') return fail('WRONGTYPE Key is not a valid HyperLogLog string value.')
  return sketch === 'corrupt' ? fail('INVALIDOBJ Corrupted HLL object detected') : sketch
}

function writeSketch(context: CommandContext, key: Bytes, sketch: Sketch): void {
  const value = context.db.peek(key)
  if (!sketch.isSparse && value instanceof StringValue && value.length === DENSE_LENGTH) {
    sketch.writeTo(value.writable(DENSE_LENGTH))
    context.db.touched(key)
  } else context.db.set(key, StringValue.raw(sketch.toBytes()), { keepTtl: true })
}

function pfadd(context: CommandContext, args: Arguments): Reply {
  const key = args.key(1)
  const found = readSketch(context, key)
  let sketch = found ?? Sketch.empty()
  let updated = found ? 0 : 1
  for (const element of args.rest(2)) {
    const { index, count } = placeOf(element)
    const raised = sketch.raise(index, count, context.directive('hll-sparse-max-bytes'))
    if (!raised) continue
    sketch = raised
    updated++
  }
  if (updated === 0) return 0
  context.keyspace.changes = updated
  sketch.cachedCount = null
  writeSketch(context, key, sketch)
  context.notify('$', 'pfadd', key)
  return 1
}

/** Returns the maximum of each register. Missing sketches count as empty. */
function union(sketches: readonly (Sketch | undefined)[]): Uint8Array {
  const max = new Uint8Array(REGISTERS)
  for (const sketch of sketches) sketch?.raiseAll(max)
  return max
}

function pfcount(context: CommandContext, args: Arguments): Reply {
  const keys = args.rest(1)
  if (keys.length > 1) return estimate(union(keys.map((key) => readSketch(context, key))))
  const sketch = readSketch(context, present(keys[0]))
  if (!sketch) return 0
  if (sketch.cachedCount !== null) return sketch.cachedCount
  const count = estimate(sketch.registers())
  sketch.cachedCount = count
  context.keyspace.changes = 1
  writeSketch(context, present(keys[0]), sketch)
  return count
}

function pfmerge(context: CommandContext, args: Arguments): Reply {
  const key = args.key(1)
  const sketches = args.rest(1).map((source) => readSketch(context, source))
  const max = union(sketches)
  const limit = context.directive('hll-sparse-max-bytes')
  let merged = sketches[0] ?? Sketch.empty()
  if (sketches.some((sketch) => sketch && !sketch.isSparse)) merged = merged.toDense()
  max.forEach((count, index) => {
    if (count > 0) merged = merged.raise(index, count, limit) ?? merged
  })
  merged.cachedCount = null
  writeSketch(context, key, merged)
  context.notify('$', 'pfadd', key)
  return OK
}

/** PFDEBUG GETREG, DECODE, ENCODING and TODENSE. */
function pfdebug(context: CommandContext, args: Arguments): Reply {
  const subcommand = args.text(1)
  if (context.behaviours.pfdebugSwitchesSimd && lower(subcommand) === 'simd' && args.count === 3) {
    // The instructions make no difference to the results.
    if (args.is(2, 'on')) return simple('enabled')
    return args.is(2, 'off') ? simple('disabled') : fail('ERR Argument must be ON or OFF')
  }
  const key = args.key(2)
  const sketch = readSketch(context, key) ?? fail('ERR The specified key does not exist')
  if (args.count !== 3)
    fail(
      context.behaviours.quotesCommandNames
        ? `ERR Wrong number of arguments for the '${subcommand}' subcommand`
        : wrongArity('pfdebug'),
    )
  switch (lower(subcommand)) {
    case 'getreg':
      writeSketch(context, key, sketch.toDense())
      return [...sketch.registers()]
    case 'encoding':
      return simple(sketch.isSparse ? 'sparse' : 'dense')
    case 'todense':
      if (!sketch.isSparse) return 0
      writeSketch(context, key, sketch.toDense())
      return 1
    case 'decode':
      return sketch.isSparse ? sketch.describe() : fail('ERR HLL encoding is not sparse')
    default:
      return fail(`ERR Unknown PFDEBUG subcommand '${subcommand}'`)
  }
}

/** PFSELFTEST: adds a thousand elements and checks that the estimate is within HyperLogLog's error. */
function pfselftest(): Reply {
  const registers = new Uint8Array(REGISTERS)
  for (let i = 0; i < 1000; i++) {
    const { index, count } = placeOf(`element:${i}`)
    registers[index] = Math.max(registers[index] ?? 0, Math.min(count, COUNTED_BITS + 1))
  }
  const off = Math.abs(estimate(registers) - 1000)
  return off <= 50 ? OK : fail('TESTFAILED Too big error')
}

export const hyperloglogCommands: HandlerTable = { pfadd, pfcount, pfmerge, pfdebug, pfselftest }
