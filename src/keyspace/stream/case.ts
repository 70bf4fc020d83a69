import type { Bytes } from '../../acl/bytes'

/** Upper-cases a to z only. */
export function upper(bytes: Bytes): Bytes {
  return bytes.replace(/[a-z]+/g, (letters) => letters.toUpperCase())
}
