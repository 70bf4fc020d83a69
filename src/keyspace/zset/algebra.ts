import { lower, type Bytes } from '../../acl/bytes'
import { type Arguments, fail, isKeyword, SYNTAX_ERROR } from '../arguments'
import type { CommandContext, Handler, HandlerTable } from '../context'
import { WRONGTYPE } from '../database'
import { SetValue } from '../set/value'
import { entriesReply } from './replies'
import { compareEntries, type Entry } from './sorted'
import { storeEntries } from './store'
import { ZSetValue } from './value'

type Operation = 'union' | 'inter' | 'diff'
type Aggregate = 'sum' | 'min' | 'max' | 'count'

/** One of the sets combined: a sorted set, or a plain set whose members all score 1. */
interface Source {
  readonly value: ZSetValue | SetValue | undefined
  readonly weight: number
  /** True if every member counts as scored 1 (AGGREGATE COUNT, documented with 8.8). */
  readonly ignoresScores: boolean
}

interface Request {
  readonly sources: readonly Source[]
  readonly aggregate: Aggregate
  readonly withScores: boolean
  readonly limit: number
}

/**
 * Reads `numkeys key … [WEIGHTS …] [AGGREGATE …] [WITHSCORES] [LIMIT n]` from argument `at` on. Looks up the keys
 * before it reads the options.
 */
function readRequest(
  context: CommandContext,
  args: Arguments,
  at: number,
  operation: Operation,
  form: 'store' | 'reply' | 'card',
): Request {
  const numkeys = args.integer(at)
  if (numkeys < 1) fail(`ERR at least 1 input key is needed for ${subject(context, args.text(0))}`)
  if (numkeys > args.count - at - 1) fail(SYNTAX_ERROR)
  const values = args.rest(at + 1, at + 1 + numkeys).map((key) => sourceAt(context, key))
  const weights = Array<number>(numkeys).fill(1)
  let aggregate: Aggregate = 'sum'
  let withScores = false
  let limit = 0
  const combines = operation !== 'diff' && form !== 'card'
  const options = args.options(at + 1 + numkeys)
  while (options.hasMore) {
    if (combines && options.takes('weights', numkeys)) {
      for (let k = 0; k < numkeys; k++) weights[k] = options.float('ERR weight value is not a float')
    } else if (combines && options.takes('aggregate', 1)) aggregate = aggregateArgument(context, options.text())
    else if (form === 'reply' && options.takes('withscores')) withScores = true
    else if (form === 'card' && options.takes('limit', 1)) limit = options.positive("ERR LIMIT can't be negative")
    else fail(SYNTAX_ERROR)
  }
  const ignoresScores = aggregate === 'count'
  return {
    sources: values.map((value, k) => ({ value, weight: weights[k] ?? 1, ignoresScores })),
    aggregate,
    withScores,
    limit,
  }
}

function subject({ behaviours }: CommandContext, command: Bytes): Bytes {
  if (behaviours.zsetKeysError === 'fixed') return 'ZUNIONSTORE/ZINTERSTORE'
  return behaviours.zsetKeysError === 'bare' ? lower(command) : `'${lower(command)}' command`
}

function sourceAt({ db }: CommandContext, key: Bytes): ZSetValue | SetValue | undefined {
  const value = db.get(key)
  return value === undefined || value instanceof ZSetValue || value instanceof SetValue ? value : fail(WRONGTYPE)
}

function aggregateArgument({ behaviours }: CommandContext, argument: Bytes): Aggregate {
  const known: readonly Aggregate[] = behaviours.zunionCounts ? ['sum', 'min', 'max', 'count'] : ['sum', 'min', 'max']
  return known.find((name) => isKeyword(argument, name)) ?? fail(SYNTAX_ERROR)
}

function* entriesOf({ value, weight, ignoresScores }: Source): Iterable<Entry> {
  if (value instanceof SetValue) for (const member of value.list()) yield { member, score: weighted(weight, 1) }
  else if (value)
    for (const { member, score } of value.slice()) yield { member, score: weighted(weight, ignoresScores ? 1 : score) }
}

/** Returns a member's weighted score, which may be NaN: the server replaces NaN by 0 in the first set only. */
function scoreIn({ value, weight, ignoresScores }: Source, member: Bytes): number | undefined {
  const score = value instanceof SetValue ? (value.has(member) ? 1 : undefined) : value?.score(member)
  return score === undefined ? undefined : weight * (ignoresScores ? 1 : score)
}

/** Returns a weighted score, 0 in place of NaN (infinity times 0). */
function weighted(weight: number, score: number): number {
  return orZero(weight * score)
}

const orZero = (score: number) => (Number.isNaN(score) ? 0 : score)

function join(aggregate: Aggregate, a: number, b: number): number {
  if (aggregate === 'sum' || aggregate === 'count') return orZero(a + b)
  return aggregate === 'min' ? (b < a ? b : a) : b > a ? b : a
}

/** Sorts sets by size, smallest first: the order in which the server adds scores. */
const bySize = (sources: readonly Source[]) =>
  [...sources].sort((a, b) => (a.value?.length ?? 0) - (b.value?.length ?? 0))

function combine(operation: Operation, { sources, aggregate }: Request): Entry[] {
  if (operation === 'diff') {
    const [first, ...others] = sources
    if (!first) return []
    return [...entriesOf(first)].filter(({ member }) => !others.some((other) => scoreIn(other, member) !== undefined))
  }
  const [smallest, ...others] = bySize(sources)
  if (!smallest) return []
  const scores = new Map<Bytes, number>()
  if (operation === 'inter') {
    for (const { member, score } of entriesOf(smallest)) {
      const rest = others.map((other) => scoreIn(other, member))
      if (!rest.every((other) => other !== undefined)) continue
      scores.set(
        member,
        rest.reduce<number>((sum, other) => join(aggregate, sum, other), score),
      )
    }
  } else {
    for (const source of [smallest, ...others]) {
      for (const { member, score } of entriesOf(source)) {
        const sum = scores.get(member)
        scores.set(member, sum === undefined ? score : join(aggregate, sum, score))
      }
    }
  }
  return [...scores].map(([member, score]) => ({ member, score }))
}

function store(operation: Operation): Handler {
  return (context, args) => {
    const entries = combine(operation, readRequest(context, args, 2, operation, 'store'))
    return storeEntries(context, args.key(1), entries, `z${operation}store`)
  }
}

function read(operation: Operation): Handler {
  return (context, args) => {
    const request = readRequest(context, args, 1, operation, 'reply')
    return entriesReply(context, combine(operation, request).sort(compareEntries), request.withScores)
  }
}

const zintercard: Handler = (context, args) => {
  const request = readRequest(context, args, 1, 'inter', 'card')
  const count = combine('inter', request).length
  return request.limit === 0 ? count : Math.min(request.limit, count)
}

/** Commands that combine sorted sets. */
export const zsetAlgebraCommands: HandlerTable = {
  zunion: read('union'),
  zinter: read('inter'),
  zdiff: read('diff'),
  zunionstore: store('union'),
  zinterstore: store('inter'),
  zdiffstore: store('diff'),
  zintercard,
}
