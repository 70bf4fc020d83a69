import type { Bytes } from '../../acl/bytes'
import { fail } from '../arguments'

/** An entry's ID, `milliseconds-sequence`, as one 128-bit number. */
export type StreamId = bigint

const MASK = 0xffffffffffffffffn
export const MAX_ID: StreamId = (MASK << 64n) | MASK
const INVALID = 'ERR Invalid stream ID specified as stream command argument'

export const makeId = (ms: bigint, seq: bigint): StreamId => (ms << 64n) | seq
export const msOf = (id: StreamId): bigint => id >> 64n
export const seqOf = (id: StreamId): bigint => id & MASK
export const formatId = (id: StreamId): Bytes => `${msOf(id)}-${seqOf(id)}`

/** Parses an unsigned 64-bit number as strtoull does: leading spaces, a plus sign and zeros are accepted. */
function parseUnsigned(text: Bytes): bigint | null {
  if (!/^[ \t\n\v\f\r]*\+?[0-9]+$/.test(text) || text.endsWith('\n')) return null
  const value = BigInt(text.trim().replace('+', ''))
  return value <= MASK ? value : null
}

/** Options for parsing an ID. */
interface IdForm {
  /** The sequence of an ID that has milliseconds only. */
  readonly missing: bigint
  /** Rejects `-` and `+`. */
  readonly strict?: boolean
}

/** Parses an ID; null if it is invalid. */
export function parseId(argument: Bytes, { missing, strict }: IdForm): StreamId | null {
  if (argument.length > 127) return null
  if (!strict && argument === '-') return 0n
  if (!strict && argument === '+') return MAX_ID
  const dash = argument.indexOf('-')
  const ms = parseUnsigned(dash < 0 ? argument : argument.slice(0, dash))
  const seq = dash < 0 ? missing : parseUnsigned(argument.slice(dash + 1))
  return ms === null || seq === null ? null : makeId(ms, seq)
}

/** Parses an ID. Fails with the server's error. */
export function idArgument(argument: Bytes, form: IdForm = { missing: 0n, strict: true }): StreamId {
  return parseId(argument, form) ?? fail(INVALID)
}

/** Parses XADD's ID: complete, or `ms-*` if the target supports it, whose sequence is null here and chosen later. */
export function newIdArgument(argument: Bytes, allowAutoSequence: boolean): { ms: bigint; seq: bigint | null } {
  if (allowAutoSequence && argument.endsWith('-*')) {
    const ms = argument.length > 127 ? null : parseUnsigned(argument.slice(0, -2))
    return ms === null ? fail(INVALID) : { ms, seq: null }
  }
  const id = idArgument(argument)
  return { ms: msOf(id), seq: seqOf(id) }
}

/**
 * Parses an end of an interval; `(id` is exclusive (6.2). `which` decides in which direction an exclusive end moves,
 * and the error at the limit.
 */
export function intervalArgument(argument: Bytes, which: 'start' | 'end', allowExclusive: boolean): StreamId {
  const missing = which === 'start' ? 0n : MASK
  if (!allowExclusive || argument.length < 2 || argument[0] !== '(') return idArgument(argument, { missing })
  const id = idArgument(argument.slice(1), { missing, strict: true })
  if (which === 'start') return id === MAX_ID ? fail('ERR invalid start ID for the interval') : id + 1n
  return id === 0n ? fail('ERR invalid end ID for the interval') : id - 1n
}
