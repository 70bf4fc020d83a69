import type { Origin } from '../server/types'
import type { TargetId } from '../targets/target'
import type { WorkspaceSettings } from './settings'

/** The content of a link or a saved workspace. Text is UTF-16; a server is given its UTF-8 bytes. */
export interface WorkspaceState {
  readonly target: TargetId
  /** The exact release to decide as, such as `8.0.6`; absent: the one that the target was made from. */
  readonly release?: string | undefined
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
