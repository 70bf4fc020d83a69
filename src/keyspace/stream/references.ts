import type { Bytes } from '../../acl/bytes'
import type { Reply } from '../../resp/reply'
import { type Arguments, fail, SYNTAX_ERROR } from '../arguments'
import type { CommandContext, Handler, HandlerTable } from '../context'
import { idArgument, type StreamId } from './id'
import { release } from './pending'
import { dropReferences, isReferenced, referencesArgument, type References } from './trimming'
import { StreamValue } from './value'

/** The result for an ID: not found, deleted, or kept because a group still refers to it. */
const [MISSING, DONE, KEPT] = [-1, 1, 2]

/** Reads `[KEEPREF|DELREF|ACKED] IDS n id …` from argument `at` on (documented with Redis 8.2). */
function readIds(args: Arguments, at: number): { references: References; ids: StreamId[] } {
  let references: References | undefined
  let ids: StreamId[] | undefined
  for (let i = at; i < args.count; i++) {
    const option = referencesArgument(args.optional(i))
    if (option && !references) references = option
    else if (!ids && args.is(i, 'ids') && args.has(i + 1)) {
      const count = args.integerWithin(i + 1, 1, 2 ** 31, 'ERR Number of IDs must be a positive integer')
      if (count > args.count - i - 2) fail('ERR The `numids` parameter must match the number of arguments')
      ids = args.rest(i + 2, i + 2 + count).map((id) => idArgument(id))
      i += 1 + count
    } else fail(SYNTAX_ERROR)
  }
  return ids ? { references: references ?? 'keepref', ids } : fail(SYNTAX_ERROR)
}

/** Deletes an entry if its references allow it. */
function remove(stream: StreamValue, id: StreamId, references: References): number {
  if (!stream.get(id)) {
    if (references === 'delref') dropReferences(stream, id)
    return MISSING
  }
  if (references === 'acked' && isReferenced(stream, id)) return KEPT
  if (references === 'delref') dropReferences(stream, id)
  stream.delete(id)
  return DONE
}

function finish(context: CommandContext, key: Bytes, results: readonly number[]): Reply {
  if (results.includes(DONE)) {
    context.notify('t', 'xdel', key)
    context.db.touched(key)
  }
  return results
}

const xdelex: Handler = (context, args) => {
  const key = args.key(1)
  const stream = context.db.getOf(key, StreamValue)
  const { references, ids } = readIds(args, 2)
  if (!stream) return ids.map(() => MISSING)
  return finish(
    context,
    key,
    ids.map((id) => remove(stream, id, references)),
  )
}

/** XACKDEL: acknowledges entries in one group, then deletes them. Skips entries that were not pending. */
const xackdel: Handler = (context, args) => {
  const key = args.key(1)
  const name = args.text(2)
  const stream = context.db.getOf(key, StreamValue)
  const group = stream?.groups.get(name)
  const { references, ids } = readIds(args, 3)
  if (!stream || !group) return ids.map(() => MISSING)
  const results = ids.map((id) => {
    if (!release(group, id)) return MISSING
    return remove(stream, id, references) === KEPT ? KEPT : DONE
  })
  return finish(context, key, results)
}

/** Commands that delete entries depending on references from groups. */
export const streamReferenceCommands: HandlerTable = { xdelex, xackdel }
