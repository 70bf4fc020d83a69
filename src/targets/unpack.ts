import { behavioursOf } from './behaviours'
import { targetInfos } from './infos'
import { type TableData, unpackTable } from './table'
import { productOf, since } from './list'
import { parseExactRelease } from './exact-release'
import { tableOfRelease } from './releases'
import type { Target, TargetId, TargetInfo } from './target'

/**
 * Makes a target of its tables as they are stored: the server's own, and that of its modules where they count.
 * @param text the exact release to decide as; absent, or no release: the one that the tables were made from
 */
export function unpackTarget(id: TargetId, tables: readonly TableData[], text?: string): Target {
  const info = targetInfos.find((one) => one.id === id)
  if (info === undefined) throw new Error(`There is no target ${id}.`)
  const release = text === undefined ? null : parseExactRelease(productOf(id), text)
  return Object.freeze({
    ...info,
    ...(release !== null && text !== undefined && text !== info.release && derived(release.version, text)),
    modules: tables.length > 1,
    table: unpackTable(
      release === null ? tables : tables.map((one) => tableOfRelease(id, release, one)),
      mayReplicate(id),
    ),
    behaviours: Object.freeze(behavioursOf(id, release ?? undefined)),
  })
}

const derived = (version: string, release: string): Pick<TargetInfo, 'version' | 'stage' | 'release' | 'evidence'> => ({
  version,
  stage: null,
  release,
  evidence: 'derived',
})

/** Returns the commands that are no writes and may change replicas (CMD_MAY_REPLICATE), which COMMAND showed in 6.2 only. */
function mayReplicate(id: TargetId): ReadonlySet<string> {
  if (!since(id, 'redis-7.0', 'valkey-7.2')) return new Set()
  const names = ['eval', 'evalsha', 'fcall', 'pfcount', 'publish', 'spublish']
  return new Set(since(id, null, 'valkey-8.0') ? [...names, 'cluster|setslot'] : names)
}
