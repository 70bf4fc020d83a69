import { isTargetId } from '../targets/infos'
import type { Origin } from '../server/types'
import type { TargetId } from '../targets/target'

/** All that a link or a saved workspace carries. Text is text here (UTF-16); a server is given its UTF-8 bytes. */
export interface WorkspaceState {
  readonly target: TargetId
  /** The modules bundled with Redis 8 count; of no effect on targets without. */
  readonly modules: boolean
  readonly files: WorkspaceFiles
  readonly connections: readonly SavedConnection[]
  /** What was run, in order, over all connections. */
  readonly entries: readonly SavedEntry[]
  /** Absent: as a first visitor finds it. */
  readonly settings?: WorkspaceSettings
}

/** What a workspace says about how to look at it. */
export interface WorkspaceSettings {
  /** Codes of advice that is not to be given at all. */
  readonly silenced: readonly string[]
  /** By a user's name: codes of advice that is not to be given for that user. */
  readonly silencedFor: Readonly<Record<string, readonly string[]>>
  /** Other choices by name, such as the client library that is used. */
  readonly choices: Readonly<Record<string, string>>
}

/** A first visitor's settings. */
export const plainSettings: WorkspaceSettings = { silenced: [], silencedFor: {}, choices: {} }

export interface WorkspaceFiles {
  /** users.acl */
  readonly acl: string
  /** redis.conf */
  readonly conf: string
  /** users.expect; absent: none. */
  readonly expect?: string
}

export interface SavedConnection {
  readonly origin: Origin
  /** Who is logged in from the start, by name and without a password; null: as a server starts a connection. */
  readonly login: string | null
}

export interface SavedEntry {
  /** Index into connections. */
  readonly on: number
  /** The command line as typed. Empty: here users.acl was loaded, in place of what commands had changed in memory. */
  readonly line: string
  /**
   * For lines that log in (AUTH, HELLO … AUTH): who was logged in by it, or null where it was refused. With it a line
   * whose password was taken out can be carried out again: by name, without a password. Absent: run the line.
   */
  readonly login?: string | null
  /** `held`: a script that is not to run before the person agrees. `left`: a command that was left out. Absent: run the line. */
  readonly notRun?: 'held' | 'left'
}

/** Bounds on what a link or a stored workspace may hold. Beyond them it is refused rather than cut. */
export const limits = {
  fileLength: 8_000_000,
  connections: 64,
  entries: 2_000,
  lineLength: 200_000,
  nameLength: 1_000,
  settings: 5_000,
} as const

/** A blank start: no users of its own, no configuration but the aclfile, one connection. */
export function blankState(target: TargetId): WorkspaceState {
  return {
    target,
    modules: false,
    files: { acl: '', conf: 'aclfile users.acl\n' },
    connections: [{ origin: { kind: 'loopback' }, login: null }],
    entries: [],
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const isText = (value: unknown, max: number): value is string => typeof value === 'string' && value.length <= max
const isName = (value: unknown): value is string | null => value === null || isText(value, limits.nameLength)

function readOrigin(value: unknown): Origin | null {
  if (!isRecord(value)) return null
  const { tls, certificateUser, address, kind, as } = value
  if (kind === 'unix') return as === 'owner' || as === 'group' || as === 'other' ? { kind, as } : { kind }
  const secure = {
    ...(tls === true ? { tls: true } : {}),
    ...(isText(certificateUser, limits.nameLength) ? { certificateUser } : {}),
  }
  if (kind === 'loopback') return { kind, ...secure }
  return kind === 'address' && isText(address, 100) ? { kind, address, ...secure } : null
}

function readConnection(value: unknown): SavedConnection | null {
  if (!isRecord(value) || !isName(value['login'])) return null
  const origin = readOrigin(value['origin'])
  return origin && { origin, login: value['login'] }
}

function readEntry(value: unknown, connections: number): SavedEntry | null {
  if (!isRecord(value)) return null
  const { on, line, login, notRun } = value
  if (
    typeof on !== 'number' ||
    !Number.isInteger(on) ||
    on < 0 ||
    on >= connections ||
    !isText(line, limits.lineLength)
  )
    return null
  const entry: SavedEntry = { on, line, ...((notRun === 'held' || notRun === 'left') && { notRun }) }
  if (login === undefined) return entry
  return isName(login) ? { ...entry, login } : null
}

function readAll<T>(value: unknown, max: number, read: (item: unknown) => T | null): T[] | null {
  if (!Array.isArray(value) || value.length > max) return null
  const out: T[] = []
  for (const item of value) {
    const one = read(item)
    if (one === null) return null
    out.push(one)
  }
  return out
}

/** A record whose values are all of one kind. It inherits nothing: a user may be called `constructor`. */
function readRecord<T>(value: unknown, read: (item: unknown) => T | null): Record<string, T> | null {
  if (!isRecord(value)) return null
  const entries = Object.entries(value)
  if (entries.length > limits.settings) return null
  const out = Object.create(null) as Record<string, T>
  for (const [name, item] of entries) {
    const one = read(item)
    if (one === null || name.length > limits.nameLength) return null
    out[name] = one
  }
  return out
}

const readName = (value: unknown): string | null => (isText(value, limits.nameLength) ? value : null)
const readNames = (value: unknown): string[] | null => readAll(value, limits.settings, readName)

function readSettings(value: unknown): WorkspaceSettings | null {
  if (!isRecord(value)) return null
  const silenced = readNames(value['silenced'])
  const silencedFor = readRecord(value['silencedFor'], readNames)
  const choices = readRecord(value['choices'], readName)
  return silenced && silencedFor && choices && { silenced, silencedFor, choices }
}

/**
 * Takes a value of unknown origin for a workspace, copying only what belongs to one.
 * @returns null where anything is missing, of the wrong shape or beyond the limits
 */
export function readState(value: unknown): WorkspaceState | null {
  if (!isRecord(value) || !isRecord(value['files'])) return null
  const { target, modules, files } = value
  const { acl, conf, expect } = files as Record<string, unknown>
  if (typeof target !== 'string' || !isTargetId(target) || typeof modules !== 'boolean') return null
  if (!isText(acl, limits.fileLength) || !isText(conf, limits.fileLength)) return null
  if (expect !== undefined && !isText(expect, limits.fileLength)) return null
  const settings = value['settings'] === undefined ? undefined : readSettings(value['settings'])
  const connections = readAll(value['connections'], limits.connections, readConnection)
  const entries =
    connections && readAll(value['entries'], limits.entries, (entry) => readEntry(entry, connections.length))
  if (settings === null || connections === null || entries === null) return null
  return {
    target,
    modules,
    files: { acl, conf, ...(expect !== undefined && { expect }) },
    connections,
    entries,
    ...(settings && { settings }),
  }
}

/**
 * The part of a workspace that readState takes back: what is beyond the limits there is left out, the oldest commands first.
 * A file that is too long stays as it is; isWithinLimits tells.
 */
export function withinLimits(state: WorkspaceState): WorkspaceState {
  const name = (text: string | null): string | null => (text !== null && text.length > limits.nameLength ? null : text)
  const connections = state.connections
    .slice(0, limits.connections)
    .map(({ origin, login }) => ({ origin, login: name(login) }))
  const fitting = state.entries.filter(({ on, line }) => on < connections.length && line.length <= limits.lineLength)
  const entries = fitting
    .slice(-limits.entries)
    .map(({ login, ...entry }) => ({ ...entry, ...(login !== undefined && name(login) === login && { login }) }))
  return { ...state, connections, entries }
}

/** Whether readState takes the files back. */
export function isWithinLimits({ files: { acl, conf, expect = '' } }: WorkspaceState): boolean {
  return Math.max(acl.length, conf.length, expect.length) <= limits.fileLength
}
