import { behavioursOf } from './behaviours'
import { targetInfos } from './infos'
import { type TableData, unpackTable } from './table'
import { since } from './list'
import type { Target, TargetId } from './target'

/** Makes a target of its tables as they are stored: the server's own, and that of its modules where they count. */
export function unpackTarget(id: TargetId, tables: readonly TableData[]): Target {
  const info = targetInfos.find((one) => one.id === id)
  if (info === undefined) throw new Error(`There is no target ${id}.`)
  return Object.freeze({
    ...info,
    modules: tables.length > 1,
    table: unpackTable(tables, mayReplicate(id)),
    behaviours: Object.freeze(behavioursOf(id)),
  })
}

/** Returns the commands that are no writes and may change replicas (CMD_MAY_REPLICATE), which COMMAND showed in 6.2 only. */
function mayReplicate(id: TargetId): ReadonlySet<string> {
  if (!since(id, 'redis-7.0', 'valkey-7.2')) return new Set()
  const names = ['eval', 'evalsha', 'fcall', 'pfcount', 'publish', 'spublish']
  return new Set(since(id, null, 'valkey-8.0') ? [...names, 'cluster|setslot'] : names)
}
