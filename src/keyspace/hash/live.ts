import type { Bytes } from '../../acl/bytes'
import type { CommandContext } from '../context'
import { afterChange } from '../effects'
import type { Field, HashValue } from './value'

/** Returns true if a field is no longer to be seen, although it may not have been deleted yet. */
export function isExpired(field: Field, now: number): boolean {
  return field.expireAt !== null && field.expireAt <= now
}

/**
 * Looks up fields of a hash for one command. Fields that have expired count as missing; Redis deletes those that it meets,
 * Valkey leaves that to its background cycle (hashTypeGetValue in t_hash.c).
 */
export class LiveFields {
  readonly #context: CommandContext
  readonly #key: Bytes
  readonly #hash: HashValue | undefined
  #expired = 0

  constructor(context: CommandContext, key: Bytes, hash: HashValue | undefined) {
    this.#context = context
    this.#key = key
    this.#hash = hash
  }

  get(name: Bytes): Field | undefined {
    const field = this.#hash?.get(name)
    if (field === undefined || !isExpired(field, this.#context.now)) return field
    if (!this.#context.behaviours.fieldsAnywhere) {
      this.#hash?.delete(name)
      this.#context.keyspace.host.deleted(this.#context.db, this.#key, { field: name })
      this.#expired++
    }
    return undefined
  }

  /**
   * Sets a field of an existing hash. Returns true if it is new: Valkey counts one that has expired as new, Redis sets it as
   * it is.
   */
  set(hash: HashValue, name: Bytes, value: Bytes, keepExpiry = false): boolean {
    const old = hash.get(name)
    if (old !== undefined && this.#context.behaviours.fieldsAnywhere && isExpired(old, this.#context.now)) {
      hash.delete(name)
      this.#expired++
    }
    return hash.set(name, value, keepExpiry)
  }

  /** Counts the deleted fields and publishes `hexpired`, if any were deleted. Returns true if so; then the hash may be empty. */
  publish(silently = false): boolean {
    if (this.#expired === 0) return false
    this.#context.keyspace.expiredFields += this.#expired
    this.#expired = 0
    if (!silently) this.#context.notify('h', 'hexpired', this.#key)
    return true
  }

  /** Ends a command that makes no changes of its own: publishes deletions, and deletes the key if it is empty. */
  end(): void {
    if (this.publish() && this.#hash) afterChange(this.#context, this.#key, this.#hash, 0)
  }
}

/** Returns one field of a hash that may be missing. Deletes it if it has expired, and the key if that was its last field. */
export function liveField(
  context: CommandContext,
  key: Bytes,
  hash: HashValue | undefined,
  name: Bytes,
): Field | undefined {
  const fields = new LiveFields(context, key, hash)
  const field = fields.get(name)
  fields.end()
  return field
}

/** Returns the fields of a hash that have not expired, in order. */
export function visibleFields(context: CommandContext, hash: HashValue): Field[] {
  const fields = [...hash.fields()]
  return hash.hasExpiringFields ? fields.filter((field) => !isExpired(field, context.now)) : fields
}
