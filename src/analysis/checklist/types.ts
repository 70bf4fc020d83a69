import type { Span } from '../../acl/decision'
import type { Target } from '../../targets/target'
import type { Edit } from '../diagnostic'

/** What nobody can read out of the two files: the client side says it, or null where it is not known. */
export interface ClientSide {
  /** The files are in version control, or will be. */
  readonly committed: boolean | null
  /** Clients connect with TLS. */
  readonly tls: boolean | null
  /** Passwords come from the environment or a secrets manager rather than from code. */
  readonly secretsManaged: boolean | null
  /** A firewall or a cloud security group lets only the application's network to the port. */
  readonly firewall: boolean | null
  /** Somebody, or something, reads ACL LOG at regular times. */
  readonly auditsAclLog: boolean | null
  /** Somebody, or something, watches the server's log for failed log-ins. */
  readonly watchesLog: boolean | null
  /** Security releases are installed as they come. */
  readonly updates: boolean | null
  /** The client runs on the server's own host. */
  readonly sameHost: boolean | null
  /** The network of the application, for firewall rules: `10.0.1.0/24`. */
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

/** `pass`, `fail`, or `unknown`: neither file can say. */
export type ChecklistState = 'pass' | 'fail' | 'unknown'

/** A fact that the state rests on, with its place where it has one (the span names its file). */
export interface Evidence {
  readonly text: string
  readonly span: Span | null
}

/** Changes to the two files, UTF-16 offsets, in order and without overlaps. */
export interface FileEdits {
  readonly acl: readonly Edit[]
  readonly conf: readonly Edit[]
}

/** Something to copy: firewall rules, commands. */
export interface Snippet {
  readonly label: string
  readonly text: string
}

export interface ChecklistFix {
  /** What to do, in a sentence or two. */
  readonly text: string
  /** Can be made as they stand, and the server still starts; null where a person must decide. */
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
  /** What should hold: `Only the interfaces that are needed are listened on`. */
  readonly title: string
  readonly state: ChecklistState
  /** What is the case, in a sentence. */
  readonly summary: string
  readonly evidence: readonly Evidence[]
  /** Null where nothing is to be done. */
  readonly fix: ChecklistFix | null
}
