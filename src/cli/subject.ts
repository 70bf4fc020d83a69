import { statSync } from 'node:fs'
import { resolve } from 'node:path'
import { fromText, toText, type Bytes } from '../acl/bytes'
import { shellPath } from '../analysis/escape/shell'
import { quote } from '../resp/render'
import { parseConfigFile } from '../server/config-file'
import type { SimulatedServer } from '../server/server'
import { startWith, type StartResult } from '../server/start-with'
import type { FileStore } from '../server/types'
import { defaultTargetId, isTargetId, labelOf, targetInfos } from '../targets/infos'
import { loadTarget } from '../targets/load'
import type { Target } from '../targets/target'
import { importFormats } from '../workspace/import/types'
import { plainSettings, type WorkspaceSettings } from '../workspace/settings'
import { chosenTarget, type VersionOptions } from './chosen-target'
import { debugTo } from './debug'
import { DiskFiles } from './files'
import { shortened } from './formats/text'
import { prepareWidths } from './formats/width'
import { onOneLine } from './printable'
import { markFile, maskOf } from './masked'
import { isServerAddress } from './server/address'
import type { ServerPolicy } from './server/read-policy'
import { CannotRun, sourceOf, onlyOneStdin, read, type Io, type Source } from './input'

/** The server options that all commands have. */
export interface ServerOptions extends VersionOptions {
  readonly modules?: boolean
  readonly conf?: string
  /** Traces loading and decisions on standard error. */
  readonly debug?: boolean
  /** Files of certificates, for servers with TLS. */
  readonly cacert?: string
  readonly cert?: string
  readonly key?: string
  /** Reads the connections of a server too. */
  readonly connections?: boolean
}

/** The files of a server, and its target. */
export interface Subject {
  readonly target: Target
  readonly acl: Source
  /** Null: the server has no configuration. */
  readonly conf: Source | null
  /** The expectations in the link; null where it has none. */
  readonly expect: Source | null
  readonly settings: WorkspaceSettings
  /** True for a playground link, which names its target. */
  readonly isLink: boolean
  /** The server that the files were read from; null for files and links. */
  readonly server: ServerPolicy | null
  /** Sentences on what statements about the users leave out, since it was not read from the server. */
  readonly limits: readonly string[]
}

/** Loads the target of this name. Throws CannotRun where there is none. */
export async function targetOf(id: string, modules: boolean, version?: string): Promise<Target> {
  if (!isTargetId(id))
    throw new CannotRun(`There is no target ${id}. Choose one of: ${targetInfos.map((info) => info.id).join(', ')}`)
  const info = targetInfos.find((known) => known.id === id)
  if (modules && info?.hasModules === false)
    throw new CannotRun(`${info.label} has no bundled modules: omit --modules.`)
  return loadTarget(id, { modules, ...(version !== undefined && { version }) })
}

/**
 * Reads users.acl, or a link in its place, and redis.conf where it is named. Options override the target, the modules
 * and the redis.conf of a link.
 * @param others the command's other arguments: only one of all may be standard input
 * @param onlyAcl true to refuse users in another format, which are converted otherwise
 */
export async function readSubject(
  argument: string,
  options: ServerOptions,
  io: Io,
  others: readonly (string | undefined)[] = [],
  stdinName = 'users.acl',
  onlyAcl = false,
): Promise<Subject> {
  onlyOneStdin([argument, options.conf, ...others])
  const subject = await readFiles(argument, options, io, stdinName, onlyAcl)
  await prepareWidths(subject.acl.text, subject.conf?.text, subject.expect?.text)
  return subject
}

async function readFiles(
  argument: string,
  options: ServerOptions,
  io: Io,
  stdinName: string,
  onlyAcl: boolean,
): Promise<Subject> {
  if (isServerAddress(argument)) return readServerSubject(argument, options, io)
  const given = await read(argument, io, stdinName)
  const conf = options.conf === undefined ? null : await readConf(options.conf, options, io)
  const chosen = chosenTarget(options)
  if (given.kind === 'file') {
    const target = await targetOf(chosen.target ?? defaultTargetId, options.modules ?? false, chosen.version)
    return {
      target,
      acl: markFile(await aclFrom(given.source, target, onlyAcl, io), 'acl', conf),
      conf,
      expect: null,
      settings: plainSettings,
      isLink: false,
      server: null,
      limits: [],
    }
  }
  const { state } = given
  const target = await targetOf(
    chosen.target ?? state.target,
    options.modules ?? (chosen.target === undefined && state.modules),
    chosen.target === undefined ? state.release : chosen.version,
  )
  const { acl, conf: linkConf, expect } = state.files
  const usedConf = conf ?? markFile(sourceOf('redis.conf', linkConf), 'conf')
  return {
    target,
    acl: markFile(sourceOf('users.acl', acl), 'acl', usedConf),
    conf: usedConf,
    expect: expect === undefined ? null : markFile(sourceOf('users.expect', expect), 'expect', usedConf),
    settings: state.settings ?? plainSettings,
    isLink: true,
    server: null,
    limits: [],
  }
}

/** Returns the options that concern the connection to a server. */
export function connectOptions({ cacert, cert, key }: ServerOptions): Pick<ServerOptions, 'cacert' | 'cert' | 'key'> {
  return {
    ...(cacert !== undefined && { cacert }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
  }
}

/**
 * Reads the users and the configuration of a running server. --target and --conf replace what it tells. Throws CannotRun
 * where not all users are read exactly.
 */
async function readServerSubject(argument: string, options: ServerOptions, io: Io): Promise<Subject> {
  const [{ readPolicy }, { limitsOf }] = await Promise.all([import('./server/read-policy'), import('./server/limits')])
  const server = await readPolicy(argument, options, io, debugTo(io, options.debug === true))
  const target = await targetOf(server.target, options.modules ?? server.modules, server.version ?? undefined)
  const own = server.conf === null ? null : markFile(server.conf, 'conf')
  const conf = options.conf === undefined ? own : await readConf(options.conf, options, io)
  return {
    target,
    acl: markFile(server.users.exactly(), 'acl', conf),
    conf,
    expect: null,
    settings: plainSettings,
    isLink: false,
    server,
    limits: limitsOf(server, target, options.conf !== undefined),
  }
}

/**
 * Returns users.acl. Converts users in another format, and reports on standard error what was detected and what could not
 * be converted. Throws CannotRun where there are none.
 */
async function aclFrom(source: Source, target: Target, onlyAcl: boolean, io: Io): Promise<Source> {
  if (!isImportable(source.text)) return source
  const { detectFormat, importText } = await import('../workspace/import')
  const format = detectFormat(source.text)?.format
  if (format === undefined || format === 'acl-file' || format === 'redis-conf' || format === 'access-string')
    return source
  const label = importFormats.find(({ id }) => id === format)?.label ?? format
  const file = onOneLine(source.name)
  const looks = `${file} is not a users.acl file; it looks like ${label}.`
  if (onlyAcl) throw new CannotRun(`${looks} Convert it: acl-playground import ${shellPath(source.name)} > users.acl`)
  const outcome = await importText(source.text, { behaviours: target.behaviours, format })
  if (!outcome.ok) throw new CannotRun(`${looks} ${onOneLine(outcome.message)}`)
  const { acl, notes, losses } = outcome.result
  if (acl === '') throw new CannotRun(`${looks} It contains no users.`)
  io.err(`${file}: read as ${label}. To see the rules: acl-playground import ${shellPath(source.name)}\n`)
  for (const { user, message } of notes)
    io.err(`${file}: ${user === null ? '' : `user ${onOneLine(user)}: `}${onOneLine(message)}\n`)
  if (losses.rules > 0)
    throw new CannotRun(
      `${file}: not all of its users and rules can be read, so nothing is said about them. Convert it and complete the result: acl-playground import ${file} > users.acl`,
    )
  const bytes = fromText(acl)
  return { ...source, bytes, text: toText(bytes), isConverted: true }
}

/**
 * Returns true for a text that may be another format: no line starts with `user`, and it is short enough to examine.
 */
const isImportable = (text: string): boolean => text.length < 2_000_000 && !/^user /m.test(text)

/** Reads redis.conf, or what a server tells of its configuration. */
async function readConf(argument: string, options: ServerOptions, io: Io): Promise<Source> {
  if (isServerAddress(argument)) {
    const { readPolicy } = await import('./server/read-policy')
    const { conf } = await readPolicy(argument, connectOptions(options), io, debugTo(io, options.debug === true))
    if (conf === null) throw new CannotRun('The configuration of that server cannot be read.')
    return markFile(conf, 'conf')
  }
  const given = await read(argument, io, 'redis.conf')
  const source = given.kind === 'file' ? given.source : sourceOf('redis.conf', given.state.files.conf)
  return markFile(source, 'conf')
}

/** The server that is started for its users and its configuration runs no commands: loading their handlers takes time. */
const noCommands = { server: {}, keyspace: {} }

/** Starts the server on its files. users.acl replaces the file that redis.conf names. */
export function start({ target, acl, conf }: Pick<Subject, 'target' | 'acl' | 'conf'>): StartResult {
  const name = fromText(acl.name)
  const files: FileStore = {
    read: (path) => (path === name ? acl.bytes : conf === null ? null : readIncluded(conf, path)),
    write: () => {
      throw new Error('Nothing is written.')
    },
  }
  return startWith(noCommands, {
    target,
    // The last aclfile directive counts. It gets the name from the command line, so that messages show it.
    conf: `${conf?.bytes ?? ''}\naclfile ${quote(name)}\n`,
    files,
    clock: { now: () => Date.now() },
    // Needed by commands alone.
    random: { bytes: (n) => '\0'.repeat(n), below: () => 0 },
  })
}

/**
 * Reads a file that redis.conf includes; null where there is none, or it is not a regular file: a device may never end.
 */
function readIncluded({ folder }: Source, path: Bytes): Bytes | null {
  if (folder === null) return null
  const place = resolve(folder, toText(path))
  return statSync(place, { throwIfNoEntry: false })?.isFile() === true ? new DiskFiles(() => folder).read(path) : null
}

/** Starts the server. Throws CannotRun, in the server's words, where it refuses to start. */
export function startOrFail(subject: Subject): SimulatedServer {
  const result = start(subject)
  if (!result.started) {
    const crash = result.crash ? '\nThe real server crashes on this file.' : ''
    throw new CannotRun(
      `${subject.target.label} does not start with these files:\n${shortened(maskOf(subject.acl, subject.conf)(toText(result.output)))}${crash}\n${seeAlso(subject)}`,
    )
  }
  return result.server
}

/** Returns a hint to run `check`, which shows each refused rule with its place and fixes. */
export function seeAlso({ acl, target }: Pick<Subject, 'acl' | 'target'>): string {
  return `For the places and fixes, run: acl-playground check ${shellPath(acl.name)} ${target.evidence === 'derived' ? `--server-version ${target.product}-${target.release}` : `--target ${target.id}`}${target.modules ? ' --modules' : ''}`
}

/** Adds an aclfile directive to redis.conf where it has none: here, as in the page, users.acl is that file. */
export function withAclFile(conf: string): string {
  const names = parseConfigFile(fromText(conf)).some(({ words }) => words?.[0] === 'aclfile')
  return names ? conf : `${conf}${conf === '' || conf.endsWith('\n') ? '' : '\n'}aclfile users.acl\n`
}

/** Describes a target: `Redis 8.8 (8.8.2, documented, not recorded)`, `Redis 8.0 (8.0.6, derived from 8.0.2-3+deb13u3)`. */
export function describeTarget({ id, release, evidence, modules }: Target): string {
  const known = {
    recorded: '',
    documented: ', documented, not recorded',
    derived: `, derived from ${targetInfos.find((info) => info.id === id)?.release ?? ''}`,
  }
  return `${labelOf(id)} (${release}${known[evidence]}${modules ? ', with modules' : ''})`
}
