import { lower, type Bytes } from '../../acl/bytes'
import { OK, type Reply } from '../../resp/reply'
import { fail, integerArgument, SYNTAX_ERROR } from '../arguments'
import type { CommandContext, HandlerTable } from '../context'

/** FLUSHDB and FLUSHALL take ASYNC, and from 6.2 SYNC. */
function checkFlushMode(context: CommandContext, argv: readonly Bytes[]): void {
  const mode = lower(argv[1] ?? 'async')
  if (argv.length > 2 || !(mode === 'async' || (mode === 'sync' && context.behaviours.hasFlushSync))) fail(SYNTAX_ERROR)
}

function flushdb(context: CommandContext, argv: readonly Bytes[]): Reply {
  checkFlushMode(context, argv)
  context.db.flush()
  return OK
}

function flushall(context: CommandContext, argv: readonly Bytes[]): Reply {
  checkFlushMode(context, argv)
  context.keyspace.flush()
  return OK
}

function swapdb(context: CommandContext, [, one = '', two = '']: readonly Bytes[]): Reply {
  const a = integerArgument(one, 'ERR invalid first DB index')
  const b = integerArgument(two, 'ERR invalid second DB index')
  if (!context.keyspace.databases[a] || !context.keyspace.databases[b]) fail('ERR DB index is out of range')
  context.keyspace.swap(a, b)
  return OK
}

/** Commands on whole databases. */
export const databaseCommands: HandlerTable = { flushdb, flushall, swapdb, dbsize: (context) => context.db.size }
