import type { Bytes } from '../../acl/bytes'
import { fail, type Arguments } from '../arguments'
import { LAST_INDEX } from './value'

export const INVALID_INDEX = 'ERR invalid array index'

/** Parses an unsigned 64-bit number as strtoull does: leading spaces, a plus sign and zeros are accepted. */
export function parseIndex(text: Bytes): bigint | null {
  if (!/^[ \t-\r]*\+?[0-9]+$/.test(text)) return null
  const value = BigInt(text.replace(/^[ \t-\r]*\+?/, ''))
  return value <= LAST_INDEX + 1n ? value : null
}

/** Reads the index of an element. */
export function indexArgument(args: Arguments, n: number): bigint {
  const value = parseIndex(args.text(n))
  return value === null || value > LAST_INDEX ? fail(INVALID_INDEX) : value
}
