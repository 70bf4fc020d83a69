import { present } from '../present'
import type { Bytes } from '../../acl/bytes'
import type { Reply } from '../../resp/reply'
import type { CommandContext } from '../context'
import { advance } from './counters'
import { formatId, type StreamId } from './id'
import type { Entry } from './nodes'
import { assign, consumerOf, type Consumer, type Group } from './pending'
import type { StreamValue } from './value'

/** Returns a group's consumer and updates its last attempt. A new consumer is created and published. */
export function activeConsumer(context: CommandContext, key: Bytes, group: Group, name: Bytes): Consumer {
  const { consumer, isNew } = consumerOf(group, name, context.now)
  if (isNew) {
    context.notify('t', 'xgroup-createconsumer', key)
    context.db.touched(key)
  }
  consumer.seenAt = context.now
  return consumer
}

/**
 * Delivers new entries of a group to a consumer, and records them as pending unless `noAck`. Undefined if there are
 * none.
 */
export function deliver(
  context: CommandContext,
  key: Bytes,
  stream: StreamValue,
  group: Group,
  name: Bytes,
  count: number,
  noAck: boolean,
): Entry[] | undefined {
  const hasNews = stream.last !== undefined && stream.last.id > group.lastId
  if (!hasNews && !context.behaviours.consumersHaveActivity) return undefined
  const consumer = activeConsumer(context, key, group, name)
  if (!hasNews) return undefined
  if (!noAck) consumer.activeAt = context.now
  const entries = stream.range(group.lastId + 1n, undefined, count)
  for (const { id } of entries) {
    advance(stream, group, id, context.behaviours)
    if (!noAck) assign(group, id, consumer, context.now, 1)
  }
  context.db.touched(key)
  return entries
}

/**
 * Claims entries that have been pending for at least `minIdle` milliseconds, lowest ID first, with their idle time and
 * delivery count (XREADGROUP CLAIM, 8.4).
 */
export function claimIdleEntries(
  context: CommandContext,
  key: Bytes,
  stream: StreamValue,
  group: Group,
  name: Bytes,
  minIdle: number,
  count: number,
): { readonly entry: Entry; readonly idle: number; readonly deliveries: number }[] {
  const claimed: { entry: Entry; idle: number; deliveries: number }[] = []
  const consumer = activeConsumer(context, key, group, name)
  for (const id of group.pending.idsFrom(0n)) {
    if (claimed.length >= count) break
    const { deliveredAt, deliveries } = present(group.pending.get(id))
    const entry = stream.get(id)
    const idle = context.now - deliveredAt
    if (!entry || idle < minIdle) continue
    assign(group, id, consumer, context.now, deliveries + 1)
    consumer.activeAt = context.now
    claimed.push({ entry, idle, deliveries })
  }
  if (claimed.length > 0) context.db.touched(key)
  return claimed
}

/** Returns a consumer's pending entries again. Deleted entries have null in place of fields. */
export function history(
  context: CommandContext,
  key: Bytes,
  stream: StreamValue,
  group: Group,
  name: Bytes,
  start: StreamId,
  count: number,
): Reply {
  const isNew = !group.consumers.has(name)
  const consumer = activeConsumer(context, key, group, name)
  if (context.behaviours.readingAgainChanges)
    context.keyspace.changes = (context.keyspace.changes ?? 0) + (isNew ? 2 : 1)
  return consumer.pending.idsFrom(start, null, count).map((id) => {
    const entry = stream.get(id)
    if (!entry) return [formatId(id), null]
    const pending = present(group.pending.get(id))
    pending.deliveredAt = context.now
    pending.deliveries++
    return [formatId(id), entry.fields]
  })
}
