import { fromText, type Bytes } from '../acl/bytes'
import { quote } from '../resp/render'
import { CannotRun } from './input'

/** The words of a `serve` command line besides its options. */
export interface ServeArguments {
  /** Path of redis.conf, `-` for standard input, or null. */
  readonly confPath: string | null
  /** The configuration lines from `--directive value…`, which follow the file. */
  readonly extraConf: Bytes
}

/**
 * Parses `[redis.conf] [--directive value …]` as redis-server does: a first word without dashes is the file; from then
 * on each word with two dashes starts a directive, and the words up to the next one are its values. Throws CannotRun
 * where a value precedes all directives.
 * @param settings directives that other options set, which come last
 */
export function readServeArguments(
  words: readonly string[],
  settings: readonly (readonly [string, string])[] = [],
): ServeArguments {
  const [first] = words
  const confPath = first !== undefined && (first === '-' || !first.startsWith('-')) ? first : null
  const lines: Bytes[] = []
  for (const word of confPath === null ? words : words.slice(1)) {
    if (/^--[A-Za-z]/.test(word)) lines.push(fromText(word.slice(2)))
    else if (lines.length === 0)
      throw new CannotRun(`Unexpected '${word}': after the configuration file, give directives as --name value.`)
    else lines[lines.length - 1] += ` ${quote(fromText(word))}`
  }
  for (const [name, value] of settings) lines.push(`${name} ${quote(fromText(value))}`)
  return { confPath, extraConf: lines.map((line) => `${line}\n`).join('') }
}
