import type { Bytes } from '../../acl/bytes'
import { splitWords } from '../../acl/split'
import { CommandError } from '../../resp/reply'
import type { Behaviours } from '../../targets/behaviours'

export type ScriptFlag = 'no-writes' | 'allow-oom' | 'allow-stale' | 'no-cluster' | 'allow-cross-slot-keys'

export const SCRIPT_FLAGS: readonly ScriptFlag[] = [
  'no-writes',
  'allow-oom',
  'allow-stale',
  'no-cluster',
  'allow-cross-slot-keys',
]

/**
 * The parsed first line of a script. `flags` is null where there is none, and the script runs by the rules before 7.0.
 */
export interface Shebang {
  readonly flags: ReadonlySet<ScriptFlag> | null
  /**
   * The code to compile: the script without its first line, but with that line's break, so that line numbers are right.
   */
  readonly code: Bytes
}

/**
 * Parses `#!lua flags=…` at the start of a script (evalExtractShebangFlags). Throws the server's error for unknown
 * parts.
 */
export function readScriptShebang(script: Bytes, behaviours: Behaviours): Shebang {
  if (!behaviours.scriptFlags || !script.startsWith('#!')) return { flags: null, code: script }
  const end = script.indexOf('\n')
  if (end < 0) throw new CommandError('ERR Invalid script shebang')
  const [engine = '', ...options] = wordsOf(script.slice(0, end), 'ERR Invalid engine in script shebang')
  if (engine !== '#!lua') {
    throw new CommandError(
      behaviours.scriptEngines
        ? `ERR Could not find scripting engine '${engine.slice(2)}'`
        : `ERR Unexpected engine in script shebang: ${engine}`,
    )
  }
  const flags = new Set<ScriptFlag>()
  for (const option of options) {
    if (!option.startsWith('flags=')) throw new CommandError(`ERR Unknown lua shebang option: ${option}`)
    for (const name of option.slice('flags='.length).split(',')) {
      const flag = SCRIPT_FLAGS.find((flag) => flag === name)
      if (flag === undefined) {
        if (name === '') continue
        throw new CommandError(`ERR Unexpected flag in script shebang: ${name}`)
      }
      flags.add(flag)
    }
  }
  return { flags, code: script.slice(end) }
}

/** Splits a first line into words, which may be in quotes. Throws `problem` where a quote is not closed. */
function wordsOf(line: Bytes, problem: Bytes): Bytes[] {
  const words = splitWords(line)
  if (words === null) throw new CommandError(problem)
  return words.map(({ text }) => text)
}

/** Parses `#!lua name=…` at the start of a library (functionExtractLibMetaData). Throws the server's error. */
export function readLibraryShebang(code: Bytes): {
  readonly name: Bytes
  readonly engine: Bytes
  readonly code: Bytes
} {
  if (!code.startsWith('#!')) throw new CommandError('ERR Missing library metadata')
  const end = code.indexOf('\n')
  if (end < 0) throw new CommandError('ERR Invalid library metadata')
  const [head = '', ...options] = wordsOf(code.slice(0, end), 'ERR Invalid library metadata')
  const engine = head.slice(2)
  let name: Bytes | null = null
  for (const option of options) {
    if (!option.toLowerCase().startsWith('name=')) throw new CommandError(`ERR Invalid metadata value given: ${option}`)
    if (name !== null) throw new CommandError('ERR Invalid metadata value, name argument was given multiple times')
    name = option.slice('name='.length)
  }
  if (name === null) throw new CommandError('ERR Library name was not given')
  return { name, engine, code: code.slice(end) }
}

/** Returns true for a valid name of a library or function. */
export function isFunctionName(name: Bytes): boolean {
  return /^[A-Za-z0-9_]+$/.test(name)
}
