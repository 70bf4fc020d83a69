import type { Bytes } from '../../acl/bytes'

/** What can be read. */
export type ImportFormat =
  | 'acl-file'
  | 'redis-conf'
  | 'acl-getuser'
  | 'acl-setuser'
  | 'config-get'
  | 'access-string'
  | 'aiven'
  | 'json'
  | 'yaml'
  | 'terraform'
  | 'script'
  | 'client-calls'

export const importFormats: readonly { readonly id: ImportFormat; readonly label: string }[] = [
  { id: 'acl-file', label: 'users.acl or ACL LIST' },
  { id: 'redis-conf', label: 'redis.conf' },
  { id: 'acl-getuser', label: 'ACL GETUSER' },
  { id: 'acl-setuser', label: 'ACL SETUSER commands' },
  { id: 'config-get', label: 'CONFIG GET' },
  { id: 'access-string', label: 'ElastiCache or MemoryDB access string' },
  { id: 'aiven', label: 'Aiven users (JSON)' },
  { id: 'json', label: 'JSON' },
  { id: 'yaml', label: 'Kubernetes, Helm or Ansible (YAML)' },
  { id: 'terraform', label: 'Terraform' },
  { id: 'script', label: 'Shell script or Dockerfile' },
  { id: 'client-calls', label: 'Calls of a client library' },
]

/** What a text seems to be. */
export interface Detection {
  readonly format: ImportFormat
  /** From 0 to 1. Below 0.5 it is worth asking. */
  readonly confidence: number
}

/** Something that the person should know of what was read. */
export interface ImportNote {
  /** `lost`: it was in the text and could not be held. `changed`: it is held in another form. `info`: worth knowing. */
  readonly kind: 'lost' | 'changed' | 'info'
  readonly user: string | null
  readonly message: string
}

/** A user as read: its rules as the words that ACL SETUSER would take for a user that does not exist yet. */
export interface ImportedUser {
  readonly name: Bytes
  readonly rules: readonly Bytes[]
}

/** What was read out of a text. */
export interface ImportResult {
  readonly format: ImportFormat
  readonly users: readonly ImportedUser[]
  /** The users as a users.acl file, as text; empty where there are none. */
  readonly acl: string
  /** Lines of redis.conf that came along, as text; null where there were none. They hold no `user` lines. */
  readonly conf: string | null
  readonly notes: readonly ImportNote[]
}

/** The most that is looked at, in characters, and the most users, rules and notes that come out. */
export const importLimits = { length: 20_000_000, users: 200_000, notes: 50 } as const
