import { OK, type Reply } from '../../resp/reply'
import { type Arguments, fail, SYNTAX_ERROR, wrongArity } from '../arguments'
import type { CommandContext, HandlerTable } from '../context'
import { expireNow } from '../effects'
import { resolveExpiry } from './expiry'
import { isComparison, meets, parseOptions, store } from './set'
import { StringValue } from './value'

function getset(context: CommandContext, args: Arguments): Reply {
  const key = args.key(1)
  const value = args.text(2)
  const old = context.db.getOf(key, StringValue)?.bytes ?? null
  store(context, key, value, null, false)
  return old
}

function getdel(context: CommandContext, args: Arguments): Reply {
  const key = args.key(1)
  const value = context.db.getOf(key, StringValue)
  if (!value) return null
  context.db.delete(key)
  context.keyspace.report(1)
  context.notify('g', 'del', key)
  return value.bytes
}

function getex(context: CommandContext, args: Arguments): Reply {
  const { db, behaviours, now } = context
  const key = args.key(1)
  const options = parseOptions(args, 2, 'getex', behaviours)
  const value = db.getOf(key, StringValue)
  if (!value) return null
  if (options.expiry) {
    const at = resolveExpiry(options.expiry, now, 'getex', behaviours)
    if (at <= now) expireNow(context, key)
    else {
      context.keyspace.report(1)
      db.setExpiry(key, at)
      context.notify('g', 'expire', key)
    }
  } else if (options.persist && db.expiry(key) !== null) {
    context.keyspace.report(1)
    db.setExpiry(key, null)
    context.notify('g', 'persist', key)
  }
  return value.bytes
}

function mset(name: 'mset' | 'msetnx') {
  return (context: CommandContext, args: Arguments): Reply => {
    if (args.count % 2 === 0)
      fail(`ERR wrong number of arguments for ${context.behaviours.quotesCommandNames ? `'${name}' command` : 'MSET'}`)
    const keys = args.rest(1).filter((_, i) => i % 2 === 0)
    if (name === 'msetnx' && keys.some((key) => context.db.get(key))) return 0
    keys.forEach((key, i) => store(context, key, args.text(2 * i + 2), null, false))
    return name === 'mset' ? OK : 1
  }
}

function msetex(context: CommandContext, args: Arguments): Reply {
  const message =
    context.behaviours.product === 'valkey' ? 'ERR invalid numkeys value or out of range' : 'ERR invalid numkeys value'
  const count = args.integer(1, message)
  if (count < 1 || count > 2147483647) fail(message)
  if (2 + 2 * count > args.count)
    fail(context.behaviours.product === 'valkey' ? SYNTAX_ERROR : 'ERR wrong number of key-value pairs')
  const options = parseOptions(args, 2 + 2 * count, 'msetex', context.behaviours)
  const expireAt = options.expiry ? resolveExpiry(options.expiry, context.now, 'msetex', context.behaviours) : null
  const pairs = Array.from({ length: count }, (_, i) => [args.text(2 + 2 * i), args.text(3 + 2 * i)] as const)
  if (options.nx && pairs.some(([key]) => context.db.get(key))) return 0
  if (options.xx && pairs.some(([key]) => !context.db.get(key))) return 0
  for (const [key, value] of pairs) store(context, key, value, expireAt, options.keepTtl)
  return 1
}

/** DELIFEQ (Valkey 9.0): deletes a key that holds exactly this string. */
function delifeq(context: CommandContext, args: Arguments): Reply {
  const key = args.key(1)
  const expected = args.text(2)
  const value = context.db.getOf(key, StringValue)
  if (value?.bytes !== expected) return 0
  context.db.delete(key)
  context.keyspace.report(1)
  context.notify('g', 'del', key)
  return 1
}

/** DELEX (Redis 8.4): deletes a key of any type, or a string that meets a condition. */
function delex(context: CommandContext, args: Arguments): Reply {
  const key = args.key(1)
  const kind = args.has(2) ? args.word(2) : null
  if (kind !== null) {
    if (args.count !== 4) fail(wrongArity('delex'))
    if (!isComparison(kind, context.behaviours)) fail(SYNTAX_ERROR)
    const value = context.db.get(key)
    if (!value) return 0
    if (!(value instanceof StringValue)) fail('ERR Key should be of string type if conditions are specified')
    if (!meets(kind, value.bytes, args.text(3))) return 0
  }
  if (!context.db.delete(key)) return 0
  context.keyspace.report(1)
  context.notify('g', 'del', key)
  return 1
}

/** Commands that read and replace or delete whole strings, and those that store several. */
export const exchangeCommands: HandlerTable = {
  getset,
  getdel,
  getex,
  msetex,
  delifeq,
  delex,
  mset: mset('mset'),
  msetnx: mset('msetnx'),
}
