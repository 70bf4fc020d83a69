import { sha1 } from '@noble/hashes/legacy.js'
import { type Bytes, toUint8 } from '../../acl/bytes'

/** Returns the 40 hexadecimal digits of a SHA-1. */
export function sha1Hex(bytes: Bytes): string {
  return [...sha1(toUint8(bytes))].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}
