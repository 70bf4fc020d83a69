import { present } from '../present'
import type { Bytes } from '../../acl/bytes'
import { map, type Reply } from '../../resp/reply'
import { fail } from '../arguments'
import type { CommandContext, Handler, HandlerTable } from '../context'
import { lag } from './counters'
import { formatId } from './id'
import { byName, type Consumer, type Group } from './pending'
import { entryReply } from './read'
import { help, subcommandError } from './subcommands'
import { StreamValue } from './value'

type Pairs = (readonly [string, Reply])[]

const streamAt = ({ db }: CommandContext, key: Bytes): StreamValue =>
  db.getOf(key, StreamValue) ?? fail('ERR no such key')

/** XINFO STREAM key [FULL [COUNT n]]. */
const stream: Handler = (context, args) => {
  const value = streamAt(context, args.key(2))
  const full = args.count > 3
  if (full && (!args.is(3, 'full') || (args.count !== 4 && !(args.count === 6 && args.is(4, 'count')))))
    subcommandError(context, args)
  const given = args.has(5) ? args.integer(5) : 10
  const limit = given < 0 ? 10 : given === 0 ? Infinity : given
  const counters: Pairs = [
    ['max-deleted-entry-id', formatId(value.maxDeletedId)],
    ['entries-added', value.entriesAdded],
    ['recorded-first-entry-id', formatId(value.first?.id ?? 0n)],
  ]
  const pairs: Pairs = [
    ['length', value.length],
    ['radix-tree-keys', value.nodeCount],
    ['radix-tree-nodes', value.radixNodeCount],
    ['last-generated-id', formatId(value.lastId)],
    ...(context.behaviours.streamsCountEntries ? counters : []),
    ...(context.behaviours.streamsAreIdempotent ? idempotenceFields(value) : []),
  ]
  if (full) {
    pairs.push(['entries', value.range(0n, undefined, limit).map(entryReply)])
    pairs.push(['groups', byName(value.groups).map((group) => map(fullGroup(context, value, group, limit)))])
  } else {
    const { first, last } = value
    pairs.push(
      ['groups', value.groups.size],
      ['first-entry', first ? entryReply(first) : null],
      ['last-entry', last ? entryReply(last) : null],
    )
  }
  return map(pairs)
}

/** Returns the fields on a stream's memory of idempotent producers (documented with Redis 8.6). */
function idempotenceFields({ idempotence }: StreamValue): Pairs {
  return [
    ['idmp-duration', idempotence.duration],
    ['idmp-maxsize', idempotence.maxSize],
    ['pids-tracked', idempotence.producerCount],
    ['iids-tracked', idempotence.idCount],
    ['iids-added', idempotence.added],
    ['iids-duplicates', idempotence.duplicates],
  ]
}

function readCounters({ behaviours }: CommandContext, value: StreamValue, group: Group): Pairs {
  return behaviours.streamsCountEntries
    ? [
        ['entries-read', group.entriesRead],
        ['lag', lag(value, group, behaviours)],
      ]
    : []
}

function fullGroup(context: CommandContext, value: StreamValue, group: Group, limit: number): Pairs {
  const rows = group.pending.idsFrom(0n, null, limit).map((id) => {
    const { consumer, deliveredAt, deliveries } = present(group.pending.get(id))
    return [formatId(id), consumer.name, deliveredAt, deliveries]
  })
  return [
    ['name', group.name],
    ['last-delivered-id', formatId(group.lastId)],
    ...readCounters(context, value, group),
    ['pel-count', group.pending.size],
    ['pending', rows],
    ['consumers', byName(group.consumers).map((consumer) => map(fullConsumer(context, consumer, limit)))],
  ]
}

function fullConsumer({ behaviours }: CommandContext, consumer: Consumer, limit: number): Pairs {
  const rows = consumer.pending.idsFrom(0n, null, limit).map((id) => {
    const { deliveredAt, deliveries } = present(consumer.pending.get(id))
    return [formatId(id), deliveredAt, deliveries]
  })
  return [
    ['name', consumer.name],
    ['seen-time', consumer.seenAt],
    ...(behaviours.consumersHaveActivity ? ([['active-time', consumer.activeAt ?? -1]] as Pairs) : []),
    ['pel-count', consumer.pending.size],
    ['pending', rows],
  ]
}

const groups: Handler = (context, args) => {
  const value = streamAt(context, args.key(2))
  return byName(value.groups).map((group) =>
    map([
      ['name', group.name],
      ['consumers', group.consumers.size],
      ['pending', group.pending.size],
      ['last-delivered-id', formatId(group.lastId)],
      ...readCounters(context, value, group),
    ]),
  )
}

const consumers: Handler = (context, args) => {
  const key = args.key(2)
  const name = args.text(3)
  const group =
    streamAt(context, key).groups.get(name) ?? fail(`NOGROUP No such consumer group '${name}' for key name '${key}'`)
  return byName(group.consumers).map((consumer) => {
    const inactive = consumer.activeAt === null ? -1 : Math.max(0, context.now - consumer.activeAt)
    const pairs: Pairs = [
      ['name', consumer.name],
      ['pending', consumer.pending.size],
      ['idle', Math.max(0, context.now - consumer.seenAt)],
    ]
    return map(context.behaviours.consumersHaveActivity ? [...pairs, ['inactive', inactive]] : pairs)
  })
}

const infoHelp = help(
  'XINFO',
  () => [
    'CONSUMERS <key> <groupname>',
    '    Show consumers of <groupname>.',
    'GROUPS <key>',
    '    Show the stream consumer groups.',
    'STREAM <key> [FULL [COUNT <count>]',
    '    Show information about the stream.',
  ],
  [
    'CONSUMERS <key> <groupname>         -- Show consumer groups of group <groupname>.',
    'GROUPS <key>                        -- Show the stream consumer groups.',
    'STREAM <key> [FULL [COUNT <count>]] -- Show information about the stream.',
    '                                       FULL will return the full state of the stream,',
    '                                            including all entries, groups, consumers and PELs.',
    "                                            It's possible to show only the first stream/PEL entries",
    '                                            by using the COUNT modifier (Default is 10)',
    'HELP                                -- Print this help.',
  ],
)

const subcommands: HandlerTable = {
  'xinfo|stream': stream,
  'xinfo|groups': groups,
  'xinfo|consumers': consumers,
  'xinfo|help': infoHelp,
}

/** XINFO as one command, before subcommands were commands of their own (7.0). */
const xinfo: Handler = (context, args) => {
  const name = args.word(1)
  const lengths = {
    stream: args.count >= 3,
    groups: args.count === 3,
    consumers: args.count === 4,
    help: args.count === 2,
  }
  if (name !== 'help' && args.count < 3) fail("ERR syntax error, try 'XINFO HELP'")
  const handler = subcommands[`xinfo|${name}`]
  return handler && lengths[name as keyof typeof lengths] ? handler(context, args) : subcommandError(context, args)
}

/** XINFO and its subcommands. */
export const streamInfoCommands: HandlerTable = { ...subcommands, xinfo }
