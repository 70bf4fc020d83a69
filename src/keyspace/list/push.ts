import type { Handler, HandlerTable } from '../context'
import { pushElement, type End } from './push-element'
import { ListValue } from './value'

/** LPUSH and RPUSH, and with `mustExist` LPUSHX and RPUSHX. */
function push(end: End, mustExist: boolean): Handler {
  return (context, args) => {
    const key = args.key(1)
    const elements = args.rest(2)
    const existing = context.db.getOf(key, ListValue)
    if (!existing && mustExist) return 0
    const list = existing ?? new ListValue(context.keyspace.limits)
    list.makeRoomFor(elements)
    for (const element of elements) pushElement(list, end, element)
    if (existing) context.db.touched(key)
    else context.db.set(key, list)
    context.keyspace.report(elements.length)
    context.notify('l', end === 'left' ? 'lpush' : 'rpush', key)
    return list.length
  }
}

/** Commands that push. */
export const listPushCommands: HandlerTable = {
  lpush: push('left', false),
  rpush: push('right', false),
  lpushx: push('left', true),
  rpushx: push('right', true),
}
