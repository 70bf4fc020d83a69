import type { Bytes } from '../../acl/bytes'
import type { User } from '../../acl/user'

/** A command of a plan, and the user that it creates, changes or deletes. */
export interface PlanStep {
  readonly kind: 'create' | 'change' | 'delete'
  readonly user: Bytes
  /** `ACL SETUSER name reset …` or `ACL DELUSER name`. */
  readonly argv: readonly Bytes[]
}

export interface PlanOptions {
  /** The users of the server. */
  readonly current: Iterable<User>
  /** The users that the server should have, the default user included. */
  readonly wanted: Iterable<User>
  /** The user that runs the commands. */
  readonly runner: Bytes
}

/** The commands that make the users of a server those of a file, and the commands that undo them. */
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
  /** The plan deletes the user that runs it. */
  | { readonly kind: 'deletes-runner' }
  /** The user could not log in again. */
  | { readonly kind: 'no-log-in'; readonly because: 'off' | 'no password' }
  /** Commands cannot express the rules of a user exactly. */
  | { readonly kind: 'inexact'; readonly user: Bytes }

export type PlanResult =
  { readonly ok: true; readonly plan: Plan } | { readonly ok: false; readonly refusal: PlanRefusal }
