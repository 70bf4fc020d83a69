import type { Bytes } from '../../acl/bytes'
import type { Reply } from '../../resp/reply'
import { type Arguments, fail, integerArgument } from '../arguments'
import type { CommandContext, HandlerTable } from '../context'

/** WAIT: no replica ever acknowledges, so it replies 0 on timeout. */
function wait(context: CommandContext, args: Arguments): Reply {
  const replicas = args.integer(1)
  return untilTimeout(context, args.text(2), replicas <= 0, 0)
}

function waitaof(context: CommandContext, args: Arguments): Reply {
  const local = args.integerWithin(1, 0, 1)
  const replicas = args.integerWithin(2, 0, Number.MAX_SAFE_INTEGER, 'ERR value is out of range, must be positive')
  if (local > 0) fail('ERR WAITAOF cannot be used when numlocal is set but appendonly is disabled.')
  return untilTimeout(context, args.text(3), replicas <= 0, [0, 0])
}

function untilTimeout(context: CommandContext, bytes: Bytes, done: boolean, reply: Reply): Reply {
  const timeout = integerArgument(bytes, 'ERR timeout is not an integer or out of range')
  if (timeout < 0) fail('ERR timeout is negative')
  if (done || context.denyBlocking) return reply
  return context.block({ keys: [], timeout, attempt: () => undefined, onTimeout: reply })
}

/** WAIT and WAITAOF. */
export const waitCommands: HandlerTable = { wait, waitaof }
