import { behavioursOf } from './behaviours'
import { targetInfos } from './infos'
import { type TableData, unpackTable } from './table'
import { since } from './list'
import type { AccessDefect } from './releases'
import type { Target, TargetId, TargetInfo } from './target'

/** The parts of a target that belong to another release of its line than the one that its tables were made from. */
export interface Derived {
  readonly info: Partial<TargetInfo>
  readonly has: (defect: AccessDefect) => boolean
}

/**
 * Makes a target of its tables as they are stored: the server's own, and that of its modules where they count.
 * @param derived the parts of another release; absent: the target is the release that the tables were made from
 */
export function unpackTarget(id: TargetId, tables: readonly TableData[], derived?: Derived): Target {
  const info = targetInfos.find((one) => one.id === id)
  if (info === undefined) throw new Error(`There is no target ${id}.`)
  return Object.freeze({
    ...info,
    ...derived?.info,
    modules: tables.length > 1,
    table: unpackTable(tables, mayReplicate(id)),
    behaviours: Object.freeze(behavioursOf(id, derived?.has)),
  })
}

/** Returns the commands that are no writes and may change replicas (CMD_MAY_REPLICATE), which COMMAND showed in 6.2 only. */
function mayReplicate(id: TargetId): ReadonlySet<string> {
  if (!since(id, 'redis-7.0', 'valkey-7.2')) return new Set()
  const names = ['eval', 'evalsha', 'fcall', 'pfcount', 'publish', 'spublish']
  return new Set(since(id, null, 'valkey-8.0') ? [...names, 'cluster|setslot'] : names)
}
