import type { Bytes } from '../acl/bytes'
import type { Command } from '../acl/command'
import type { Reply } from '../resp/reply'
import type { Counting, Data } from './parts'

/** Commands that reply how many things they changed. */
const counted = new Set(
  (
    'del unlink sadd srem zrem hdel lrem pfadd xdel xtrim xack zremrangebyrank zremrangebyscore zremrangebylex ' +
    'geosearchstore georadius georadiusbymember sort'
  ).split(' '),
)

/** Commands that change one thing for each key that they write. */
const byKey = new Set(['smove', 'flushall', 'flushdb', 'xreadgroup'])

/** Commands that change one thing for each element that they take out. */
const popping = new Set('spop lpop rpop'.split(' '))
const poppingSeveralKeys = new Set('lmpop blmpop zmpop bzmpop'.split(' '))

/** Commands that store words given in groups: their position in argv and the size of a group. */
const storing: Readonly<Record<string, readonly [from: number, size: number]>> = {
  mset: [1, 2],
  msetnx: [1, 2],
  hset: [2, 2],
  hmset: [2, 2],
  lpush: [2, 1],
  rpush: [2, 1],
  lpushx: [2, 1],
  rpushx: [2, 1],
}

/**
 * Returns how much a command that wrote adds to INFO's rdb_changes_since_last_save, where it does not report that itself.
 * @param writes the number of times that it wrote a key
 */
function changesOf(command: Command, argv: readonly Bytes[], reply: Reply | undefined, writes: number): number {
  const { name } = command
  if (byKey.has(name)) return writes
  if (counted.has(name) && typeof reply === 'number') return Math.max(1, reply)
  if (popping.has(name) && Array.isArray(reply)) return (reply as readonly Reply[]).length
  if (poppingSeveralKeys.has(name) && Array.isArray(reply)) {
    const elements = (reply as readonly Reply[])[1]
    return Array.isArray(elements) ? elements.length : 1
  }
  const groups = storing[name]
  return groups === undefined ? 1 : (argv.length - groups[0]) / groups[1]
}

/** Adds the changes that a command made to those since the last save. */
export function countChanges(
  { statistics, keyspace, writes }: Counting & Pick<Data, 'keyspace'>,
  command: Command,
  argv: readonly Bytes[],
  reply: Reply | undefined,
  writesBefore: number,
): void {
  if (keyspace.changes !== null) statistics.changes += keyspace.changes
  else if (command.flags.has('write') && writes !== writesBefore)
    statistics.changes += changesOf(command, argv, reply, writes - writesBefore)
}
