import { lower, type Bytes } from '../acl/bytes'
import type { Span } from '../acl/decision'
import type { Target } from '../targets/target'
import { Config } from './config'
import { parseConfigFile, type ConfigLine } from './config-file'
import type { FileNote, FileProblem, FileStore, ProblemKind } from './types'

/** A `user` or `role` line of redis.conf. */
export interface HolderLine {
  readonly name: Bytes
  readonly rules: readonly Bytes[]
  readonly line: ConfigLine
  /** The spans of the rules. */
  readonly spans: readonly Span[]
}

export interface LoadedConfig {
  readonly config: Config
  readonly users: readonly HolderLine[]
  readonly roles: readonly HolderLine[]
  /** Original names (lower case) by new name (lower case). */
  readonly renamed: ReadonlyMap<Bytes, Bytes>
  /** Original names that no longer work. */
  readonly hidden: ReadonlySet<Bytes>
  /** The directives of the file that are not simulated or not known. */
  readonly notes: readonly FileNote[]
}

/** The error that stops a server from starting, and its place in a file. */
export interface StartFailure {
  /** The server's output without the line that only gives a line number. */
  readonly message: Bytes
  /** Everything that the server prints. */
  readonly output: Bytes
  readonly problems: readonly FileProblem[]
}

export interface ConfigLoadOptions {
  readonly target: Target
  readonly content: Bytes
  readonly files: FileStore
  /** For directives that the target does not know: refuse to start, as servers do, or only note them. */
  readonly unknownDirectives: 'refuse' | 'note'
  /** Returns the server's error for the name and the rules of a line, or null. */
  readonly check: (kind: HolderKind, name: Bytes, rules: readonly Bytes[]) => HolderLineProblem | null
}

/** The directives whose lines hold rules. */
export type HolderKind = 'user' | 'role'

/** The server's error for a `user` or `role` line of redis.conf: the word that it names, and the reason. */
export interface HolderLineProblem {
  readonly kind: ProblemKind
  readonly word: Bytes
  readonly reason: Bytes
}

/** Directives of older releases that newer ones accept and ignore. */
const deprecated = new Set([
  'list-max-ziplist-entries',
  'list-max-ziplist-value',
  'lua-replicate-commands',
  'io-threads-do-reads',
  'dynamic-hz',
])

/** Directives whose effect is not simulated, with the value that has none. */
const notSimulated: Readonly<Record<string, Bytes>> = { replicaof: 'no one', 'cluster-enabled': 'no' }

/** Returns the server's error for a line of redis.conf, or of a file that it includes (config.c, loaderr). */
function configFailure(
  target: Target,
  line: ConfigLine,
  kind: ProblemKind,
  reason: Bytes,
  included: boolean,
): StartFailure {
  const { behaviours } = target
  const release = behaviours.fatalConfigNamesVersion
    ? `Version ${target.version}`
    : `Redis ${behaviours.redisVersion ?? target.version}`
  const heading = `*** FATAL CONFIG FILE ERROR (${release}) ***`
  const rest = `>>> '${line.text}'\n${reason}`
  return {
    message: `${heading}\n${rest}`,
    output: `${heading}\nReading the configuration file, at line ${line.span.line}\n${rest}`,
    problems: [{ kind, message: reason, span: included ? null : line.span }],
  }
}

/**
 * Reads redis.conf as a server does at start (config.c, loadServerConfigFromString): line by line, up to the first error.
 * Includes are read through the file store.
 */
export function loadConfig(options: ConfigLoadOptions): LoadedConfig | StartFailure {
  const reader = new Reader(options)
  return reader.readAll(options.content, 0) ?? reader.finish()
}

class Reader {
  readonly #options: ConfigLoadOptions
  readonly #config: Config
  readonly #users: HolderLine[] = []
  readonly #roles: HolderLine[] = []
  readonly #renamed = new Map<Bytes, Bytes>()
  readonly #hidden = new Set<Bytes>()
  readonly #notes: FileNote[] = []
  readonly #unresolved: ConfigLine[] = []

  constructor(options: ConfigLoadOptions) {
    this.#options = options
    this.#config = new Config(options.target)
  }

  readAll(content: Bytes, depth: number): StartFailure | null {
    for (const line of parseConfigFile(content)) {
      const failure = this.#readLine(line, depth)
      if (failure !== null) return failure
    }
    return null
  }

  /** Returns the configuration, or the error for directives that may have been a module's. */
  finish(): LoadedConfig | StartFailure {
    if (this.#unresolved.length > 0) {
      const message = [
        'Unresolved Configuration(s) Detected:',
        ...this.#unresolved.map((line) => `>>> '${line.text}'`),
        'Module Configuration detected without loadmodule directive or no ApplyConfig call: aborting',
      ].join('\n')
      const problems = this.#unresolved.map((line) => ({
        kind: 'bad-directive' as const,
        message: 'Bad directive or wrong number of arguments',
        span: line.span,
      }))
      return { message, output: message, problems }
    }
    return {
      config: this.#config,
      users: this.#users,
      roles: this.#roles,
      renamed: this.#renamed,
      hidden: this.#hidden,
      notes: this.#notes,
    }
  }

  #readLine(line: ConfigLine, depth: number): StartFailure | null {
    const { target, unknownDirectives } = this.#options
    const fail = (kind: ProblemKind, reason: Bytes): StartFailure =>
      configFailure(target, line, kind, reason, depth > 0)
    if (line.words === null) return fail('unbalanced-quotes', 'Unbalanced quotes in configuration line')
    const [name = '', ...words] = line.words
    const directive = this.#config.find(name)
    if (directive !== undefined) {
      const read = this.#config.read(directive, words)
      if ('error' in read) return fail(read.kind ?? 'other', read.error)
      this.#config.set(directive, directive.name === 'save' ? this.#saveWith(words, read.value) : read.value)
      this.#config.spans.set(directive.name, line.span)
      const harmless = notSimulated[directive.name]
      if (harmless !== undefined && read.value !== harmless)
        this.#notes.push({ message: `${directive.name} is not simulated`, span: line.span })
      return null
    }
    if (name === 'include' && words.length === 1) return this.#include(words[0] ?? '', line, depth)
    if (name === 'rename-command' && words.length === 2)
      return this.#rename(words[0] ?? '', words[1] ?? '', (reason) => fail('other', reason))
    if ((name === 'user' || (name === 'role' && target.behaviours.hasRoles)) && words.length > 0) {
      const [holder = '', ...rules] = words
      const problem = this.#options.check(name, holder, rules)
      if (problem !== null)
        return fail(problem.kind, `Error in ${name} declaration '${problem.word}': ${problem.reason}`)
      const lines = name === 'user' ? this.#users : this.#roles
      lines.push({ name: holder, rules, line, spans: line.wordSpans.slice(2) })
      return null
    }
    if (name === 'loadmodule' && words.length > 0) {
      this.#notes.push({ message: 'loadmodule is not simulated', span: line.span })
      return null
    }
    if (name === 'sentinel') return fail('other', 'sentinel directive while not in sentinel mode')
    if (deprecated.has(name) && words.length === 1) return null
    if (unknownDirectives === 'note') {
      this.#notes.push({
        message: `Unknown directive ${name}: a real ${target.label} may refuse to start`,
        span: line.span,
      })
      return null
    }
    const maybeModule =
      target.behaviours.defersUnknownDirectives === 'all' ||
      (target.behaviours.defersUnknownDirectives === 'dotted' && name.includes('.'))
    if (maybeModule && words.length === 1) {
      this.#unresolved.push(line)
      return null
    }
    return fail('bad-directive', 'Bad directive or wrong number of arguments')
  }

  /** Returns the value of `save` after a further line: lines add up, until `save ""` removes them. */
  #saveWith(words: readonly Bytes[], value: Bytes): Bytes {
    const earlier = this.#config.spans.has('save') ? this.#config.get('save') : ''
    if (words.length === 0) return earlier
    return earlier === '' || value === '' ? value : `${earlier} ${value}`
  }

  #include(path: Bytes, line: ConfigLine, depth: number): StartFailure | null {
    const content = depth < 16 ? this.#options.files.read(path) : null
    if (content !== null) return this.readAll(content, depth + 1)
    if (this.#options.unknownDirectives === 'note') {
      this.#notes.push({ message: `The included file ${path} was not found, so it is left out`, span: line.span })
      return null
    }
    const message = `Fatal error, can't open config file '${path}': No such file or directory`
    return { message, output: message, problems: [{ kind: 'other', message, span: line.span }] }
  }

  #rename(from: Bytes, to: Bytes, fail: (reason: Bytes) => StartFailure): StartFailure | null {
    const { table } = this.#options.target
    const known = (name: Bytes): boolean =>
      this.#renamed.has(name) || (!this.#hidden.has(name) && table.find(name)?.parent === null)
    const [old, fresh] = [lower(from), lower(to)]
    if (!known(old)) return fail('No such command in rename-command')
    const original = this.#renamed.get(old) ?? old
    if (fresh !== '' && known(fresh) && fresh !== old) return fail('Target command name already exists')
    this.#renamed.delete(old)
    this.#hidden.add(original)
    if (fresh !== '') {
      if (fresh === original) this.#hidden.delete(original)
      else this.#renamed.set(fresh, original)
    }
    return null
  }
}
