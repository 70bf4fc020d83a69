import type { Reply } from '../../resp/reply'
import type { Behaviours } from '../../targets/behaviours'
import type { Arguments } from '../arguments'
import type { CommandContext, HandlerTable } from '../context'
import type { Value } from '../value'
import { del } from './keys'

/** The effort of freeing a value beyond which UNLINK leaves it to the background (LAZYFREE_THRESHOLD). */
const LAZY_ABOVE = 64

/** Returns true for a value whose parts are allocated one by one, and which has many (lazyfreeGetFreeEffort). */
function isHeavy(value: Value, behaviours: Behaviours): boolean {
  if (value.length <= LAZY_ABOVE || value.type === 'string') return false
  if (value.nodeCount !== undefined) return value.nodeCount > LAZY_ABOVE
  return /^(?:hashtable|skiplist)$/.test(value.encoding(behaviours))
}

function unlink(context: CommandContext, args: Arguments): Reply {
  const { db, behaviours, keyspace } = context
  const heavy = new Set(
    args.rest(1).filter((key) => {
      const value = db.peek(key)
      return value !== undefined && isHeavy(value, behaviours)
    }),
  )
  keyspace.freedLazily += heavy.size
  return del(context, args)
}

/** UNLINK, which counts what the real server frees in the background. */
export const unlinkCommands: HandlerTable = { unlink }
