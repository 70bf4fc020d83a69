import type { Bytes } from '../../acl/bytes'

/** The import formats. */
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
  | 'systemd'
  | 'bicep'
  | 'nix'
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
  { id: 'systemd', label: 'systemd unit' },
  { id: 'bicep', label: 'Bicep' },
  { id: 'nix', label: 'NixOS configuration' },
  { id: 'client-calls', label: 'Program (client library, Pulumi, CDK or Testcontainers)' },
]

/** A detected format. */
export interface Detection {
  readonly format: ImportFormat
  /** The confidence, from 0 to 1. Below 0.5, ask the user. */
  readonly confidence: number
}

/** A note on an import. */
export interface ImportNote {
  /** `lost`: it could not be converted. `changed`: it was converted to another form. `info`: further information. */
  readonly kind: 'lost' | 'changed' | 'info'
  readonly user: string | null
  readonly message: string
}

/** An imported user, with its rules as ACL SETUSER would accept them for a new user. */
export interface ImportedUser {
  readonly name: Bytes
  readonly rules: readonly Bytes[]
}

/** The result of an import. */
export interface ImportResult {
  readonly format: ImportFormat
  readonly users: readonly ImportedUser[]
  /** The users as text of a users.acl file; empty where there are none. */
  readonly acl: string
  /** The lines of redis.conf as text, without `user` lines; null where there were none. */
  readonly conf: string | null
  readonly notes: readonly ImportNote[]
  /** The counts of what was lost or changed, of which `notes` may have only the first. */
  readonly losses: ImportLosses
}

/** The numbers of losses of an import: of users and rules, of passwords that are not in the text, and of changed forms. */
export interface ImportLosses {
  readonly rules: number
  readonly passwords: number
  readonly changed: number
}

/** The maximum number of characters read, and of users, rules and notes returned. */
export const importLimits = { length: 20_000_000, users: 200_000, notes: 50 } as const
