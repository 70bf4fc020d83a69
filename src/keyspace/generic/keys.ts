import { compileGlob } from '../../acl/glob'
import { OK, simple, type Reply } from '../../resp/reply'
import { type Arguments, fail } from '../arguments'
import type { CommandContext, HandlerTable } from '../context'
import { scanReply } from '../scan'

const NO_SUCH_KEY = 'ERR no such key'

export function del(context: CommandContext, args: Arguments): Reply {
  let deleted = 0
  for (const key of args.rest(1)) {
    if (!context.db.delete(key)) continue
    context.notify('g', 'del', key)
    context.keyspace.report(1)
    deleted++
  }
  return deleted
}

function exists(context: CommandContext, args: Arguments): Reply {
  return args.rest(1).filter((key) => context.db.has(key)).length
}

function touch(context: CommandContext, args: Arguments): Reply {
  return args.rest(1).filter((key) => context.db.get(key)).length
}

function type(context: CommandContext, args: Arguments): Reply {
  const key = args.key(1)
  return simple(context.db.peek(key)?.type ?? 'none')
}

function rename(onlyNew: boolean) {
  return (context: CommandContext, args: Arguments): Reply => {
    const from = args.key(1)
    const to = args.key(2)
    const { db } = context
    if (!db.get(from)) fail(NO_SUCH_KEY)
    if (from === to) return onlyNew ? 0 : OK
    if (onlyNew && db.get(to)) return 0
    db.rename(from, to)
    context.keyspace.report(1)
    context.notify('g', 'rename_from', from)
    context.notify('g', 'rename_to', to)
    return onlyNew ? 1 : OK
  }
}

function keys(context: CommandContext, args: Arguments): Reply {
  const pattern = args.text(1)
  if (pattern === '*') return [...context.db.keys()]
  const glob = compileGlob(pattern)
  return [...context.db.keys()].filter((key) => glob.matches(key))
}

function scan(context: CommandContext, args: Arguments): Reply {
  return scanReply(context, args, 'keys', (cursor, count) => {
    const { cursor: next, keys } = context.db.scan(cursor, count)
    return { cursor: next, items: keys.map((key) => [key]) }
  })
}

/** Commands that treat keys of every type alike. */
export const keyCommands: HandlerTable = {
  del,
  exists,
  touch,
  type,
  keys,
  scan,
  rename: rename(false),
  renamenx: rename(true),
  randomkey: (context) => context.db.randomKey(context.random),
}
