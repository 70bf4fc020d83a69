import type { Location } from './types'

/** Thrown for an argument that the library cannot use. The message says which one, and what to give instead. */
export class InputError extends Error {
  override readonly name = 'InputError'
}

/** A part of users.acl or redis.conf that the server refuses. */
export interface RefusedPlace {
  readonly file: Location['file']
  /** Counts from 1. */
  readonly line: number
  /** Counts from 1, in UTF-16 units. */
  readonly column: number
  /** The server's own words. */
  readonly message: string
  /** A sentence on how to fix it; null where there is none. */
  readonly hint: string | null
}

/** Thrown where a server of the target does not start with these files. Passwords are masked in all its texts. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError'
  /** Everything that the server prints. */
  readonly output: string
  /** The parts at fault; empty where the server names none. */
  readonly places: readonly RefusedPlace[]

  constructor(message: string, output: string, places: readonly RefusedPlace[]) {
    super(message)
    this.output = output
    this.places = places
  }
}
