import type { Bytes } from '../acl/bytes'
import type { RandomSource } from '../acl/environment'

/** The random names of a server, 40 hexadecimal digits each, drawn when they are first asked for. */
export class Identity {
  #run: Bytes | null = null
  #replication: Bytes | null = null
  readonly #random: RandomSource

  constructor(random: RandomSource) {
    this.#random = random
  }

  /** INFO's `run_id`. */
  get run(): Bytes {
    return (this.#run ??= this.#draw())
  }

  /** The replication ID of the server's own changes. */
  get replication(): Bytes {
    return (this.#replication ??= this.#draw())
  }

  #draw(): Bytes {
    return [...this.#random.bytes(20)].map((byte) => byte.charCodeAt(0).toString(16).padStart(2, '0')).join('')
  }
}
