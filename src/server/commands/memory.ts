import type { Bytes } from '../../acl/bytes'
import { HashValue } from '../../keyspace/hash/value'
import { packedSize } from '../../keyspace/list/packed'
import { ListValue } from '../../keyspace/list/value'
import { formatDouble } from '../../keyspace/numbers'
import { SetValue } from '../../keyspace/set/value'
import { StringValue } from '../../keyspace/string/value'
import type { Value } from '../../keyspace/value'
import { ZSetValue } from '../../keyspace/zset/value'
import { OK, verbatim, type Reply } from '../../resp/reply'
import type { Behaviours } from '../../targets/behaviours'
import type { Handler, HandlerTable } from '../handler'
import type { Data, Release } from '../parts'
import { integer, syntaxError } from './arguments'
import { family, takes } from './family'
import { helpReply } from './help'
import { memoryStats } from './memory-stats'

/** Sizes of the C structures in bytes: object, dictionary entry, quicklist. */
export const OBJECT = 16
const ENTRY = 24
const QUICKLIST = 40

/** Returns the bytes that the allocator reserves for a request: glibc's chunks, or jemalloc's size classes; the request itself where it is `exact`. */
export function allocated(bytes: number, allocator: Behaviours['memoryModel']['allocator']): number {
  if (allocator === 'exact') return bytes
  if (allocator === 'libc') return Math.max(32, (bytes + 8 + 15) & ~15) - 8
  if (bytes <= 8) return 8
  if (bytes <= 128) return (bytes + 15) & ~15
  const step = 2 ** (Math.ceil(Math.log2(bytes)) - 3)
  return Math.ceil(bytes / step) * step
}

/** Returns the size of a string as the server stores it: header, bytes, and a NUL. The smallest header is for keys only. */
export function stringSize(length: number, isKey: boolean): number {
  const header = isKey && length < 32 ? 1 : length < 256 ? 3 : length < 65536 ? 5 : 9
  return header + length + 1
}

/** Returns the bytes of the one block that a small collection is packed into; null where it is not packed. */
function packedBytes(value: Value, behaviours: Behaviours): number | null {
  const sum = (words: Iterable<Bytes>): number =>
    [...words].reduce((total, word) => total + packedSize(word), packHeader)
  const packHeader = behaviours.packsInListpacks ? 7 : 11
  if (value instanceof ListValue) return value.byteSize - 7 + packHeader
  if (value instanceof HashValue && value.isPacked)
    return sum([...value.fields()].flatMap((field) => [field.key, field.value]))
  if (value instanceof ZSetValue && !value.isSkiplist)
    return sum(value.slice().flatMap(({ member, score }) => [member, formatDouble(score, behaviours)]))
  if (value instanceof SetValue && !value.isHashtable) {
    const members = value.list()
    if (value.encoding() === 'listpack') return sum(members)
    const widest = Math.max(...members.map((member) => Math.abs(Number(member))))
    return 8 + members.length * (widest < 2 ** 15 ? 2 : widest < 2 ** 31 ? 4 : 8)
  }
  return null
}

/**
 * Returns the bytes that MEMORY USAGE reports for a key, by the sizes of the server's structures (objectComputeSize). Exact
 * for strings and small collections; large ones count their elements as the simulator does.
 */
function memoryUsage(key: Bytes, value: Value, hasExpiry: boolean, behaviours: Behaviours): number {
  const { allocator, keys, quicklists, countsContent } = behaviours.memoryModel
  const alloc = (bytes: number): number => allocated(bytes, allocator)
  const inObject = keys === 'in-object' || keys === 'in-counted-object'
  const keyBytes = inObject ? stringSize(key.length, true) + 1 + (hasExpiry ? 8 : 0) : 0
  const around =
    keys === 'apart'
      ? alloc(stringSize(key.length, true)) + ENTRY
      : keys === 'in-entry'
        ? alloc(ENTRY + 1 + stringSize(key.length, true))
        : 0
  const object = keys === 'in-counted-object' ? alloc(OBJECT + keyBytes) : OBJECT
  if (value instanceof StringValue) {
    const encoding = value.encoding()
    if (encoding === 'int') return around + object
    if (encoding === 'embstr')
      return (
        around +
        (countsContent ? OBJECT + value.length + 2 : alloc(OBJECT + keyBytes + stringSize(value.length, false)))
      )
    return around + object + alloc(stringSize(value.length, false))
  }
  if (value.allocated) return around + object + value.allocated(alloc)
  const packed = packedBytes(value, behaviours)
  if (packed === null) return around + object + value.byteSize
  const block = countsContent ? packed : alloc(packed)
  if (!(value instanceof ListValue) || !quicklists) return around + object + block
  const node = countsContent ? 32 : 40
  return around + object + QUICKLIST + node + block
}

const usage: Handler<Data & Release> = ({ session, argv, args }, server): Reply => {
  for (let i = 3; i < argv.length; i += 2) {
    if (args.word(i) !== 'samples' || argv[i + 1] === undefined) throw syntaxError()
    if (integer(argv[i + 1]) < 0) throw syntaxError()
  }
  const db = server.database(session.db)
  const key = args.text(2)
  const value = db.peek(key)
  return value === undefined ? null : memoryUsage(key, value, db.expiry(key) !== null, server.target.behaviours)
}

const HEALTHY =
  "Hi Sam, this instance is empty or is using very little memory, my issues detector can't be used in these conditions. " +
  'Please, leave for your mission on Earth and fill it with some data. The new Sam and I will be back to our programming as soon as I finished rebooting.\n'

/** MEMORY. */
export const memoryCommands: HandlerTable<Data & Release> = family<Data & Release>('memory', {
  usage: takes(3, Infinity, usage),
  doctor: takes(2, 2, () => verbatim(HEALTHY)),
  purge: takes(2, 2, () => OK),
  stats: takes(2, 2, memoryStats),
  'malloc-stats': takes(2, 2, () => verbatim('Stats not supported for the current allocator')),
  help: takes(2, 2, helpReply('memory')),
})
