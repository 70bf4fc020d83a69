import { present } from '../present'
import type { Bytes } from '../../acl/bytes'
import { simple, type Reply } from '../../resp/reply'
import { type Arguments, fail } from '../arguments'
import type { CommandContext, Handler, HandlerTable } from '../context'
import { StringValue } from '../string/value'
import type { Value } from '../value'

/** Integers below this are shared objects. */
const SHARED_INTEGERS = 10000
const SHARED_REFERENCES = 2147483647

/** Returns a handler that inspects a value without touching it; it replies null for a missing key. */
function inspect(look: (value: Value, context: CommandContext, key: Bytes) => Reply): Handler {
  return (context, args) => {
    const key = args.text(2)
    const value = context.db.peek(key)
    return value ? look(value, context, key) : null
  }
}

function references(value: Value, context: CommandContext): Reply {
  if (!(value instanceof StringValue) || value.encoding() !== 'int') return 1
  const number = Number(value.bytes)
  const shared = number >= 0 && number < SHARED_INTEGERS && context.behaviours.roomBesideKey === null
  return shared ? SHARED_REFERENCES : 1
}

/**
 * Returns the encoding of a value. On some targets a short string shares an allocation with its key, and with its
 * expiry unless the key is long.
 */
function encoding(value: Value, context: CommandContext, key: Bytes): Reply {
  const { behaviours } = context
  if (!(value instanceof StringValue) || behaviours.roomBesideKey === null) return value.encoding(behaviours)
  const forExpiry = context.db.expiry(key) !== null && key.length < 32 ? 8 : 0
  return value.encoding(behaviours, behaviours.roomBesideKey - key.length - forExpiry)
}

const SWITCHING =
  'Please note that when switching between policies at runtime LRU and LFU data will take some time to adjust.'
const NO_LFU = `ERR An LFU maxmemory policy is not selected, access frequency not tracked. ${SWITCHING}`
const NO_LRU = `ERR An LFU maxmemory policy is selected, idle time not tracked. ${SWITCHING}`

const help: readonly string[] = [
  'ENCODING <key>',
  '    Return the kind of internal representation used in order to store the value',
  '    associated with a <key>.',
  'FREQ <key>',
  '    Return the access frequency index of the <key>. The returned integer is',
  '    proportional to the logarithm of the recent access frequency of the key.',
  'IDLETIME <key>',
  '    Return the idle time of the <key>, that is the approximated number of',
  '    seconds elapsed since the last access to the key.',
  'REFCOUNT <key>',
  '    Return the number of references of the value associated with the specified',
  '    <key>.',
]
const oldHelp: readonly string[] = [
  'ENCODING <key> -- Return the kind of internal representation used in order to store the value associated with a key.',
  'FREQ <key> -- Return the access frequency index of the key. The returned integer is proportional to the logarithm of the recent access frequency of the key.',
  'IDLETIME <key> -- Return the idle time of the key, that is the approximated number of seconds elapsed since the last access to the key.',
  'REFCOUNT <key> -- Return the number of references of the value associated with the specified key.',
]

function helpReply(context: CommandContext): Reply {
  if (!context.behaviours.indentsHelp)
    return ['OBJECT <subcommand> arg arg ... arg. Subcommands are:', ...oldHelp].map((line) => simple(line))
  const ending = context.behaviours.helpSaysPrint ? ['HELP', '    Print this help.'] : ['HELP', '    Prints this help.']
  return ['OBJECT <subcommand> [<arg> [value] [opt] ...]. Subcommands are:', ...help, ...ending].map((line) =>
    simple(line),
  )
}

const subcommands: HandlerTable = {
  'object|encoding': inspect(encoding),
  'object|refcount': inspect(references),
  'object|idletime': inspect((_, context, key) => {
    if (context.keyspace.frequencies !== null) fail(NO_LRU)
    return Math.max(0, Math.floor((context.now - present(context.db.usedAt(key))) / 1000))
  }),
  'object|freq': inspect((_, context, key) => context.db.frequency(key) ?? fail(NO_LFU)),
  'object|help': helpReply,
}

/** OBJECT before 7.0, when subcommands were not commands of their own. */
function object(context: CommandContext, args: Arguments): Reply {
  const name = args.word(1)
  const run = Object.hasOwn(subcommands, `object|${name}`) ? subcommands[`object|${name}`] : undefined
  if (!run || args.count !== (name === 'help' ? 2 : 3)) {
    fail(`ERR Unknown subcommand or wrong number of arguments for '${args.optional(1)}'. Try OBJECT HELP.`)
  }
  return run(context, args)
}

export const objectCommands: HandlerTable = { ...subcommands, object }
