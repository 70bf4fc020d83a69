import * as v from 'valibot'
import { isTargetId } from '../targets/infos'
import type { Origin } from '../server/types'
import type { TargetId } from '../targets/target'
import type { WorkspaceSettings } from './settings'

/** The content of a link or a saved workspace. Text is UTF-16; a server is given its UTF-8 bytes. */
export interface WorkspaceState {
  readonly target: TargetId
  /** True to load the modules bundled with Redis 8; other targets ignore it. */
  readonly modules: boolean
  readonly files: WorkspaceFiles
  readonly connections: readonly SavedConnection[]
  /** The commands that were run, in order, over all connections. */
  readonly entries: readonly SavedEntry[]
  /** Absent: the defaults. */
  readonly settings?: WorkspaceSettings
  /** The workspace's name. */
  readonly title?: string
  /** A text for whoever opens the workspace: paragraphs, separated by blank lines. */
  readonly note?: string
  /** Present where the workspace is an exercise; its text is the note. */
  readonly exercise?: Exercise
  /** The line of users.acl, from 1, that a link opens at. */
  readonly line?: number
}

/** A task that somebody set: users.acl is to be changed until the goals are met. */
export interface Exercise {
  /** Sentences of the expectations language. */
  readonly goals: string
  /** A users.acl that meets the goals; absent where the author keeps it back. */
  readonly solution?: string
}

export interface WorkspaceFiles {
  /** users.acl */
  readonly acl: string
  /** redis.conf */
  readonly conf: string
  /** users.expect; absent where there is none. */
  readonly expect?: string
}

export interface SavedConnection {
  readonly origin: Origin
  /** The name of the user that is logged in from the start, without a password; null for the server's default. */
  readonly login: string | null
}

export interface SavedEntry {
  /** Index into connections. */
  readonly on: number
  /** The command line as typed. Empty where users.acl was loaded, which discarded the changes in memory. */
  readonly line: string
  /**
   * The user that the line (AUTH, HELLO … AUTH) logged in; null where that failed. A line whose password was removed is
   * repeated by name, without a password. Absent: run the line.
   */
  readonly login?: string | null
  /** `held`: a script that needs the user's consent. `left`: a command that was skipped. Absent: run the line. */
  readonly notRun?: 'held' | 'left'
}

/** Limits of a link or a stored workspace. What exceeds them is rejected rather than cut. */
export const limits = {
  fileLength: 8_000_000,
  connections: 64,
  entries: 2_000,
  lineLength: 200_000,
  nameLength: 1_000,
  settings: 5_000,
  titleLength: 100,
  noteLength: 10_000,
  goalsLength: 100_000,
} as const

/** Returns a blank workspace: no users, only the aclfile directive, one connection. */
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
/** An optional value; an invalid one is dropped rather than rejected. */
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
    title: v.optional(text(limits.titleLength)),
    note: v.optional(text(limits.noteLength)),
    line: dropped(v.pipe(v.number(), v.integer(), v.minValue(1))),
    exercise: v.optional(v.object({ goals: text(limits.goalsLength), solution: v.optional(fileText) })),
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
 * Cuts a workspace to what readState accepts: drops the oldest commands first. Files that are too long are kept; see
 * isWithinLimits.
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
  const { title, note } = state
  return {
    ...state,
    connections,
    entries,
    ...(title !== undefined && { title: title.slice(0, limits.titleLength) }),
    ...(note !== undefined && { note: note.slice(0, limits.noteLength) }),
  }
}

/** Returns true where readState accepts the files. */
export function isWithinLimits({ files: { acl, conf, expect = '' } }: WorkspaceState): boolean {
  return Math.max(acl.length, conf.length, expect.length) <= limits.fileLength
}
