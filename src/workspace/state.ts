import * as v from 'valibot'
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

const text = (most: number) => v.pipe(v.string(), v.maxLength(most))
const name = text(limits.nameLength)
const fileText = text(limits.fileLength)
/** Accepts a value that does not fit by dropping it. */
const dropped = <const T extends v.GenericSchema>(schema: T) => v.fallback(v.optional(schema), undefined)

/** An array whose length is checked before its items. */
const list = <const T extends v.GenericSchema>(item: T, most: number) =>
  v.pipe(
    v.custom<unknown[]>((value) => Array.isArray(value) && value.length <= most),
    v.array(item),
  )

/** A record that inherits nothing, since a user may be called `constructor`; v.record drops such keys. */
const record = <const T extends v.GenericSchema>(item: T) =>
  v.pipe(
    v.custom<object>((value) => typeof value === 'object' && value !== null && !Array.isArray(value)),
    v.transform((value) => Object.entries(value) as unknown[]),
    list(v.tuple([name, item]), limits.settings),
    v.transform(
      (entries) =>
        Object.assign(Object.create(null), Object.fromEntries(entries as [string, unknown][])) as Record<
          string,
          v.InferOutput<T>
        >,
    ),
  )

const tcp = { tls: dropped(v.literal(true)), certificateUser: dropped(name) }

const workspaceSchema = v.pipe(
  v.object({
    target: v.custom<TargetId>((value) => typeof value === 'string' && isTargetId(value)),
    modules: v.boolean(),
    files: v.object({ acl: fileText, conf: fileText, expect: v.optional(fileText) }),
    connections: list(
      v.object({
        origin: v.variant('kind', [
          v.object({ kind: v.literal('unix'), as: dropped(v.picklist(['owner', 'group', 'other'])) }),
          v.object({ kind: v.literal('loopback'), ...tcp }),
          v.object({ kind: v.literal('address'), address: text(100), ...tcp }),
        ]),
        login: v.nullable(name),
      }),
      limits.connections,
    ),
    entries: list(
      v.object({
        on: v.pipe(v.number(), v.integer(), v.minValue(0)),
        line: text(limits.lineLength),
        login: v.optional(v.nullable(name)),
        notRun: dropped(v.picklist(['held', 'left'])),
      }),
      limits.entries,
    ),
    settings: v.optional(
      v.object({
        silenced: list(name, limits.settings),
        silencedFor: record(list(name, limits.settings)),
        choices: record(name),
      }),
    ),
  }),
  v.check(({ connections, entries }) => entries.every(({ on }) => on < connections.length)),
)

/**
 * Validates a value of unknown origin and copies only what belongs to a workspace.
 * @returns null where anything is missing, of the wrong shape or beyond the limits
 */
export function readState(value: unknown): WorkspaceState | null {
  const { success, output } = v.safeParse(workspaceSchema, value, { abortEarly: true })
  return success ? (output as WorkspaceState) : null
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
