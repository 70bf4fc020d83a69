import { fromText } from '../../acl/bytes'
import type { DenyReason } from '../../acl/decision'
import { addedPassword } from '../../acl/password'
import { parseRule } from '../../acl/rule'
import type { Origin } from '../../server/types'
import { defaultTargetId } from '../../targets/infos'
import type { TargetId } from '../../targets/target'
import type { WorkspaceState } from '../state'

/**
 * The outcome of a command line: allowed and answered; denied by the ACL, with the reason; answered with another error;
 * or not answered, since the server closed the connection.
 */
export type Outcome = 'allowed' | DenyReason | 'error' | 'closed'

export interface GalleryStep {
  /** Index into connections. */
  readonly on: number
  readonly line: string
  readonly outcome: Outcome
}

/** A policy with commands to run. Tests run every step and compare the outcome. */
export interface GalleryExample {
  readonly id: string
  readonly title: string
  /** The purpose of the example, and what to look for. */
  readonly about: string
  readonly target: TargetId
  readonly acl: string
  readonly conf: string
  /** users.expect; null where there is none. Tests prove its statements. */
  readonly expect: string | null
  /** The server's message where it refuses the files, as a lesson in fixing them; null where it starts. */
  readonly refused: string | null
  readonly origins: readonly Origin[]
  readonly steps: readonly GalleryStep[]
}

/** An example in short form; absent fields have common defaults. */
export interface Sketch {
  readonly id: string
  readonly title: string
  readonly about: string
  readonly acl?: string
  readonly conf?: string
  readonly expect?: string
  readonly target?: TargetId
  readonly refused?: string
  readonly origins?: readonly Origin[]
  /** `0 GET a -> allowed`: connection, command line and outcome. */
  readonly steps: readonly string[]
}

const here: Origin = { kind: 'loopback' }

function step(text: string): GalleryStep {
  const [, on = '0', line = '', outcome = 'allowed'] = /^(\d) (.*) -> (\w+)$/.exec(text) ?? []
  return { on: Number(on), line, outcome: outcome as Outcome }
}

/** Expands a sketch to an example. */
export function draw(sketch: Sketch): GalleryExample {
  const steps = sketch.steps.map(step)
  const connections = Math.max(1, ...steps.map(({ on }) => on + 1))
  return {
    id: sketch.id,
    title: sketch.title,
    about: sketch.about,
    target: sketch.target ?? defaultTargetId,
    acl: sketch.acl ?? '',
    conf: sketch.conf ?? 'aclfile users.acl\n',
    expect: sketch.expect ?? null,
    refused: sketch.refused ?? null,
    origins: sketch.origins ?? Array.from({ length: connections }, () => here),
    steps,
  }
}

/** Expands a sketch of a policy to reuse: its passwords become hashes, as in a file that is committed. */
export function drawPolicy(sketch: Sketch): GalleryExample {
  const acl = sketch.acl?.replace(/\S+/g, (word) => {
    const hash = addedPassword(parseRule(fromText(word)))
    return hash === null ? word : `#${hash}`
  })
  return draw({ ...sketch, acl: acl ?? '' })
}

/** Returns the example as a workspace, with its commands in order. */
export function stateOf(example: GalleryExample): WorkspaceState {
  return {
    target: example.target,
    modules: false,
    files: { acl: example.acl, conf: example.conf, ...(example.expect !== null && { expect: example.expect }) },
    connections: example.origins.map((origin) => ({ origin, login: null })),
    entries: example.steps.map(({ on, line }) => ({ on, line })),
  }
}
