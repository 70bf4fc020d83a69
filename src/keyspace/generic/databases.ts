import { lower } from '../../acl/bytes'
import { OK, type Reply } from '../../resp/reply'
import { type Arguments, fail, SYNTAX_ERROR } from '../arguments'
import type { CommandContext, HandlerTable } from '../context'

/** FLUSHDB and FLUSHALL take ASYNC, and from 6.2 SYNC. */
function checkFlushMode(context: CommandContext, args: Arguments): void {
  const mode = lower(args.optional(1) ?? 'async')
  if (args.count > 2 || !(mode === 'async' || (mode === 'sync' && context.behaviours.hasFlushSync))) fail(SYNTAX_ERROR)
}

/** Counts deleted keys as changes and, where they are freed in the background, for INFO. */
function flushed(context: CommandContext, args: Arguments, count: number): Reply {
  const { keyspace, behaviours, denyBlocking } = context
  keyspace.report(count)
  const isLazy = args.count > 1 && lower(args.key(1)) === 'async'
  if (isLazy || (behaviours.flushesLazily && !denyBlocking)) keyspace.freedLazily += count
  return OK
}

function flushdb(context: CommandContext, args: Arguments): Reply {
  checkFlushMode(context, args)
  return flushed(context, args, context.db.flush())
}

function flushall(context: CommandContext, args: Arguments): Reply {
  checkFlushMode(context, args)
  return flushed(context, args, context.keyspace.flush())
}

function swapdb(context: CommandContext, args: Arguments): Reply {
  const a = args.integer(1, 'ERR invalid first DB index')
  const b = args.integer(2, 'ERR invalid second DB index')
  if (!context.keyspace.databases[a] || !context.keyspace.databases[b]) fail('ERR DB index is out of range')
  context.keyspace.swap(a, b)
  context.keyspace.report(1)
  return OK
}

/** Commands on whole databases. */
export const databaseCommands: HandlerTable = { flushdb, flushall, swapdb, dbsize: (context) => context.db.size }
