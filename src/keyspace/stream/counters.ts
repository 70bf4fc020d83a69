import type { Behaviours } from '../../targets/behaviours'
import type { StreamId } from './id'
import type { Group } from './pending'
import type { StreamValue } from './value'

/** Returns true if an entry after `start` was deleted, which makes counting the entries ahead impossible. */
function hasTombstonesAfter(stream: StreamValue, start: StreamId, { recountsReads }: Behaviours): boolean {
  const { first, maxDeletedId } = stream
  if (!first || maxDeletedId === 0n) return false
  return start <= maxDeletedId && (recountsReads || first.id <= maxDeletedId)
}

/** Advances a group to an entry that it is given, with its count of read entries if that can be known. */
export function advance(stream: StreamValue, group: Group, id: StreamId, behaviours: Behaviours): void {
  const { recountsReads } = behaviours
  const stands = !recountsReads || (stream.first !== undefined && group.lastId >= stream.first.id)
  const hasGap = hasTombstonesAfter(stream, recountsReads ? group.lastId : id, behaviours)
  if (group.entriesRead !== null && stands && !hasGap) group.entriesRead++
  else if (stream.entriesAdded > 0) group.entriesRead = entriesUpTo(stream, id, behaviours)
  group.lastId = id
}

/** Returns how many entries were ever added up to an ID; null if deletions make that unknown. */
export function entriesUpTo(stream: StreamValue, id: StreamId, { recountsReads }: Behaviours): number | null {
  const { entriesAdded, first, lastId, length, maxDeletedId } = stream
  if (entriesAdded === 0) return 0
  if (!first && id <= lastId) return entriesAdded
  if (recountsReads && id !== 0n && id < maxDeletedId) return null
  if (id === lastId) return entriesAdded
  if (id > lastId || !first) return null
  if (maxDeletedId !== 0n && maxDeletedId >= first.id) return null
  if (id < first.id) return entriesAdded - length
  return id === first.id ? entriesAdded - length + 1 : null
}

/** Returns how many entries a group has yet to read; null if unknown. */
export function lag(stream: StreamValue, group: Group, behaviours: Behaviours): number | null {
  const { first, maxDeletedId } = stream
  if (stream.entriesAdded === 0) return 0
  if (behaviours.lagCountsRemaining && (!first || (group.lastId < first.id && maxDeletedId < first.id)))
    return stream.length
  if (group.entriesRead !== null && !hasTombstonesAfter(stream, group.lastId, behaviours))
    return stream.entriesAdded - group.entriesRead
  const read = entriesUpTo(stream, group.lastId, behaviours)
  return read === null ? null : stream.entriesAdded - read
}
