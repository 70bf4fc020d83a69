/** The facts that COMMAND DOCS reports, argument grammar included. They are shown, and never decide anything. */

/** One argument of a command's grammar, as COMMAND DOCS has it. */
export interface ArgumentDoc {
  readonly name: string
  readonly type: 'string' | 'integer' | 'double' | 'key' | 'pattern' | 'unix-time' | 'pure-token' | 'oneof' | 'block'
  /** The word that must come before the argument (or is the argument, for a pure token). */
  readonly token?: string
  /** Index of the key spec that finds this key. */
  readonly keySpec?: number
  readonly since?: string
  readonly flags?: readonly ('optional' | 'multiple' | 'multiple_token')[]
  /** The alternatives of a `oneof`, or the parts of a `block`. */
  readonly arguments?: readonly ArgumentDoc[]
}

/** Returns true for an argument that may be left out. */
export const isOptional = (doc: ArgumentDoc): boolean => doc.flags?.includes('optional') ?? false

/** Returns true for an argument that may be repeated. */
export const isMultiple = (doc: ArgumentDoc): boolean =>
  (doc.flags?.includes('multiple') || doc.flags?.includes('multiple_token')) ?? false

export interface CommandDoc {
  /** The effect of the command, in a line of our own words. */
  readonly summary?: string
  /** `string`, `server`, …; Redis 6 tells none. */
  readonly group?: string
  readonly since?: string
  readonly complexity?: string
  readonly docFlags?: readonly string[]
  readonly deprecated_since?: string
  readonly replaced_by?: string
  readonly arguments?: readonly ArgumentDoc[]
}

/** By a command's full lower-case name: `get`, `config|get`. */
export type CommandDocs = ReadonlyMap<string, CommandDoc>

/** A target's docs as they are stored: an array, since bundlers make variables of an object's keys, and `eval` cannot be one. */
export type DocsData = readonly (readonly [string, CommandDoc])[]
