import type { TargetId } from '../../targets/target'
import type { WorkspaceState } from '../state'
import type { Lesson, PartId } from './lesson'
import { aclFile } from './lessons/acl-file'
import { aclLog } from './lessons/acl-log'
import { channels } from './lessons/channels'
import { commands } from './lessons/commands'
import { directives } from './lessons/directives'
import { escalation } from './lessons/escalation'
import { expectations } from './lessons/expectations'
import { final } from './lessons/final'
import { freshServer } from './lessons/fresh-server'
import { keys } from './lessons/keys'
import { leaks } from './lessons/leaks'
import { network } from './lessons/network'
import { order } from './lessons/order'
import { readWrite } from './lessons/read-write'
import { roles } from './lessons/roles'
import { selectors } from './lessons/selectors'
import { subcommands } from './lessons/subcommands'
import { tenants } from './lessons/tenants'
import { upgrade } from './lessons/upgrade'
import { user } from './lessons/user'

export type { Goal, Lesson } from './lesson'
export { goalText } from './lesson'

/** A part of the course. */
export interface Part {
  readonly id: PartId
  readonly title: string
}

/** The parts of the course, in order. */
export const parts: readonly Part[] = [
  { id: 'first-user', title: 'First user' },
  { id: 'finer-rules', title: 'Finer rules' },
  { id: 'running-it', title: 'Running it' },
  { id: 'proving-it', title: 'Proving it' },
]

/** The lessons, in order. */
export const course: readonly Lesson[] = [
  freshServer,
  user,
  keys,
  commands,
  order,
  readWrite,
  subcommands,
  selectors,
  roles,
  channels,
  leaks,
  aclFile,
  aclLog,
  network,
  directives,
  escalation,
  expectations,
  tenants,
  upgrade,
  final,
]

/** Returns the lesson of an id; null where there is none. */
export function lessonOf(id: string): Lesson | null {
  return course.find((lesson) => lesson.id === id) ?? null
}

function byItem(itemsOf: (lesson: Lesson) => readonly string[]): ReadonlyMap<string, string> {
  return new Map(course.flatMap((lesson) => itemsOf(lesson).map((item) => [item, lesson.id] as const)))
}

/** The lesson that explains a diagnostic, by code. */
export const lessonByDiagnostic = byItem(({ diagnostics }) => diagnostics)

/** The lesson that explains an item of the security checklist, by id. */
export const lessonByChecklistItem = byItem(({ checklist }) => checklist)

/** Returns the workspace that a lesson opens with. */
export function lessonState(lesson: Lesson, target: TargetId): WorkspaceState {
  return { target, modules: false, ...lesson.start(target) }
}
