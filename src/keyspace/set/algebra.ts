import type { Bytes } from '../../acl/bytes'
import { set as setReply } from '../../resp/reply'
import { fail, positiveArgument, SYNTAX_ERROR } from '../arguments'
import type { CommandContext, Handler, HandlerTable } from '../context'
import { SetValue } from './value'

type Combine = (context: CommandContext, keys: readonly Bytes[]) => Iterable<Bytes>

/**
 * Returns the members of every set. A missing key makes the result empty, but the type of every other key is still
 * checked.
 */
function intersection(context: CommandContext, keys: readonly Bytes[]): Bytes[] {
  const [smallest, ...others] = smallestFirst(context, keys)
  return smallest?.list().filter((member) => others.every((other) => other.has(member))) ?? []
}

/** Returns the sets by size; none if one of them is missing. */
function smallestFirst({ db }: CommandContext, keys: readonly Bytes[]): SetValue[] {
  const found = keys.map((key) => db.getOf(key, SetValue))
  const sets = found.filter((set) => set !== undefined)
  return sets.length < found.length ? [] : sets.sort((a, b) => a.length - b.length)
}

function union({ db }: CommandContext, keys: readonly Bytes[]): Set<Bytes> {
  const sets = keys.map((key) => db.getOf(key, SetValue))
  const all = new Set<Bytes>()
  for (const set of sets) for (const member of set?.list() ?? []) all.add(member)
  return all
}

function difference({ db }: CommandContext, keys: readonly Bytes[]): Bytes[] {
  const [first, ...others] = keys.map((key) => db.getOf(key, SetValue))
  return first?.list().filter((member) => !others.some((other) => other?.has(member))) ?? []
}

const read =
  (combine: Combine): Handler =>
  (context, args) =>
    setReply([...combine(context, args.rest(1))])

/** Combines sets into a new one, which may be empty, in the encoding in which the server makes it. */
type Build = (context: CommandContext, keys: readonly Bytes[]) => SetValue

const buildIntersection: Build = (context, keys) =>
  SetValue.intersection(intersection(context, keys), smallestFirst(context, keys)[0], context.keyspace.limits)

const buildUnion: Build = (context, keys) => SetValue.of(union(context, keys), context.keyspace.limits)

/** Copies the first set and removes members, as the server does where the sets to subtract are small (t_set.c). */
const buildDifference: Build = (context, keys) => {
  const { limits } = context.keyspace
  const [first, ...others] = keys.map((key) => context.db.getOf(key, SetValue))
  if (first === undefined || others.includes(first)) return SetValue.of([], limits)
  const subtracted = others.filter((other) => other !== undefined)
  const toLookUp = Math.floor((first.length * (1 + subtracted.length)) / 2)
  const toRemove = subtracted.reduce((sum, other) => sum + other.length, first.length)
  if (toLookUp <= toRemove) return SetValue.of(difference(context, keys), limits)
  const set = SetValue.of(first.list(), limits)
  for (const other of subtracted) for (const member of other.list()) set.delete(member)
  return set
}

/** Returns a handler that stores its result, or deletes the destination if the result is empty. */
function store(build: Build, event: string): Handler {
  return (context, args) => {
    const key = args.key(1)
    const set = build(context, args.rest(2))
    if (set.length === 0) {
      if (context.db.delete(key)) {
        context.keyspace.report(1)
        context.notify('g', 'del', key)
      }
      return 0
    }
    context.db.set(key, set)
    context.keyspace.report(1)
    context.notify('s', event, key)
    return set.length
  }
}

/**
 * SINTERCARD, SUNIONCARD and SDIFFCARD (the latter two documented with 8.10): numkeys key … [LIMIT n], for unions also
 * APPROX.
 */
function cardinality(combine: Combine, approximates = false): Handler {
  return (context, args) => {
    const numkeys = args.integerWithin(1, 1, 2 ** 63, 'ERR numkeys should be greater than 0')
    if (numkeys > args.count - 2) fail("ERR Number of keys can't be greater than number of args")
    let limit = 0
    for (let i = numkeys + 2; i < args.count; i++) {
      if (approximates && args.is(i, 'approx')) continue
      const value = args.optional(i + 1)
      if (!args.is(i, 'limit') || value === undefined) fail(SYNTAX_ERROR)
      limit = positiveArgument(value, "ERR LIMIT can't be negative")
      i++
    }
    const count = [...combine(context, args.rest(2, numkeys + 2))].length
    return limit === 0 ? count : Math.min(limit, count)
  }
}

/** Commands that combine sets. */
export const setAlgebraCommands: HandlerTable = {
  sinter: read(intersection),
  sunion: read(union),
  sdiff: read(difference),
  sinterstore: store(buildIntersection, 'sinterstore'),
  sunionstore: store(buildUnion, 'sunionstore'),
  sdiffstore: store(buildDifference, 'sdiffstore'),
  sintercard: cardinality(intersection),
  sunioncard: cardinality(union, true),
  sdiffcard: cardinality(difference),
}
