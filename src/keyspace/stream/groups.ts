import type { Bytes } from '../../acl/bytes'
import { OK } from '../../resp/reply'
import { type Arguments, fail } from '../arguments'
import type { CommandContext, Handler, HandlerTable } from '../context'
import { idArgument, type StreamId } from './id'
import { consumerOf, release, type Group } from './pending'
import { help, subcommandError } from './subcommands'
import { StreamValue } from './value'

const NO_KEY =
  'ERR The XGROUP subcommand requires the key to exist. Note that for CREATE you may want to use the MKSTREAM option to create ' +
  'an empty stream automatically.'

function changed(context: CommandContext, event: string, key: Bytes): void {
  context.notify('t', event, key)
  context.db.touched(key)
}

function existingStream({ db }: CommandContext, key: Bytes): StreamValue {
  return db.getOf(key, StreamValue) ?? fail(NO_KEY)
}

function existingGroup(context: CommandContext, key: Bytes, name: Bytes): Group {
  return (
    existingStream(context, key).groups.get(name) ??
    fail(`NOGROUP No such consumer group '${name}' for key name '${key}'`)
  )
}

/** Returns what a group is told it has read: from 8.2 on at most what was ever added. */
function limited(context: CommandContext, stream: StreamValue, entriesRead: number | null): number | null {
  if (entriesRead === null || !context.behaviours.limitsEntriesRead) return entriesRead
  return Math.min(entriesRead, stream.entriesAdded)
}

/** Reads MKSTREAM and ENTRIESREAD after the ID of XGROUP CREATE and SETID. */
function readOptions(
  context: CommandContext,
  args: Arguments,
  creates: boolean,
): { makeStream: boolean; entriesRead: number | null } {
  let makeStream = false
  let entriesRead: number | null = null
  for (let i = 5; i < args.count; i++) {
    if (creates && args.is(i, 'mkstream')) makeStream = true
    else if (context.behaviours.streamsCountEntries && args.is(i, 'entriesread') && args.has(i + 1)) {
      const value = args.bigint(++i)
      if (value < -1n) fail('ERR value for ENTRIESREAD must be positive or -1')
      entriesRead = value === -1n ? null : Number(value)
    } else subcommandError(context, args)
  }
  return { makeStream, entriesRead }
}

const create: Handler = (context, args) => {
  const key = args.key(2)
  const name = args.text(3)
  const at = args.text(4)
  const { makeStream, entriesRead } = readOptions(context, args, true)
  const existing = makeStream ? context.db.getOf(key, StreamValue) : existingStream(context, key)
  const id: StreamId = at === '$' ? (existing?.lastId ?? 0n) : idArgument(at)
  const stream = existing ?? new StreamValue()
  if (!existing) context.db.set(key, stream)
  if (!stream.createGroup(name, id, limited(context, stream, entriesRead)))
    fail('BUSYGROUP Consumer Group name already exists')
  changed(context, 'xgroup-create', key)
  return OK
}

const setId: Handler = (context, args) => {
  const key = args.key(2)
  const name = args.text(3)
  const at = args.text(4)
  const { entriesRead } = readOptions(context, args, false)
  const group = existingGroup(context, key, name)
  group.lastId = at === '$' ? existingStream(context, key).lastId : idArgument(at, { missing: 0n })
  group.entriesRead = limited(context, existingStream(context, key), entriesRead)
  changed(context, 'xgroup-setid', key)
  return OK
}

const destroy: Handler = (context, args) => {
  const key = args.key(2)
  const name = args.text(3)
  if (!existingStream(context, key).groups.delete(name)) return 0
  changed(context, 'xgroup-destroy', key)
  context.db.ready(key)
  return 1
}

const createConsumer: Handler = (context, args) => {
  const key = args.key(2)
  const name = args.text(3)
  const consumer = args.text(4)
  const { isNew } = consumerOf(existingGroup(context, key, name), consumer, context.now)
  if (!isNew) return 0
  changed(context, 'xgroup-createconsumer', key)
  return 1
}

const deleteConsumer: Handler = (context, args) => {
  const key = args.key(2)
  const name = args.text(3)
  const consumerName = args.text(4)
  const group = existingGroup(context, key, name)
  const consumer = group.consumers.get(consumerName)
  if (!consumer) return 0
  const ids = consumer.pending.idsFrom(0n)
  for (const id of ids) release(group, id)
  group.consumers.delete(consumerName)
  changed(context, 'xgroup-delconsumer', key)
  return ids.length
}

const COUNTER_OPTION = ['    * ENTRIESREAD entries_read', "      Set the group's entries_read counter (internal use)."]

const groupHelp = help(
  'XGROUP',
  ({ behaviours: { streamsCountEntries } }) => [
    'CREATE <key> <groupname> <id|$> [option]',
    '    Create a new consumer group. Options are:',
    '    * MKSTREAM',
    '      Create the empty stream if it does not exist.',
    ...(streamsCountEntries ? COUNTER_OPTION : []),
    'CREATECONSUMER <key> <groupname> <consumer>',
    '    Create a new consumer in the specified group.',
    'DELCONSUMER <key> <groupname> <consumer>',
    '    Remove the specified consumer.',
    'DESTROY <key> <groupname>',
    '    Remove the specified group.',
    streamsCountEntries
      ? 'SETID <key> <groupname> <id|$> [ENTRIESREAD entries_read]'
      : 'SETID <key> <groupname> <id|$>',
    streamsCountEntries ? '    Set the current group ID and entries_read counter.' : '    Set the current group ID.',
  ],
  [
    'CREATE      <key> <groupname> <id or $> [opt] -- Create a new consumer group.',
    '            option MKSTREAM: create the empty stream if it does not exist.',
    'SETID       <key> <groupname> <id or $>  -- Set the current group ID.',
    'DESTROY     <key> <groupname>            -- Remove the specified group.',
    'DELCONSUMER <key> <groupname> <consumer> -- Remove the specified consumer.',
    'HELP                                     -- Prints this help.',
  ],
)

const subcommands: HandlerTable = {
  'xgroup|create': create,
  'xgroup|setid': setId,
  'xgroup|destroy': destroy,
  'xgroup|createconsumer': createConsumer,
  'xgroup|delconsumer': deleteConsumer,
  'xgroup|help': groupHelp,
}

/** The argument counts of each subcommand, for targets whose table does not have subcommands. */
const LENGTHS: Readonly<Record<string, readonly number[]>> = {
  create: [5, 6],
  setid: [5],
  destroy: [4],
  createconsumer: [5],
  delconsumer: [5],
  help: [2],
}

/** XGROUP as one command, before subcommands were commands of their own (7.0). */
const xgroup: Handler = (context, args) => {
  const name = args.word(1)
  const handler = subcommands[`xgroup|${name}`]
  const known = handler && (name !== 'createconsumer' || context.behaviours.streamsTrimById)
  return known && LENGTHS[name]?.includes(args.count) ? handler(context, args) : subcommandError(context, args)
}

/** XGROUP and its subcommands. */
export const streamGroupCommands: HandlerTable = { ...subcommands, xgroup }
