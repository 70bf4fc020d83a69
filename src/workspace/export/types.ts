import type { Role } from '../../acl/role'
import type { User } from '../../acl/user'
import type { Target } from '../../targets/target'

/** The export formats. */
export type ExportFormat =
  | 'acl-file'
  | 'acl-setuser'
  | 'acl-setuser-cluster'
  | 'redis-conf'
  | 'access-string'
  | 'kubernetes'
  | 'ansible'
  | 'terraform'

export const exportFormats: readonly { readonly id: ExportFormat; readonly label: string; readonly about: string }[] = [
  { id: 'acl-file', label: 'users.acl', about: 'The file that aclfile names, for ACL LOAD. Passwords are hashed.' },
  {
    id: 'acl-setuser',
    label: 'ACL SETUSER commands',
    about: 'For redis-cli, on one server. Run them as often as you like: the result is the same.',
  },
  {
    id: 'acl-setuser-cluster',
    label: 'Script for every node',
    about: 'A shell script that sets the users on each node of a cluster.',
  },
  {
    id: 'redis-conf',
    label: 'redis.conf',
    about: 'user lines, quoted as redis.conf needs it. They exclude an aclfile.',
  },
  { id: 'access-string', label: 'Access string', about: 'For ElastiCache and MemoryDB.' },
  { id: 'kubernetes', label: 'Kubernetes Secret', about: 'A Secret that holds users.acl.' },
  { id: 'ansible', label: 'Ansible', about: 'Tasks that write users.acl and load it.' },
  { id: 'terraform', label: 'Terraform', about: 'aws_elasticache_user resources.' },
]

/** A note on an export: what it cannot hold (`lost`), or further information (`info`). */
export interface ExportNote {
  readonly kind: 'lost' | 'info'
  readonly user: string | null
  readonly message: string
}

export interface ExportOptions {
  /** The target of the export. */
  readonly target: Target
  readonly users: Iterable<User>
  /** All roles of the server, those that nobody holds too. */
  readonly roles: Iterable<Role>
}

/** An export to preview and download. */
export interface Exported {
  readonly format: ExportFormat
  readonly text: string
  readonly fileName: string
  readonly mediaType: string
  readonly notes: readonly ExportNote[]
}
