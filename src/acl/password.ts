import { sha256 } from '@noble/hashes/sha2.js'
import { toUint8, type Bytes } from './bytes'
import type { ParsedRule } from './rule'

const DIGITS = '0123456789abcdef'

/** Returns the lower-case hexadecimal SHA-256 of a password, which servers store. */
export function hashPassword(plain: Bytes): Bytes {
  const digits: number[] = []
  for (const byte of sha256(toUint8(plain))) digits.push(DIGITS.charCodeAt(byte >> 4), DIGITS.charCodeAt(byte & 15))
  // One flat string: joined digit by digit, it would take fifteen times the memory.
  return String.fromCharCode(...digits)
}

/** Returns the hash of the password that a rule adds; null for other rules, and for a malformed hash. */
export function addedPassword(rule: ParsedRule): Bytes | null {
  if (rule.kind !== 'password' || !rule.adds) return null
  if (rule.form === 'plain') return hashPassword(rule.value)
  return isPasswordHash(rule.value) ? rule.value : null
}

const HASH = /^[0-9a-f]{64}$/

/** Returns true for the form that `#` and `!` rules need. */
export function isPasswordHash(hash: Bytes): boolean {
  return HASH.test(hash)
}

/** A password of a user. It is hashed on first use, since a file may contain thousands that are never used. */
export class Password {
  #plain: Bytes | null
  #hash: Bytes | null

  private constructor(plain: Bytes | null, hash: Bytes | null) {
    this.#plain = plain
    this.#hash = hash
  }

  static plain(plain: Bytes): Password {
    return new Password(plain, null)
  }

  static hashed(hash: Bytes): Password {
    return new Password(null, hash)
  }

  get isHashed(): boolean {
    return this.#hash !== null
  }

  get hash(): Bytes {
    if (this.#hash === null) {
      this.#hash = hashPassword(this.#plain ?? '')
      this.#plain = null
    }
    return this.#hash
  }
}

const indexes = new WeakMap<readonly Password[], { readonly hashes: Set<Bytes>; counted: number }>()

/** Returns true if a list that only ever grows at its end has a password of this hash. Indexed, for long lists. */
export function hasPassword(list: readonly Password[], hash: Bytes): boolean {
  let index = indexes.get(list)
  if (index === undefined) indexes.set(list, (index = { hashes: new Set(), counted: 0 }))
  for (; index.counted < list.length; index.counted++) index.hashes.add(list[index.counted]?.hash ?? '')
  return index.hashes.has(hash)
}
