import type { Bytes } from '../acl/bytes'
import type { RandomSource } from '../acl/environment'
import { hashPassword } from '../acl/password'

/** A new password: `password` is to be shown once and kept nowhere, `rule` goes into the file. */
export interface GeneratedPassword {
  /** Lower-case hexadecimal digits, as ACL GENPASS gives them. */
  readonly password: Bytes
  readonly hash: Bytes
  /** `#` and the hash. */
  readonly rule: Bytes
}

/** As many bits as ACL GENPASS allows. */
const MAX_BITS = 4096

/**
 * Makes a password from a source of randomness, in the alphabet and length of ACL GENPASS: a digit for every four bits,
 * 256 bits where nothing is said. Bits out of range (1 to 4,096) are brought into it.
 */
export function generatePassword(random: RandomSource, bits = 256): GeneratedPassword {
  const digits = Math.ceil(Math.min(MAX_BITS, Math.max(1, Math.floor(bits) || 1)) / 4)
  let password = ''
  for (const byte of random.bytes(Math.ceil(digits / 2))) password += byte.charCodeAt(0).toString(16).padStart(2, '0')
  password = password.slice(0, digits)
  const hash = hashPassword(password)
  return { password, hash, rule: `#${hash}` }
}
