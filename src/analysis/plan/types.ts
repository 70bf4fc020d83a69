import type { Bytes } from '../../acl/bytes'
import type { Users } from '../../acl/users'

/** A command of a plan, and the user or role that it creates, changes or deletes. */
export interface PlanStep {
  readonly kind: 'create' | 'change' | 'delete'
  readonly of: 'user' | 'role'
  readonly name: Bytes
  /** `ACL SETUSER name reset …`, `ACL DELUSER name`, `ACL SETROLE name …` or `ACL DELROLE name`. */
  readonly argv: readonly Bytes[]
}

export interface PlanOptions {
  /** The users and roles of the server. */
  readonly current: Users
  /** Those that the server should have, the default user included. */
  readonly wanted: Users
  /** The user that runs the commands. */
  readonly runner: Bytes
}

/** The commands that make the users and roles of a server those of a file, and the commands that undo them. */
export interface Plan {
  readonly apply: readonly PlanStep[]
  readonly undo: readonly PlanStep[]
}

/** The reason why a plan is refused: running it would fail, or could not be undone by the same user. */
export type PlanRefusal =
  /** The server has no such user: another server was meant, or the user was deleted. */
  | { readonly kind: 'no-runner' }
  /** The present rules of the user deny a command of the plan. */
  | { readonly kind: 'denied'; readonly step: PlanStep }
  /** The user could no longer run a command of the undo. */
  | { readonly kind: 'denied-after'; readonly step: PlanStep }
  /** The user could no longer read the users, to verify them. Of plans in two phases. */
  | { readonly kind: 'unreadable-after' }
  /** The plan deletes the user that runs it. */
  | { readonly kind: 'deletes-runner' }
  /** The user could not log in again. */
  | { readonly kind: 'no-log-in'; readonly because: 'off' | 'no password' }
  /** Commands cannot express the rules of a user or role exactly. */
  | { readonly kind: 'inexact'; readonly of: 'user' | 'role'; readonly name: Bytes }

export type PlanResult =
  { readonly ok: true; readonly plan: Plan } | { readonly ok: false; readonly refusal: PlanRefusal }

/** A plan in two phases, with the users that servers have between them. */
export type PhasedResult =
  | { readonly ok: true; readonly middle: Users; readonly grant: Plan; readonly take: Plan }
  | { readonly ok: false; readonly refusal: PlanRefusal }
