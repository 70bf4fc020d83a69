import { present } from '../present'
import type { Bytes } from '../../acl/bytes'
import { map, NULL_ARRAY, type Reply } from '../../resp/reply'
import { type Arguments, fail, integerArgument, SYNTAX_ERROR } from '../arguments'
import type { CommandContext, Handler, HandlerTable } from '../context'
import { claimIdleEntries, deliver, history } from './delivery'
import { formatId, idArgument, intervalArgument, MAX_ID, type StreamId } from './id'
import type { Entry } from './nodes'
import type { Group } from './pending'
import { StreamValue } from './value'

export const entryReply = ({ id, fields }: Entry): Reply => [formatId(id), fields]

/** XRANGE and XREVRANGE. COUNT 0 replies a null array if the stream exists. */
function range(reverse: boolean): Handler {
  return ({ db, behaviours }, args) => {
    const key = args.key(1)
    const first = args.text(2)
    const second = args.text(3)
    const start = intervalArgument(reverse ? second : first, 'start', behaviours.streamsTrimById)
    const end = intervalArgument(reverse ? first : second, 'end', behaviours.streamsTrimById)
    let count = -1
    for (let i = 4; i < args.count; i += 2) {
      if (!args.is(i, 'count') || !args.has(i + 1)) fail(SYNTAX_ERROR)
      count = Math.max(0, args.integer(i + 1))
    }
    const stream = db.getOf(key, StreamValue)
    if (!stream) return []
    if (count === 0) return NULL_ARRAY
    return stream.range(start, end, count < 0 ? Infinity : count, reverse).map(entryReply)
  }
}

interface ReadRequest {
  readonly count: number
  /** MAXCOUNT and MAXSIZE: the most entries of all streams together, and their most bytes. */
  readonly maxCount: number
  readonly maxSize: number
  /** Milliseconds to block; undefined to not block. */
  readonly timeout: number | undefined
  readonly noAck: boolean
  /** CLAIM: the idle time from which pending entries of others are claimed; undefined to claim none. */
  readonly claimIdle: number | undefined
  readonly group: { readonly name: Bytes; readonly consumer: Bytes } | undefined
  readonly keys: readonly Bytes[]
  readonly ids: readonly Bytes[]
}

/** Reads `[GROUP g c] [COUNT n] [BLOCK ms] [NOACK] STREAMS key … id …`. */
function readRequest({ behaviours }: CommandContext, args: Arguments, grouped: boolean): ReadRequest {
  let [count, timeout, noAck] = [0, undefined as number | undefined, false]
  let group: ReadRequest['group']
  let claimIdle: number | undefined
  let [maxCount, maxSize] = [Infinity, Infinity]
  let at = 0
  for (let i = 1; i < args.count && at === 0; i++) {
    const more = args.count - i - 1
    if (args.is(i, 'block') && more > 0) timeout = blockTimeout(args.text(++i))
    else if (args.is(i, 'count') && more > 0) count = Math.max(0, args.integer(++i))
    else if (behaviours.xreadLimitsReply && args.is(i, 'maxcount') && more > 0)
      maxCount = args.integerWithin(++i, 1, Number.MAX_SAFE_INTEGER, 'ERR MAXCOUNT must be a positive integer')
    else if (behaviours.xreadLimitsReply && args.is(i, 'maxsize') && more > 0)
      maxSize = args.integerWithin(++i, 1, Number.MAX_SAFE_INTEGER, 'ERR MAXSIZE must be a positive integer')
    else if (args.is(i, 'streams') && more > 0) at = i + 1
    else if (args.is(i, 'group') && more >= 2) {
      if (!grouped) fail('ERR The GROUP option is only supported by XREADGROUP. You called XREAD instead.')
      group = { name: args.text(i + 1), consumer: args.text(i + 2) }
      i += 2
    } else if (grouped && behaviours.xreadgroupClaims && args.is(i, 'claim') && more > 0) {
      claimIdle = args.integer(++i, 'ERR min-idle-time is not an integer or out of range')
      if (claimIdle < 0) fail('ERR min-idle-time must be a positive integer')
    } else if (args.is(i, 'noack')) {
      if (!grouped) fail('ERR The NOACK option is only supported by XREADGROUP. You called XREAD instead.')
      noAck = true
    } else fail(SYNTAX_ERROR)
    if (at > 0 && (args.count - at) % 2 !== 0) fail(unbalanced(args.word(0), grouped, behaviours))
  }
  if (at === 0) fail(SYNTAX_ERROR)
  if (grouped && !group) fail('ERR Missing GROUP option for XREADGROUP')
  const half = at + (args.count - at) / 2
  return {
    count: count === 0 ? Infinity : count,
    maxCount,
    maxSize,
    timeout,
    noAck,
    claimIdle,
    group,
    keys: args.rest(at, half),
    ids: args.rest(half),
  }
}

function blockTimeout(argument: Bytes): number {
  const ms = integerArgument(argument, 'ERR timeout is not an integer or out of range')
  return ms < 0 ? fail('ERR timeout is negative') : ms
}

function unbalanced(command: Bytes, grouped: boolean, behaviours: CommandContext['behaviours']): Bytes {
  if (!behaviours.streamsCountEntries)
    return "ERR Unbalanced XREAD list of streams: for each stream key an ID or '$' must be specified."
  const choice = grouped ? "an ID or '>'" : behaviours.unbalancedErrorNamesLast ? "an ID, '+', or '$'" : "an ID or '$'"
  return `ERR Unbalanced '${command}' list of streams: for each stream key ${choice} must be specified.`
}

/**
 * One stream to read: the entries after an ID, or with a group the undelivered entries (`new`) or the consumer's own
 * pending ones.
 */
interface Source {
  readonly key: Bytes
  readonly after: StreamId | 'new'
}

function meaningless(symbol: Bytes): never {
  return fail(
    `ERR The ${symbol} ID is meaningless in the context of XREADGROUP: you want to read the history of this consumer by specifying a ` +
      `proper ID, or use the > ID to get new messages. The ${symbol} ID would just return an empty result set.`,
  )
}

function readSource(context: CommandContext, key: Bytes, argument: Bytes, group: ReadRequest['group']): Source {
  const stream = context.db.getOf(key, StreamValue)
  if (group && !stream?.groups.has(group.name)) noGroup(key, group.name)
  if (argument === '$') return group ? meaningless('$') : { key, after: stream?.lastId ?? 0n }
  if (argument === '+' && context.behaviours.xreadTakesLast) {
    if (group) meaningless('+')
    return { key, after: beforeLast(context, stream) }
  }
  if (argument === '>') {
    return group
      ? { key, after: 'new' }
      : fail('ERR The > ID can be specified only when calling XREADGROUP using the GROUP <group> <consumer> option.')
  }
  return { key, after: idArgument(argument) }
}

/** Returns the ID just before the last entry. Valkey uses the last ID ever added, even if that entry was deleted. */
function beforeLast({ behaviours }: CommandContext, stream: StreamValue | undefined): StreamId {
  if (!stream) return 0n
  if (!behaviours.xreadLastGoesById) return stream.last === undefined ? stream.lastId : stream.last.id - 1n
  return stream.lastId === 0n ? fail('ERR the stream last element ID is 0-0') : stream.lastId - 1n
}

function noGroup(key: Bytes, group: Bytes): never {
  return fail(`NOGROUP No such key '${key}' or consumer group '${group}' in XREADGROUP with GROUP option`)
}

/** The rest of MAXCOUNT and MAXSIZE. */
interface Limits {
  count: number
  size: number
}

/** Returns the ID from which on a source gives entries. */
function firstOf(stream: StreamValue, { group }: ReadRequest, after: Source['after']): StreamId {
  return (after === 'new' ? (stream.groups.get(group?.name ?? '')?.lastId ?? 0n) : after) + 1n
}

/** Returns how many entries of a stream fit into what is left, at least one, and takes their bytes off it. */
function fitting(stream: StreamValue, from: StreamId, left: Limits): number {
  if (left.size === Infinity) return left.count
  let count = 0
  for (const { fields } of stream.range(from, undefined, left.count)) {
    const bytes = fields.reduce((sum, text) => sum + text.length, 0)
    if (count > 0 && bytes > left.size) break
    left.size -= bytes
    count++
  }
  return Math.max(1, count)
}

/** Returns the available entries of each source as the reply; undefined if there are none. */
function answer(context: CommandContext, request: ReadRequest, sources: readonly Source[]): Reply | undefined {
  const results: (readonly [Bytes, Reply])[] = []
  const left: Limits = { count: request.maxCount, size: request.maxSize }
  for (const { key, after } of sources) {
    const stream = context.db.peek(key)
    if (!(stream instanceof StreamValue)) continue
    if (left.count <= 0 || left.size <= 0) break
    const count = Math.min(request.count, fitting(stream, firstOf(stream, request, after), left))
    const entries = request.group
      ? readAsGroup(context, { ...request, count }, request.group, key, stream, after)
      : readAfter(stream, after as StreamId, count)
    if (!entries) continue
    results.push([key, entries])
    left.count -= (entries as readonly Reply[]).length
  }
  if (results.length === 0) return undefined
  return context.protocol === 3 ? map(results) : results
}

function readAfter(stream: StreamValue, after: StreamId, count: number): Reply | undefined {
  const entries = stream.range(after + 1n, MAX_ID, count)
  return entries.length > 0 ? entries.map(entryReply) : undefined
}

function readAsGroup(
  context: CommandContext,
  { count, noAck, claimIdle }: ReadRequest,
  names: NonNullable<ReadRequest['group']>,
  key: Bytes,
  stream: StreamValue,
  after: Source['after'],
): Reply | undefined {
  const group: Group = present(stream.groups.get(names.name))
  if (after !== 'new') return history(context, key, stream, group, names.consumer, after + 1n, count)
  if (claimIdle === undefined)
    return deliver(context, key, stream, group, names.consumer, count, noAck)?.map(entryReply)
  const claimed = claimIdleEntries(context, key, stream, group, names.consumer, claimIdle, count)
  const left = count - claimed.length
  const fresh = left > 0 ? (deliver(context, key, stream, group, names.consumer, left, noAck) ?? []) : []
  const rows = [
    ...claimed.map((row) => [formatId(row.entry.id), row.entry.fields, row.idle, row.deliveries]),
    ...fresh.map(({ id, fields }) => [formatId(id), fields, 0, 0]),
  ]
  return rows.length > 0 ? rows : undefined
}

/** XREAD and XREADGROUP. */
function read(grouped: boolean): Handler {
  return (context, args) => {
    const request = readRequest(context, args, grouped)
    const sources = request.keys.map((key, i) => readSource(context, key, present(request.ids[i]), request.group))
    const now = answer(context, request, sources)
    if (now !== undefined) return now
    if (request.timeout === undefined || context.denyBlocking) return NULL_ARRAY
    const attempt = (later: CommandContext) => {
      if (request.group) checkGroups(later, request.keys, request.group.name)
      // The whole command runs again, and may fail at another key.
      else if (later.behaviours.rechecksBlocked) for (const key of request.keys) later.db.getOf(key, StreamValue)
      return answer(later, request, sources)
    }
    const wait = {
      keys: request.keys,
      type: 'stream' as const,
      timeout: request.timeout,
      onTimeout: NULL_ARRAY,
      attempt,
    }
    return context.block(request.group ? { ...wait, endsWithKey: true } : wait)
  }
}

/** Fails if a group that a blocked client reads from, or its stream, is gone. */
function checkGroups(context: CommandContext, keys: readonly Bytes[], group: Bytes): void {
  for (const key of keys) {
    if (context.behaviours.consumersHaveActivity) {
      if (!context.db.getOf(key, StreamValue)?.groups.has(group)) noGroup(key, group)
      continue
    }
    const stream = context.db.peek(key)
    if (stream instanceof StreamValue && !stream.groups.has(group))
      fail('NOGROUP the consumer group this client was blocked on no longer exists')
    if (!stream && context.behaviours.streamsCountEntries) fail('UNBLOCKED the stream key no longer exists')
  }
}

/** Commands that read a stream. */
export const streamReadCommands: HandlerTable = {
  xrange: range(false),
  xrevrange: range(true),
  xread: read(false),
  xreadgroup: read(true),
}
