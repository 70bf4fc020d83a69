import { present } from '../present'
import type { Bytes } from '../../acl/bytes'
import { set as setReply, type Reply } from '../../resp/reply'
import { fail, SYNTAX_ERROR } from '../arguments'
import type { CommandContext, Handler, HandlerTable } from '../context'
import { afterChange } from '../effects'
import { scanReply } from '../scan'
import { SetValue } from './value'

const INT64 = 2 ** 63

const sadd: Handler = (context, args) => {
  const key = args.key(1)
  const members = args.rest(2)
  const existing = context.db.getOf(key, SetValue)
  const set = existing ?? SetValue.for(args.text(2), members.length, context.keyspace.limits)
  if (existing) set.makeRoomFor(members.length)
  const added = members.filter((member) => set.add(member)).length
  if (added === 0) return 0
  if (existing) context.db.touched(key)
  else context.db.set(key, set)
  context.keyspace.report(added)
  context.notify('s', 'sadd', key)
  return added
}

const srem: Handler = (context, args) => {
  const key = args.key(1)
  const set = context.db.getOf(key, SetValue)
  if (!set) return 0
  const removed = args.rest(2).filter((member) => set.delete(member)).length
  if (removed > 0) changed(context, 'srem', key, set, removed)
  return removed
}

function changed(context: CommandContext, event: string, key: Bytes, set: SetValue, count: number): void {
  context.notify('s', event, key)
  afterChange(context, key, set, count)
}

const smove: Handler = (context, args) => {
  const from = args.key(1)
  const to = args.key(2)
  const member = args.text(3)
  const source = context.db.getOf(from, SetValue)
  if (!source) return 0
  const target = context.db.getOf(to, SetValue)
  if (source === target) return source.has(member) ? 1 : 0
  if (!source.delete(member)) return 0
  changed(context, 'srem', from, source, 1)
  const destination = target ?? SetValue.for(member, 1, context.keyspace.limits)
  if (!destination.add(member)) return 1
  if (target) context.db.touched(to)
  else context.db.set(to, destination)
  context.keyspace.report(1)
  context.notify('s', 'sadd', to)
  return 1
}

const sismember: Handler = ({ db }, args) => (db.getOf(args.key(1), SetValue)?.has(args.text(2)) ? 1 : 0)

const smismember: Handler = ({ db }, args) => {
  const set = db.getOf(args.key(1), SetValue)
  return args.rest(2).map((member) => (set?.has(member) ? 1 : 0))
}

const scard: Handler = ({ db }, args) => db.getOf(args.key(1), SetValue)?.length ?? 0

/** SPOP: one member, or a set of up to `count`. */
const spop: Handler = (context, args) => {
  const { db, random } = context
  const key = args.key(1)
  if (args.count > 3) fail(SYNTAX_ERROR)
  const count = args.has(2) ? args.positive(2, 'ERR value is out of range, must be positive') : undefined
  const set = db.getOf(key, SetValue)
  if (!set) return count === undefined ? null : setReply([])
  const popped: Bytes[] = []
  while (popped.length < (count ?? 1) && set.length > 0) {
    const member = set.random(random)
    set.delete(member)
    popped.push(member)
  }
  if (popped.length > 0) changed(context, 'spop', key, set, popped.length)
  return count === undefined ? (popped[0] ?? null) : setReply(popped)
}

/** SRANDMEMBER: one member, up to `count` distinct ones, or exactly -count with repetitions. */
const srandmember: Handler = (context, args) => {
  const { db, random } = context
  if (args.count > 3) fail(SYNTAX_ERROR)
  if (!args.has(2)) return db.getOf(args.key(1), SetValue)?.random(random) ?? null
  const count = args.integerWithin(
    2,
    -INT64 + 1024,
    INT64,
    'ERR value is out of range',
    'ERR value is not an integer or out of range',
  )
  const set = db.getOf(args.key(1), SetValue)
  if (!set) return []
  if (count < 0) return drawRepeatedly(-count, () => set.random(random))
  const members = count >= set.length ? set.list() : pickDistinct(set.list(), count, (n) => random.below(n))
  return context.behaviours.randomMembersAreSet ? setReply(members) : members
}

/** The most elements in a reply with repetitions. A real server would run out of memory. */
const DRAW_LIMIT = 1_000_000

/** Returns `count` draws. Fails if the reply would be too large. */
export function drawRepeatedly<T>(count: number, draw: () => T): T[] {
  if (count > DRAW_LIMIT) fail('ERR value is out of range')
  return Array.from({ length: count }, draw)
}

/** Returns `count` distinct items, chosen uniformly by the first steps of a Fisher-Yates shuffle. */
export function pickDistinct<T>(items: readonly T[], count: number, below: (n: number) => number): T[] {
  const pool = [...items]
  const n = Math.min(count, pool.length)
  for (let i = 0; i < n; i++) {
    const j = i + below(pool.length - i)
    ;[pool[i], pool[j]] = [present(pool[j]), present(pool[i])]
  }
  return pool.slice(0, n)
}

const smembers: Handler = ({ db }, args): Reply => setReply(db.getOf(args.key(1), SetValue)?.list() ?? [])

const sscan: Handler = (context, args) =>
  scanReply(context, args, 'set', (cursor, count) => {
    const step = context.db.getOf(args.key(1), SetValue)?.scan(cursor, count)
    return step ? { cursor: step.cursor, items: step.members.map((member) => [member]) } : null
  })

/** Commands on one set. */
export const setCommands: HandlerTable = {
  sadd,
  srem,
  smove,
  sismember,
  smismember,
  scard,
  spop,
  srandmember,
  smembers,
  sscan,
}
