import { textAt, wordAt } from '../../acl/argv'
import { lower, type Bytes } from '../../acl/bytes'
import { formatId, idArgument } from '../../keyspace/stream/id'
import { StreamValue } from '../../keyspace/stream'
import type { Reply } from '../../resp/reply'
import { items, type Done, type Line } from './done'

/** Returns the place of the word that starts a trim (MAXLEN, MINID); -1 where there is none. */
const trimAt = (argv: Line): number => argv.findIndex((word, i) => i > 1 && /^(?:maxlen|minid)$/i.test(word))

/** Replaces an approximate trim by the exact one that led to the stream as it is now. */
function exactTrim(argv: Line, stream: StreamValue | undefined): Bytes[] {
  const line = [...argv]
  const at = trimAt(argv)
  if (at < 0 || argv[at + 1] !== '~') return line
  line[at + 1] = '='
  const first = stream?.first
  line[at + 2] =
    wordAt(argv, at) === 'maxlen' ? String(stream?.length ?? 0) : first === undefined ? '0-0' : formatId(first.id)
  return line
}

/** XADD: the ID is the one that was given. Its place is the first word that is no option. */
function add({ argv, reply, db }: Done): readonly Line[] {
  const line = exactTrim(argv, db.getOf(textAt(argv, 1), StreamValue))
  let at = 2
  for (;;) {
    const word = wordAt(argv, at)
    if (word === 'nomkstream') at++
    else if (word === 'maxlen' || word === 'minid') at += /^[=~]$/.test(textAt(argv, at + 1)) ? 3 : 2
    else if (word === 'limit') at += 2
    else break
  }
  if (typeof reply === 'string') line[at] = reply
  return [line]
}

/** The IDs in a list of entries, or of IDs alone. */
function idsOf(reply: Reply | undefined): readonly Bytes[] {
  return items(reply).flatMap((row) => {
    const id = typeof row === 'string' ? row : items(row)[0]
    return typeof id === 'string' ? [id] : []
  })
}

/** The entries that a consumer was given, each as the XCLAIM that gives it (streamPropagateXCLAIM). */
function claims({ db }: Done, key: Bytes, name: Bytes, ids: readonly Bytes[]): readonly Line[] {
  const group = db.getOf(key, StreamValue)?.groups.get(name)
  if (group === undefined) return []
  return ids.flatMap((id) => {
    const pending = group.pending.get(idArgument(id))
    if (pending === undefined) return []
    const { consumer, deliveredAt, deliveries } = pending
    const state = ['TIME', String(deliveredAt), 'RETRYCOUNT', String(deliveries)]
    return [
      ['XCLAIM', key, name, consumer.name, '0', id, ...state, 'FORCE', 'JUSTID', 'LASTID', formatId(group.lastId)],
    ]
  })
}

/** Entries that are pending and were deleted from the stream: claiming them drops them. */
function drops({ argv, db, now }: Done, ids: readonly Bytes[]): readonly Line[] {
  const [, key = '', name = '', consumer = ''] = argv
  const stream = db.getOf(key, StreamValue)
  const group = stream?.groups.get(name)
  if (stream === undefined || group === undefined) return []
  const rest = ['TIME', String(now), 'RETRYCOUNT', '1', 'FORCE', 'JUSTID', 'LASTID', formatId(group.lastId)]
  return ids.flatMap((id) =>
    stream.get(idArgument(id)) === undefined ? [['XCLAIM', key, name, consumer, '0', id, ...rest]] : [],
  )
}

/** The IDs that XCLAIM names. */
function namedIds(argv: Line): readonly Bytes[] {
  const end = argv.findIndex((word, i) => i > 4 && !/^[0-9]+(?:-[0-9]+)?$/.test(word))
  return argv.slice(5, end < 0 ? argv.length : end)
}

/** XREADGROUP: claims or, with NOACK, where the group has read to. */
function readGroup(done: Done): readonly Line[] {
  const { argv, reply, db } = done
  const name = textAt(argv, 2)
  const noAck = argv.slice(4).some((word) => lower(word) === 'noack')
  const isMap = typeof reply === 'object' && reply !== null && 'type' in reply && reply.type === 'map'
  const streams = isMap ? reply.pairs : items(reply).map((row) => items(row))
  return streams.flatMap(([key, entries]) => {
    if (typeof key !== 'string') return []
    const given = noAck ? [] : claims(done, key, name, idsOf(entries))
    const group = db.getOf(key, StreamValue)?.groups.get(name)
    if (group === undefined || (given.length > 0 && !done.behaviours.streamsCountEntries)) return given
    return [
      ...given,
      ['XGROUP', 'SETID', key, name, formatId(group.lastId), 'ENTRIESREAD', String(group.entriesRead ?? -1)],
    ]
  })
}

/** Returns the command lines for a change of a stream that is not sent on as it came; null for any other command. */
export function propagatedStream(done: Done): readonly Line[] | null {
  const { name, argv, db, reply } = done
  const key = textAt(argv, 1)
  switch (name) {
    case 'xadd':
      return add(done)
    case 'xtrim':
      return [exactTrim(argv, db.getOf(key, StreamValue))]
    case 'xreadgroup':
      return readGroup(done)
    case 'xclaim':
      return [...claims(done, key, textAt(argv, 2), idsOf(reply)), ...drops(done, namedIds(argv))]
    case 'xautoclaim':
      return [...claims(done, key, textAt(argv, 2), idsOf(items(reply)[1])), ...drops(done, idsOf(items(reply)[2]))]
    default:
      return null
  }
}
