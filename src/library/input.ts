import { randomBytes, randomInt } from 'node:crypto'
import { fromText, fromUint8, toText, type Bytes } from '../acl/bytes'
import { unknownCode } from '../analysis/diagnostics/codes'
import { clientIds, isClientId } from '../analysis/diagnostics/clients'
import { splitArgs } from '../resp/split-args'
import type { FileStore, ServerOptions } from '../server/types'
import { defaultTargetId, isTargetId, targetInfos } from '../targets/infos'
import { loadTarget } from '../targets/load'
import { chooseRelease } from '../targets/release-choice'
import type { Target } from '../targets/target'
import { InputError } from './errors'
import type { CommandLine, DiagnosticOptions, PolicyOptions } from './types'

/** The maximum size of a file, as on the command line. */
const LARGEST = 16 * 1024 * 1024

/** The path at which the simulated server finds users.acl. */
export const aclPath = 'users.acl'

/** The files of a server and its target, read and validated. */
export interface Input {
  readonly target: Target
  readonly acl: Bytes
  readonly conf: Bytes
  readonly hasConf: boolean
  /** Included files by path. */
  readonly files: ReadonlyMap<string, Bytes>
}

/** Validates options that may come from plain JavaScript, and loads the target. Rejects with InputError. */
export async function readInput(options: PolicyOptions): Promise<Input> {
  const given = record(options, 'The options')
  known(given, ['acl', 'conf', 'target', 'serverVersion', 'modules', 'files', 'port', 'passwords', 'log'], 'option')
  const files = options.files === undefined ? {} : record(options.files, 'files')
  return {
    target: await readTarget(options),
    acl: content(given['acl'], 'acl'),
    conf: given['conf'] === undefined ? '' : content(given['conf'], 'conf'),
    hasConf: given['conf'] !== undefined,
    files: new Map(
      Object.entries(files).map(([path, file]) => [path, content(file, `files[${JSON.stringify(path)}]`)]),
    ),
  }
}

async function readTarget({ target: named, serverVersion, modules = false }: PolicyOptions): Promise<Target> {
  const ids = targetInfos.map(({ id }) => id).join(', ')
  const chosen =
    serverVersion === undefined
      ? null
      : chooseRelease(textOf(serverVersion, 'serverVersion'), named !== undefined && isTargetId(named) ? named : null)
  if (chosen !== null && 'problem' in chosen) throw new InputError(`serverVersion: ${chosen.problem}`)
  const target = chosen?.target ?? named ?? defaultTargetId
  if (typeof target !== 'string' || !isTargetId(target))
    throw new InputError(`target must be a release, not ${shown(target)}. Choose one of: ${ids}`)
  if (typeof modules !== 'boolean') throw new InputError(`modules must be true or false, not ${shown(modules)}.`)
  const info = targetInfos.find(({ id }) => id === target)
  if (modules && info?.hasModules === false) throw new InputError(`modules: ${info.label} has no bundled modules.`)
  const version = chosen?.version ?? null
  return loadTarget(target, { modules, ...(version !== null && { version }) })
}

/** Returns the options of the engine for these files: users.acl is the file that the last aclfile directive names. */
export function engineOptions({ target, acl, conf, files }: Input): ServerOptions {
  return {
    target,
    conf: `${conf}\naclfile ${aclPath}\n`,
    files: memoryFiles(acl, files),
    confPath: null,
    clock: { now: () => Date.now() },
    random: { bytes: (n) => fromUint8(randomBytes(n)), below: (n) => randomInt(n) },
  }
}

/** Returns a file store that holds the files in memory. What a server writes, it reads again. */
export function memoryFiles(acl: Bytes, included: ReadonlyMap<string, Bytes>): FileStore {
  const written = new Map<string, Bytes>([...included, [aclPath, acl]])
  return {
    read: (path) => written.get(toText(path)) ?? null,
    write: (path, text) => void written.set(toText(path), text),
  }
}

/** Returns an object's properties. Throws InputError for anything else. */
export function record(value: unknown, name: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new InputError(`${name} must be an object, not ${shown(value)}.`)
  return value as Readonly<Record<string, unknown>>
}

/** Throws InputError for a property that has no meaning: a misspelt option must not be ignored. */
export function known(given: Readonly<Record<string, unknown>>, names: readonly string[], noun: string): void {
  const other = Object.keys(given).find((name) => !names.includes(name))
  if (other !== undefined) throw new InputError(`There is no ${noun} ${shown(other)}. Known are: ${names.join(', ')}`)
}

function content(value: unknown, name: string): Bytes {
  if (typeof value !== 'string' && !(value instanceof Uint8Array))
    throw new InputError(
      `${name} must be the content of a file, a string or a Uint8Array, not ${shown(value)}: readFileSync('users.acl') gives it.`,
    )
  const bytes = typeof value === 'string' ? fromText(value) : fromUint8(value)
  if (bytes.length > LARGEST) throw new InputError(`${name} is larger than 16 MB.`)
  return bytes
}

/** Returns a text. Throws InputError for another value. */
export function textOf(value: unknown, name: string): string {
  if (typeof value !== 'string') throw new InputError(`${name} must be a string, not ${shown(value)}.`)
  return value
}

/** Returns the arguments of a command line as bytes. Throws InputError where it has none, or one of another type. */
export function argvOf(line: CommandLine): readonly Bytes[] {
  if (typeof line === 'string') {
    const { words, problem } = splitArgs(fromText(line))
    if (problem !== null) throw new InputError(`argv: ${problem.message}`)
    if (words.length === 0) throw new InputError('argv: the command line is empty.')
    return words.map(({ text }) => text)
  }
  if (!Array.isArray(line))
    throw new InputError(`argv must be an array of arguments or a command line, not ${shown(line)}.`)
  if (line.length === 0) throw new InputError('argv: the command line is empty.')
  return line.map((word: unknown, at) => {
    if (typeof word === 'string') return fromText(word)
    if (word instanceof Uint8Array) return fromUint8(word)
    if (typeof word === 'number' && Number.isFinite(word)) return String(word)
    throw new InputError(`argv[${at}] must be a string, a number or a Uint8Array, not ${shown(word)}.`)
  })
}

/** Validates the options of the diagnostics. */
export function diagnosticSettings(options: DiagnosticOptions): {
  readonly silenced: readonly string[]
  readonly silencedFor: Readonly<Record<string, readonly string[]>>
  readonly choices: Readonly<Record<string, string>>
} {
  known(record(options, 'The options'), ['ignore', 'client'], 'option')
  const { ignore = [], client } = options
  if (!Array.isArray(ignore)) throw new InputError(`ignore must be an array of codes, not ${shown(ignore)}.`)
  if (client !== undefined && !isClientId(client))
    throw new InputError(`client: there is no ${shown(client)}. Choose one of: ${clientIds.join(', ')}`)
  const silenced = ignore.map((code: unknown, at) => textOf(code, `ignore[${at}]`))
  const problem = unknownCode(silenced)
  if (problem !== null) throw new InputError(`ignore: ${problem}`)
  return {
    silenced,
    silencedFor: {},
    choices: client === undefined ? {} : { client },
  }
}

/** Describes a value that was given in place of another, on one short line. */
export function shown(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value)
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return String(value)
  return Array.isArray(value) ? 'an array' : typeof value === 'object' ? 'an object' : typeof value
}
