import type { Bytes } from '../acl/bytes'

/**
 * A reply as a value, independent of the protocol: a string is a bulk string, a number or bigint an integer, null the null
 * reply, an array an array. Other types are tagged. RESP2 turns maps, sets and pushes into arrays, doubles, verbatim
 * strings and big numbers into bulk strings, and booleans into 1 and 0.
 */
export type Reply =
  | Bytes
  | number
  | bigint
  | null
  | readonly Reply[]
  | Simple
  | ErrorReply
  | NullArray
  | MapReply
  | SetReply
  | Push
  | Double
  | Bool
  | Verbatim
  | BigNumber
  | Attributed
  | Raw

export interface Simple {
  readonly type: 'simple'
  readonly text: Bytes
}
export interface ErrorReply {
  readonly type: 'error'
  readonly text: Bytes
}
export interface NullArray {
  readonly type: 'null-array'
}
export interface MapReply {
  readonly type: 'map'
  readonly pairs: readonly (readonly [Reply, Reply])[]
}
export interface SetReply {
  readonly type: 'set'
  readonly items: readonly Reply[]
}
export interface Push {
  readonly type: 'push'
  readonly items: readonly Reply[]
}
/** `text`: the number as the server formats it, in RESP2 (a bulk string) and RESP3 (a double). */
export interface Double {
  readonly type: 'double'
  readonly text: Bytes
}
export interface Bool {
  readonly type: 'boolean'
  readonly value: boolean
}
export interface Verbatim {
  readonly type: 'verbatim'
  readonly format: 'txt' | 'mkd'
  readonly text: Bytes
}
export interface BigNumber {
  readonly type: 'big-number'
  readonly text: Bytes
}

/** A reply that attributes precede in RESP3; RESP2 has only the reply. */
export interface Attributed {
  readonly type: 'attributed'
  readonly attributes: readonly (readonly [Reply, Reply])[]
  readonly reply: Reply
}

/** Bytes that are sent as they are: snapshots and changes for replicas. */
export interface Raw {
  readonly type: 'raw'
  readonly text: Bytes
}

export const raw = (text: Bytes): Raw => ({ type: 'raw', text })
export const simple = (text: Bytes): Simple => ({ type: 'simple', text })
export const OK = simple('OK')
export const QUEUED = simple('QUEUED')
export const NULL_ARRAY: NullArray = { type: 'null-array' }
/** An error reply; the text starts with its code: `ERR …`, `NOPERM …`. */
export const error = (text: Bytes): ErrorReply => ({ type: 'error', text })
export const map = (pairs: readonly (readonly [Reply, Reply])[]): MapReply => ({ type: 'map', pairs })
export const set = (items: readonly Reply[]): SetReply => ({ type: 'set', items })
export const push = (items: readonly Reply[]): Push => ({ type: 'push', items })
export const double = (text: Bytes): Double => ({ type: 'double', text })
export const bool = (value: boolean): Bool => ({ type: 'boolean', value })
export const verbatim = (text: Bytes, format: 'txt' | 'mkd' = 'txt'): Verbatim => ({ type: 'verbatim', format, text })

const isA = (reply: Reply, type: string): boolean =>
  typeof reply === 'object' && reply !== null && !Array.isArray(reply) && (reply as { type?: string }).type === type

/** Replaces line ends by spaces: they would end a simple reply early. */
export function oneLine(text: Bytes): Bytes {
  return text.replace(/[\r\n]/g, ' ')
}

export function isError(reply: Reply): reply is ErrorReply {
  return isA(reply, 'error')
}

export function isPush(reply: Reply): reply is Push {
  return isA(reply, 'push')
}

/** Thrown inside a command to answer with an error; dispatch turns it into the reply. Never leaves `server/`. */
export class CommandError extends Error {
  readonly reply: ErrorReply
  constructor(text: Bytes) {
    super(text)
    this.reply = error(text)
  }
}
