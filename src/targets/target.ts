import type { CommandTable } from '../acl/command'
import type { Behaviours } from './behaviours'

export type TargetId =
  | 'redis-6.0'
  | 'redis-6.2'
  | 'redis-7.0'
  | 'redis-7.2'
  | 'redis-7.4'
  | 'redis-8.0'
  | 'redis-8.2'
  | 'redis-8.4'
  | 'redis-8.6'
  | 'redis-8.8'
  | 'redis-8.10'
  | 'valkey-7.2'
  | 'valkey-8.0'
  | 'valkey-8.1'
  | 'valkey-9.1'

/** What is known of a target before its table is loaded. */
export interface TargetInfo {
  readonly id: TargetId
  /** `Redis 8.0`, `Valkey 9.1`. */
  readonly label: string
  readonly product: 'redis' | 'valkey'
  /** The exact release: `7.2.6`. */
  readonly version: string
  /** Recorded: read off a running server and replayed against it. Documented: made from documentation. */
  readonly evidence: 'recorded' | 'documented'
  /** Modules come bundled with this release (Redis 8) and can be loaded with its table. */
  readonly hasModules: boolean
}

/** A server version, ready to simulate: its command table and what it does differently. */
export interface Target extends TargetInfo {
  /** The bundled modules were loaded with the table. */
  readonly modules: boolean
  readonly table: CommandTable
  readonly behaviours: Behaviours
}
