import type { DenyReason } from '../../acl/decision'
import type { Origin } from '../../server/types'
import { defaultTargetId } from '../../targets/infos'
import type { TargetId } from '../../targets/target'
import type { WorkspaceState } from '../state'

/**
 * What becomes of a command line: allowed and answered; refused by the ACL, and over what; answered with an error that
 * is not the ACL's; or not answered at all, since the server did not take the connection.
 */
export type Outcome = 'allowed' | DenyReason | 'error' | 'closed'

export interface GalleryStep {
  /** Index into connections. */
  readonly on: number
  readonly line: string
  readonly outcome: Outcome
}

/** A policy to try, with commands ready to run. What it says is what the simulator does: tests run every step. */
export interface GalleryExample {
  readonly id: string
  readonly title: string
  /** What it is for, and what to look at. */
  readonly about: string
  readonly group: 'Security chapter' | 'Lessons'
  readonly target: TargetId
  readonly acl: string
  readonly conf: string
  /** The server refuses the files, in these words: the lesson is in the fix. Null: it starts. */
  readonly refused: string | null
  readonly origins: readonly Origin[]
  readonly steps: readonly GalleryStep[]
}

/** An example in short: what is left out is the usual. */
export interface Sketch {
  readonly id: string
  readonly title: string
  readonly about: string
  readonly acl?: string
  readonly conf?: string
  readonly target?: TargetId
  readonly refused?: string
  readonly origins?: readonly Origin[]
  /** `0 GET a -> allowed`: connection, command line, outcome. */
  readonly steps: readonly string[]
}

const here: Origin = { kind: 'loopback' }

function step(text: string): GalleryStep {
  const [, on = '0', line = '', outcome = 'allowed'] = /^(\d) (.*) -> (\w+)$/.exec(text) ?? []
  return { on: Number(on), line, outcome: outcome as Outcome }
}

/** Fills in a sketch. */
export function draw(group: GalleryExample['group'], sketch: Sketch): GalleryExample {
  const steps = sketch.steps.map(step)
  const connections = Math.max(1, ...steps.map(({ on }) => on + 1))
  return {
    id: sketch.id,
    title: sketch.title,
    about: sketch.about,
    group,
    target: sketch.target ?? defaultTargetId,
    acl: sketch.acl ?? '',
    conf: sketch.conf ?? 'aclfile users.acl\n',
    refused: sketch.refused ?? null,
    origins: sketch.origins ?? Array.from({ length: connections }, () => here),
    steps,
  }
}

/** The example as a workspace, its commands run in order. */
export function stateOf(example: GalleryExample): WorkspaceState {
  return {
    target: example.target,
    modules: false,
    files: { acl: example.acl, conf: example.conf },
    connections: example.origins.map((origin) => ({ origin, login: null })),
    entries: example.steps.map(({ on, line }) => ({ on, line })),
  }
}
