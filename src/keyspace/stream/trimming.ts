import type { Bytes } from '../../acl/bytes'
import { type Arguments, bigintArgument, fail, isKeyword, SYNTAX_ERROR } from '../arguments'
import type { CommandContext } from '../context'
import { idArgument, newIdArgument, type StreamId } from './id'
import type { Producer } from './idempotence'
import { nodeLimits, type Entry } from './nodes'
import { release } from './pending'
import type { StreamValue } from './value'

/** The handling of pending references to a removed entry. */
export type References = 'keepref' | 'delref' | 'acked'

/** The trimming options of XADD and XTRIM. */
export interface Trimming {
  readonly strategy:
    { readonly by: 'maxlen'; readonly length: bigint } | { readonly by: 'minid'; readonly id: StreamId }
  readonly approximate: boolean
  /** The most entries to remove at once; 0 for no limit. */
  readonly limit: number
}

export interface AddOptions {
  readonly trimming: Trimming | null
  readonly noMakeStream: boolean
  readonly references: References
  readonly producer: Producer | null
  /** XADD's ID; null if the server chooses it. */
  readonly id: { readonly ms: bigint; readonly seq: bigint | null } | null
  /** The position of XADD's ID, or one past the last argument. */
  readonly next: number
}

const REFERENCES = ['keepref', 'delref', 'acked'] as const

export function referencesArgument(argument: Bytes | undefined): References | undefined {
  return REFERENCES.find((name) => isKeyword(argument, name))
}

/**
 * Reads the options of XADD (up to its ID) or XTRIM from argument 2 on, with the server's errors and order of checks.
 */
export function readAddOptions(context: CommandContext, args: Arguments, adds: boolean): AddOptions {
  const { behaviours } = context
  let strategy: Trimming['strategy'] | null = null
  let approximate = false
  let limit: bigint | null = null
  let noMakeStream = false
  let references: References | undefined
  let producer: Producer | null = null
  let id: AddOptions['id'] = null
  let i = 2
  for (; i < args.count; i++) {
    const more = args.count - 1 - i
    if (adds && args.optional(i) === '*') break
    const by = args.is(i, 'maxlen') ? 'maxlen' : behaviours.streamsTrimById && args.is(i, 'minid') ? 'minid' : null
    if (by !== null && more > 0) {
      if (strategy !== null) fail('ERR syntax error, MAXLEN and MINID options at the same time are not compatible')
      approximate = more >= 2 && args.optional(i + 1) === '~'
      if (more >= 2 && (args.optional(i + 1) === '~' || args.optional(i + 1) === '=')) i++
      strategy = threshold(by, args.text(++i))
    } else if (behaviours.streamsTrimById && more > 0 && args.is(i, 'limit')) {
      limit = args.bigint(++i)
      if (limit < 0n) fail('ERR The LIMIT argument must be >= 0.')
    } else if (adds && behaviours.streamsTrimById && args.is(i, 'nomkstream')) noMakeStream = true
    else if (behaviours.streamsTrackReferences && referencesArgument(args.optional(i))) {
      if (references) fail(SYNTAX_ERROR)
      references = referencesArgument(args.optional(i))
    } else if (adds && behaviours.streamsAreIdempotent && !producer && more >= 2 && args.is(i, 'idmp')) {
      producer = { pid: args.text(i + 1), iid: args.text(i + 2) }
      i += 2
    } else if (adds && behaviours.streamsAreIdempotent && !producer && more >= 1 && args.is(i, 'idmpauto')) {
      producer = { pid: args.text(++i), iid: null }
    } else if (adds) {
      id = newIdArgument(args.text(i), behaviours.streamsNumberSequences)
      break
    } else fail(SYNTAX_ERROR)
  }
  if (strategy === null && limit !== null && limit > 0n)
    fail('ERR syntax error, LIMIT cannot be used without specifying a trimming strategy')
  if (strategy === null && !adds)
    fail(
      behaviours.streamsTrimById
        ? 'ERR syntax error, XTRIM must be called with a trimming strategy'
        : 'ERR XTRIM called without an option to trim the stream',
    )
  const trimming = strategy && {
    strategy,
    approximate,
    limit: limit === null ? (approximate ? defaultLimit(context) : 0) : Number(limit),
  }
  if (limit !== null && !approximate) fail('ERR syntax error, LIMIT cannot be used without the special ~ option')
  return { trimming, noMakeStream, references: references ?? 'keepref', producer, id, next: i }
}

/** Returns how many entries approximate trimming removes at most where no LIMIT is given: a hundred nodes (6.2). */
function defaultLimit(context: CommandContext): number {
  if (!context.behaviours.streamsTrimById) return 0
  const { entries } = nodeLimits(context)
  return entries === 0 ? 10_000 : Math.min(100 * entries, 1_000_000)
}

function threshold(by: 'maxlen' | 'minid', argument: Bytes): Trimming['strategy'] {
  if (by === 'minid') return { by, id: idArgument(argument) }
  const length = bigintArgument(argument)
  return length < 0n ? fail('ERR The MAXLEN argument must be >= 0.') : { by, length }
}

/** Trims a stream. Returns the number of removed entries. */
export function trim(stream: StreamValue, { strategy, approximate, limit }: Trimming, references: References): number {
  const tooMany = (entry: Entry, length: number) =>
    strategy.by === 'maxlen' ? BigInt(length) > strategy.length : entry.id < strategy.id
  const isExcess =
    references === 'acked'
      ? (entry: Entry, length: number) => tooMany(entry, length) && !isReferenced(stream, entry.id)
      : tooMany
  const removed = stream.trim(isExcess, approximate && references !== 'acked', limit)
  if (references === 'delref') for (const { id } of removed) dropReferences(stream, id)
  return removed.length
}

/** Returns true if a group has yet to read or acknowledge an entry. */
export function isReferenced(stream: StreamValue, id: StreamId): boolean {
  return [...stream.groups.values()].some((group) => group.lastId < id || group.pending.get(id) !== undefined)
}

/** Removes an entry from the pending lists of every group. */
export function dropReferences(stream: StreamValue, id: StreamId): void {
  for (const group of stream.groups.values()) release(group, id)
}
