import type { Bytes } from '../../../acl/bytes'
import type { Database, StoredKey } from '../../../keyspace/database'
import { dumpValue } from '../../../keyspace/dump/payload'
import { HashValue } from '../../../keyspace/hash/value'
import { packedSize } from '../../../keyspace/list/packed'
import { ListValue } from '../../../keyspace/list/value'
import { SetValue } from '../../../keyspace/set/value'
import { StringValue } from '../../../keyspace/string/value'
import type { Value } from '../../../keyspace/value'
import { CommandError, simple, verbatim, type Reply } from '../../../resp/reply'
import type { Behaviours } from '../../../targets/behaviours'
import { debugDetails } from '../../../targets/debug-subcommands'
import { allocated, OBJECT, stringSize } from '../memory'
import type { DebugParts } from './parts'

const NO_SUCH_KEY = 'ERR no such key'

/** The bytes that DUMP adds to a value: its type, the version and the checksum. */
const DUMP_FRAME = 11

/** Returns a key's value and times, also of a key that has expired and not been deleted yet; throws where there is none. */
function storedAt(db: Database, key: Bytes): StoredKey {
  const entry = db.stored(key)
  if (entry === undefined) throw new CommandError(NO_SUCH_KEY)
  return entry
}

/** DEBUG OBJECT. The address is made up; the length of a value in an RDB file is that of its plain form. */
export function describeObject(server: DebugParts, db: Database, key: Bytes, isFast: boolean): Reply {
  const { behaviours, id } = server.target
  const { value, usedAt } = storedAt(db, key)
  const encoding = value.encoding(behaviours)
  const seconds = Math.floor(usedAt / 1000)
  const idle = Math.max(0, Math.floor((server.now - usedAt) / 1000))
  const length = isFast ? '' : ` serializedlength:${serializedLength(value, behaviours)}`
  const lru = `lru:${seconds % (1 << 24)} lru_seconds_idle:${idle}`
  const lfu = debugDetails(id).objectShowsLfu
    ? ` lfu_freq:${seconds % 256} lfu_access_time_minutes:${(seconds % (1 << 24)) >> 8}`
    : ''
  const nodes = value instanceof ListValue && encoding === 'quicklist' ? quicklist(server, value, isFast) : ''
  return simple(`Value at:0x7f0000000000 refcount:1 encoding:${encoding}${length} ${lru}${lfu}${nodes}`)
}

/** Returns the length of a value in an RDB file; of a type that DUMP does not write, its size in memory. */
function serializedLength(value: Value, behaviours: Behaviours): number {
  if (value.type === 'vectorset' || value.type === 'array') return value.byteSize
  return dumpValue(value, behaviours).length - DUMP_FRAME
}

/** The largest size of a list node in bytes for the negative values of list-max-listpack-size, from -1 on. */
const nodeSizes = [4096, 8192, 16384, 32768, 65536]

/** The sizes of the header of a packed list, with its end mark. */
const NODE_HEADER = 7

/** Describes a quicklist as if its elements had been pushed to its right end one by one. */
function quicklist({ config, target }: DebugParts, list: ListValue, isFast: boolean): string {
  const isNew = target.behaviours.packsInListpacks
  const fill = config.number(isNew ? 'list-max-listpack-size' : 'list-max-ziplist-size')
  const mostBytes = fill < 0 ? (nodeSizes[-fill - 1] ?? Infinity) : 8192
  const mostElements = fill < 0 ? Infinity : Math.max(1, fill)
  let nodes = 0
  let bytes = 0
  let inNode = Infinity
  let total = 0
  for (const element of list.slice()) {
    const size = packedSize(element)
    if (inNode >= mostElements || bytes + size > mostBytes) {
      nodes++
      inNode = 0
      bytes = NODE_HEADER
      total += NODE_HEADER
    }
    inNode++
    bytes += size
    total += size
  }
  const compressed = config.number('list-compress-depth') > 0 ? 1 : 0
  const average = (list.length / Math.max(1, nodes)).toFixed(2)
  const most = isNew ? 'ql_listpack_max' : 'ql_ziplist_max'
  const size = isFast ? '' : ` ql_uncompressed_size:${total}`
  return ` ql_nodes:${nodes} ql_avg_node:${average} ${most}:${fill} ql_compressed:${compressed}${size}`
}

/** DEBUG SDSLEN: the sizes of a key and its string, allocated just large enough. */
export function describeString(server: DebugParts, db: Database, key: Bytes): Reply {
  const { behaviours, id } = server.target
  const { value, expireAt } = storedAt(db, key)
  const encoding = value instanceof StringValue ? value.encoding() : null
  if (encoding === null || encoding === 'int') throw new CommandError('ERR Not an sds encoded string.')
  const alloc = (bytes: number): number => allocated(bytes, behaviours.memoryModel.allocator)
  const keySize = stringSize(key.length, true)
  const valueSize = stringSize(value.length, false)
  const isEmbedded = encoding === 'embstr'
  if (debugDetails(id).sdslenNamesAllocation) {
    const object = OBJECT + 1 + keySize + (expireAt === null ? 0 : 8)
    const embedding = alloc(object + (isEmbedded ? valueSize : 0))
    const room = isEmbedded ? embedding - object - valueSize : alloc(valueSize) - valueSize
    return simple(
      `key_sds_len:${key.length} key_sds_avail:0 obj_alloc:${embedding} ` +
        `val_sds_len:${value.length} val_sds_avail:${room} val_alloc:${isEmbedded ? 0 : alloc(valueSize)}`,
    )
  }
  const keyRoom = key.length < 32 ? 0 : alloc(keySize) - keySize
  const allocation = isEmbedded ? alloc(OBJECT + valueSize) - OBJECT : alloc(valueSize)
  return simple(
    `key_sds_len:${key.length}, key_sds_avail:${keyRoom}, key_zmalloc: ${alloc(keySize)}, ` +
      `val_sds_len:${value.length}, val_sds_avail:${isEmbedded ? 0 : allocation - valueSize}, val_zmalloc: ${allocation}`,
  )
}

/** Returns the statistics of a hash table that grew to so many elements and did not shrink. */
function tableStatistics(count: number, bucketsOfSeven: boolean): string {
  if (bucketsOfSeven) {
    if (count === 0) return ''
    let buckets = 1
    while (buckets * 7 * (buckets === 1 ? 1 : 0.77) < count) buckets *= 2
    return `Hash table 0 stats (main hash table):\n table size: ${buckets * 7}\n number of entries: ${count}\n`
  }
  if (count === 0) return ''
  const size = Math.max(4, 2 ** Math.ceil(Math.log2(count)))
  return `Hash table 0 stats (main hash table):\n table size: ${size}\n number of elements: ${count}\n`
}

/** DEBUG HTSTATS: the tables of a database. How elements are spread over them is not simulated. */
export function describeDatabase(server: DebugParts, db: Database): Reply {
  const { bucketsOfSeven } = debugDetails(server.target.id)
  return verbatim(
    `[Dictionary HT]\n${tableStatistics(db.size, bucketsOfSeven)}[Expires HT]\n${tableStatistics(db.expiringSize, bucketsOfSeven)}`,
  )
}

/** Returns whether a value is stored as a hash table. */
function isTable(value: Value): boolean {
  return (
    (value instanceof HashValue && !value.isPacked) ||
    (value instanceof SetValue && value.isHashtable) ||
    value.type === 'zset'
  )
}

/** DEBUG HTSTATS-KEY: the table of a set, hash or sorted set. */
export function describeTable(server: DebugParts, db: Database, key: Bytes): Reply {
  const value = db.peek(key)
  if (value === undefined) throw new CommandError(NO_SUCH_KEY)
  if (!isTable(value) || value.encoding(server.target.behaviours) === 'listpack')
    throw new CommandError('ERR The value stored at the specified key is not represented using an hash table')
  return verbatim(tableStatistics(value.length, debugDetails(server.target.id).bucketsOfSeven))
}

/** DEBUG LISTPACK, ZIPLIST and QUICKLIST, which print a value's structure to the server's standard output. */
export function describeStructure(server: DebugParts, db: Database, key: Bytes, kind: string): Reply {
  const value = db.peek(key)
  if (value === undefined) throw new CommandError(NO_SUCH_KEY)
  const encoding = value.encoding(server.target.behaviours)
  if (encoding !== kind && !(kind === 'listpack' && encoding === 'listpackex'))
    throw new CommandError(`ERR Not a ${kind} encoded object.`)
  return simple(`${kind.replace(/^./, (letter) => letter.toUpperCase())} structure printed on stdout`)
}
