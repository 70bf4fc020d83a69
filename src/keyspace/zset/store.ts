import type { Bytes } from '../../acl/bytes'
import type { CommandContext } from '../context'
import type { Entry } from './sorted'
import { ZSetValue } from './value'

/**
 * Stores a result under a key, or deletes the key if the result is empty. Returns the size of the result, and reports
 * `changes` for storing it.
 */
export function storeEntries(
  context: CommandContext,
  key: Bytes,
  entries: readonly Entry[],
  event: string,
  changes = 1,
): number {
  if (entries.length === 0) {
    if (context.db.delete(key)) {
      context.keyspace.report(1)
      context.notify('g', 'del', key)
    }
    return 0
  }
  const { limits } = context.keyspace
  const packs = entries.length <= limits.zsetEntries && entries.every(({ member }) => member.length <= limits.zsetValue)
  const unsigned = packs && context.behaviours.packedZeroHasNoSign
  context.db.set(
    key,
    ZSetValue.of(
      unsigned ? entries.map(({ member, score }) => ({ member, score: score === 0 ? 0 : score })) : entries,
      limits,
    ),
  )
  context.keyspace.report(changes)
  context.notify('z', event, key)
  return entries.length
}
