import { behavioursOf } from './behaviours'
import { targetInfos } from './infos'
import { type TableData, unpackTable } from './table'
import type { Target, TargetId } from './target'

/** Makes a target of its tables as they are stored: the server's own, and that of its modules where they count. */
export function unpackTarget(id: TargetId, tables: readonly TableData[]): Target {
  const info = targetInfos.find((one) => one.id === id)
  if (info === undefined) throw new Error(`There is no target ${id}.`)
  return Object.freeze({
    ...info,
    modules: tables.length > 1,
    table: unpackTable(tables),
    behaviours: Object.freeze(behavioursOf(id)),
  })
}
