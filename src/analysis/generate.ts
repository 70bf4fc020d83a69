import type { Bytes } from '../acl/bytes'
import type { RandomSource } from '../acl/environment'
import { hashPassword } from '../acl/password'

/** A new password. `password` is to be displayed once and not stored; `rule` goes into the file. */
export interface GeneratedPassword {
  /** Lower-case hexadecimal digits, as ACL GENPASS gives them. */
  readonly password: Bytes
  readonly hash: Bytes
  /** The rule: `#` and the hash. */
  readonly rule: Bytes
}

/** The maximum number of bits of ACL GENPASS. */
const MAX_BITS = 4096

/**
 * Generates a password like ACL GENPASS: a hexadecimal digit for every four bits, 256 bits by default. Clamps `bits` to
 * 1 to 4,096.
 */
export function generatePassword(random: RandomSource, bits = 256): GeneratedPassword {
  const digits = Math.ceil(Math.min(MAX_BITS, Math.max(1, Math.floor(bits) || 1)) / 4)
  let password = ''
  for (const byte of random.bytes(Math.ceil(digits / 2))) password += byte.charCodeAt(0).toString(16).padStart(2, '0')
  password = password.slice(0, digits)
  const hash = hashPassword(password)
  return { password, hash, rule: `#${hash}` }
}
