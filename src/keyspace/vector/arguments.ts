import { toUint8, type Bytes } from '../../acl/bytes'
import { fail, parseInteger, type Arguments } from '../arguments'
import { parseDouble } from '../numbers'

/** A vector as a command line spells it. */
export interface VectorArgument {
  readonly vector: Float32Array
  /** REDUCE; 0 without it. */
  readonly reduceTo: number
  /** The position of the argument after it. */
  readonly next: number
}

const INVALID = 'ERR invalid vector specification'

/** Reads `[REDUCE dim] FP32 blob` or `[REDUCE dim] VALUES count value …` from a position on. */
export function vectorArgument(args: Arguments, start: number, mayReduce: boolean): VectorArgument {
  let at = start
  let reduceTo = 0
  if (mayReduce && args.is(at, 'reduce') && args.has(at + 2)) {
    reduceTo = Number(parseInteger(args.text(at + 1)))
    if (reduceTo <= 0) fail(INVALID)
    at += 2
  }
  const given = args.optional(at + 1)
  if (given === undefined) fail(INVALID)
  if (args.is(at, 'fp32')) return { vector: floats(given), reduceTo, next: at + 2 }
  if (!args.is(at, 'values')) fail(INVALID)
  const count = Number(parseInteger(given))
  if (count < 1 || args.count < at + 2 + count) fail(INVALID)
  const numbers = args.rest(at + 2, at + 2 + count).map((text) => parseDouble(text) ?? fail(INVALID))
  return { vector: Float32Array.from(numbers), reduceTo, next: at + 2 + count }
}

/** Reads 32-bit floats, lowest byte first. */
function floats(blob: Bytes): Float32Array {
  if (blob.length % 4 !== 0 || blob === '') fail(INVALID)
  const view = new DataView(toUint8(blob).buffer)
  return Float32Array.from({ length: blob.length / 4 }, (_, i) => view.getFloat32(4 * i, true))
}

/** Fails as the server does where a vector has other dimensions than the set. */
export function failDimensions(got: number, expected: number): never {
  fail(`ERR Vector dimension mismatch - got ${got} but set has ${expected}`)
}

/** Fails as the server does where a vector cannot be projected. */
export function failProjection(got: number, expected: number): never {
  fail(`ERR Input dimension mismatch for projection - got ${got} but projection expects ${expected}`)
}
