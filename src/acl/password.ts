import { sha256 } from '@noble/hashes/sha2.js'
import { toUint8, type Bytes } from './bytes'

/** The lower-case hexadecimal SHA-256 that servers keep of a password. */
export function hashPassword(plain: Bytes): Bytes {
  let hex = ''
  for (const byte of sha256(toUint8(plain))) hex += byte.toString(16).padStart(2, '0')
  return hex
}

const HASH = /^[0-9a-f]{64}$/

/** Whether `hash` has the form that `#` and `!` rules want. */
export function isPasswordHash(hash: Bytes): boolean {
  return HASH.test(hash)
}

/** A password of a user. Hashing waits until somebody asks, since a file may hold thousands that nobody ever will. */
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

  get hash(): Bytes {
    if (this.#hash === null) {
      this.#hash = hashPassword(this.#plain ?? '')
      this.#plain = null
    }
    return this.#hash
  }
}

const indexes = new WeakMap<readonly Password[], { readonly hashes: Set<Bytes>; counted: number }>()

/** Whether a list that only ever grows at its end has a password of this hash; fast for long lists, too. */
export function hasPassword(list: readonly Password[], hash: Bytes): boolean {
  let index = indexes.get(list)
  if (index === undefined) indexes.set(list, (index = { hashes: new Set(), counted: 0 }))
  for (; index.counted < list.length; index.counted++) index.hashes.add(list[index.counted]?.hash ?? '')
  return index.hashes.has(hash)
}
