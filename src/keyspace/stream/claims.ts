import { present } from '../present'
import type { Bytes } from '../../acl/bytes'
import { NULL_ARRAY, type Reply } from '../../resp/reply'
import { type Arguments, fail, integerArgument, SYNTAX_ERROR } from '../arguments'
import type { CommandContext, Handler, HandlerTable } from '../context'
import { activeConsumer } from './delivery'
import { formatId, idArgument, intervalArgument, parseId, type StreamId } from './id'
import { assign, byName, release, type Consumer, type Group } from './pending'
import { entryReply } from './read'
import { StreamValue } from './value'

interface Place {
  readonly stream: StreamValue
  readonly group: Group
}

function placeOf({ db }: CommandContext, key: Bytes, name: Bytes): Place {
  const stream = db.getOf(key, StreamValue)
  const group = stream?.groups.get(name)
  return stream && group ? { stream, group } : fail(`NOGROUP No such key '${key}' or consumer group '${name}'`)
}

const xack: Handler = (context, args) => {
  const group = context.db.getOf(args.key(1), StreamValue)?.groups.get(args.text(2))
  if (!group) return 0
  const ids = args.rest(3).map((argument) => idArgument(argument))
  const count = ids.filter((id) => release(group, id)).length
  if (count > 0) context.db.touched(args.key(1))
  return count
}

/** XPENDING: a summary, or the pending entries of an interval, filtered by consumer and idle time. */
const xpending: Handler = (context, args) => {
  const key = args.key(1)
  const name = args.text(2)
  if (args.count !== 3 && (args.count < 6 || args.count > 9)) fail(SYNTAX_ERROR)
  if (args.count === 3) return summary(placeOf(context, key, name).group)
  const { streamsTrimById } = context.behaviours
  const hasIdle = streamsTrimById && args.is(3, 'idle')
  const minIdle = hasIdle ? args.integer(4) : 0
  if (hasIdle && args.count < 8) fail(SYNTAX_ERROR)
  const at = hasIdle ? 5 : 3
  if (!streamsTrimById && args.count > 7) fail(SYNTAX_ERROR)
  const count = Math.max(0, args.integer(at + 2))
  const start = intervalArgument(args.text(at), 'start', streamsTrimById)
  const end = intervalArgument(args.text(at + 1), 'end', streamsTrimById)
  const { group } = placeOf(context, key, name)
  const consumer = args.has(at + 3) ? group.consumers.get(args.text(at + 3)) : undefined
  if (args.has(at + 3) && !consumer) return []
  const rows: Reply[] = []
  for (const id of (consumer ?? group).pending.idsFrom(start, end)) {
    if (rows.length >= count) break
    const pending = present(group.pending.get(id))
    const idle = context.now - pending.deliveredAt
    if (idle >= minIdle) rows.push([formatId(id), pending.consumer.name, Math.max(0, idle), pending.deliveries])
  }
  return rows
}

function summary(group: Group): Reply {
  const { first, last } = group.pending
  if (first === undefined || last === undefined) return [0, null, null, NULL_ARRAY]
  const consumers = byName(group.consumers).filter(({ pending }) => pending.size > 0)
  return [
    group.pending.size,
    formatId(first),
    formatId(last),
    consumers.map(({ name, pending }) => [name, String(pending.size)]),
  ]
}

interface ClaimOptions {
  /** The delivery time recorded for the entries, Unix milliseconds. */
  deliveredAt: number
  retries: number | undefined
  force: boolean
  justId: boolean
  lastId: StreamId
}

function readClaimOptions(args: Arguments, at: number, now: number): ClaimOptions {
  const options: ClaimOptions = { deliveredAt: now, retries: undefined, force: false, justId: false, lastId: 0n }
  const given = args.options(at)
  while (given.hasMore) {
    if (given.takes('force')) options.force = true
    else if (given.takes('justid')) options.justId = true
    else if (given.takes('idle', 1))
      options.deliveredAt = now - given.integer('ERR Invalid IDLE option argument for XCLAIM')
    else if (given.takes('time', 1)) options.deliveredAt = given.integer('ERR Invalid TIME option argument for XCLAIM')
    else if (given.takes('retrycount', 1))
      options.retries = given.integer('ERR Invalid RETRYCOUNT option argument for XCLAIM')
    else if (given.takes('lastid', 1)) options.lastId = idArgument(given.text())
    else fail(`ERR Unrecognized XCLAIM option '${given.text()}'`)
  }
  if (options.deliveredAt < 0 || options.deliveredAt > now) options.deliveredAt = now
  return options
}

/**
 * Returns a function that returns the claiming consumer. Servers before 7.2 create it only once there is something to
 * claim.
 */
function claimer(context: CommandContext, key: Bytes, group: Group, name: Bytes): () => Consumer {
  if (context.behaviours.consumersHaveActivity) {
    const consumer = activeConsumer(context, key, group, name)
    return () => consumer
  }
  return () => activeConsumer(context, key, group, name)
}

/** XCLAIM key group consumer min-idle id … [IDLE|TIME ms] [RETRYCOUNT n] [FORCE] [JUSTID] [LASTID id]. */
const xclaim: Handler = (context, args) => {
  const key = args.key(1)
  const name = args.text(2)
  const consumerName = args.text(3)
  const idle = args.text(4)
  const { stream, group } = placeOf(context, key, name)
  const minIdle = integerArgument(idle, 'ERR Invalid min-idle-time argument for XCLAIM')
  let at = 5
  const ids: StreamId[] = []
  for (; at < args.count; at++) {
    const id = parseId(args.text(at), { missing: 0n, strict: true })
    if (id === null) break
    ids.push(id)
  }
  const options = readClaimOptions(args, at, context.now)
  if (options.lastId > group.lastId) group.lastId = options.lastId
  const isNew = !group.consumers.has(consumerName)
  const consumer = claimer(context, key, group, consumerName)
  const rows: Reply[] = []
  let dropped = 0
  for (const id of ids) {
    const entry = stream.get(id)
    const pending = group.pending.get(id)
    if (!entry && context.behaviours.streamsCountEntries) {
      if (release(group, id)) dropped++
      continue
    }
    if (!pending && !(options.force && entry)) continue
    if (pending && minIdle > 0 && context.now - pending.deliveredAt < minIdle) continue
    const deliveries = options.retries ?? (pending?.deliveries ?? 1) + (options.justId ? 0 : 1)
    assign(group, id, consumer(), options.deliveredAt, deliveries)
    consumer().activeAt = context.now
    rows.push(options.justId ? formatId(id) : entry ? entryReply(entry) : null)
  }
  context.keyspace.changes = rows.length + dropped + (isNew && group.consumers.has(consumerName) ? 1 : 0)
  context.db.touched(key)
  return rows
}

/**
 * XAUTOCLAIM key group consumer min-idle start [COUNT n] [JUSTID]: claims entries that have been pending for at least
 * min-idle.
 */
const xautoclaim: Handler = (context, args) => {
  const key = args.key(1)
  const name = args.text(2)
  const consumerName = args.text(3)
  const idle = args.text(4)
  const from = args.text(5)
  const minIdle = integerArgument(idle, 'ERR Invalid min-idle-time argument for XAUTOCLAIM')
  const start = intervalArgument(from, 'start', true)
  let [count, justId] = [100, false]
  const given = args.options(6)
  while (given.hasMore) {
    if (given.takes('count', 1)) count = given.integerWithin(1, Number(2n ** 63n / 16n), 'ERR COUNT must be > 0')
    else if (given.takes('justid')) justId = true
    else fail(SYNTAX_ERROR)
  }
  const { stream, group } = placeOf(context, key, name)
  const isNew = !group.consumers.has(consumerName)
  const consumer = claimer(context, key, group, consumerName)
  const drops = context.behaviours.streamsCountEntries
  const candidates = group.pending.idsFrom(start)
  const rows: Reply[] = []
  const deleted: Reply[] = []
  let seen = 0
  for (
    let attempts = count * 10;
    seen < candidates.length && attempts > 0 && rows.length + deleted.length < count;
    attempts--
  ) {
    const id = present(candidates[seen++])
    const pending = present(group.pending.get(id))
    const entry = stream.get(id)
    if (!entry && drops) {
      release(group, id)
      deleted.push(formatId(id))
      continue
    }
    if (minIdle > 0 && context.now - pending.deliveredAt < minIdle) continue
    assign(group, id, consumer(), context.now, pending.deliveries + (justId ? 0 : 1))
    consumer().activeAt = context.now
    rows.push(justId ? formatId(id) : entry ? entryReply(entry) : null)
  }
  context.keyspace.changes = rows.length + deleted.length + (isNew && group.consumers.has(consumerName) ? 1 : 0)
  context.db.touched(key)
  const next = formatId(candidates[seen] ?? 0n)
  return drops ? [next, rows, deleted] : [next, rows]
}

/** Commands on the pending entries of a group. */
export const streamClaimCommands: HandlerTable = { xack, xpending, xclaim, xautoclaim }
