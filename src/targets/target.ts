import type { CommandTable } from '../acl/command'
import type { Behaviours } from './behaviours'
import type { TargetId } from './list'

export type { TargetId }

/** The facts about a target that are known before its table is loaded. */
export interface TargetInfo {
  readonly id: TargetId
  /** `Redis 8.0`, `Valkey 9.1`; `Redis 8.0.6` where another release of the line is derived. */
  readonly label: string
  readonly product: 'redis' | 'valkey'
  /** The version as servers tell it: `7.2.6`. */
  readonly version: string
  /** The stage of a release that is not final: `rc1`. */
  readonly stage: string | null
  /** The exact release: `7.2.6`, `9.2.0-rc1`, `8.0.2-3+deb13u3`. */
  readonly release: string
  /**
   * Recorded: read off a running server and replayed against it. Documented: made from documentation. Derived: another
   * release of the line was recorded or documented, and the known differences were applied.
   */
  readonly evidence: 'recorded' | 'documented' | 'derived'
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
