import type { Span } from '../../acl/decision'
import type { Target } from '../../targets/target'
import type { Edit } from '../diagnostic'

/** Facts that the two files do not contain and the user answers; null where there is no answer. */
export interface ClientSide {
  /** The files are in version control, or will be. */
  readonly committed: boolean | null
  /** Clients connect with TLS. */
  readonly tls: boolean | null
  /** Passwords come from the environment or a secrets manager rather than from code. */
  readonly secretsManaged: boolean | null
  /** A firewall or a cloud security group lets only the application's network to the port. */
  readonly firewall: boolean | null
  /** ACL LOG is reviewed regularly, by a person or a program. */
  readonly auditsAclLog: boolean | null
  /** The server's log is monitored for failed log-ins. */
  readonly watchesLog: boolean | null
  /** Security releases are installed as they come out. */
  readonly updates: boolean | null
  /** The client runs on the server's own host. */
  readonly sameHost: boolean | null
  /** The application's network, for firewall rules, in CIDR notation: `10.0.1.0/24`. */
  readonly network: string | null
}

export const unknownClientSide: ClientSide = {
  committed: null,
  tls: null,
  secretsManaged: null,
  firewall: null,
  auditsAclLog: null,
  watchesLog: null,
  updates: null,
  sameHost: null,
  network: null,
}

export interface ChecklistInput {
  readonly target: Target
  /** users.acl, as text; null where the server has no ACL file. */
  readonly acl: string | null
  /** redis.conf, as text. */
  readonly conf: string
  readonly client: ClientSide
}

/** `unknown`: the files do not determine the state, and the user has not answered. */
export type ChecklistState = 'pass' | 'fail' | 'unknown'

/** A fact that supports the state, with its span where it has one (the span names its file). */
export interface Evidence {
  readonly text: string
  readonly span: Span | null
}

/** Edits of the two files, in UTF-16 offsets, sorted and without overlaps. */
export interface FileEdits {
  readonly acl: readonly Edit[]
  readonly conf: readonly Edit[]
}

/** Text to copy, such as firewall rules or commands. */
export interface Snippet {
  readonly label: string
  readonly text: string
}

export interface ChecklistFix {
  /** The recommended action, in one or two sentences. */
  readonly text: string
  /** Edits that can be applied as they are and that the server accepts; null where a person must decide. */
  readonly edits: FileEdits | null
  readonly snippets: readonly Snippet[]
}

export type ChecklistId =
  | 'bind'
  | 'protected-mode'
  | 'authentication'
  | 'password-length'
  | 'password-clear'
  | 'password-shared'
  | 'secrets'
  | 'application-users'
  | 'tls'
  | 'firewall'
  | 'acl-log'
  | 'updates'
  | 'unix-socket'
  | 'dangerous-commands'
  | 'default-user'
  | 'rename-command'
  | 'protected-directives'
  | 'log-level'
  | 'login-failures'

export interface ChecklistItem {
  readonly id: ChecklistId
  /** The recommended condition: `The server listens only on the interfaces it needs`. */
  readonly title: string
  readonly state: ChecklistState
  /** The present situation, in a sentence. */
  readonly summary: string
  readonly evidence: readonly Evidence[]
  /** The condition as sentences for users.expect, which hold exactly where the item passes; empty where the language has none. */
  readonly sentences: readonly string[]
  /** Null where no action is needed. */
  readonly fix: ChecklistFix | null
}
