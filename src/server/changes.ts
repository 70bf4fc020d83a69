import type { Command } from '../acl/command'
import type { Reply } from '../resp/reply'
import type { Counting, Data } from './parts'

/** Commands that reply how many things they changed. */
const counted = new Set(['xdel', 'xtrim', 'xack'])

/**
 * Returns how much a command that wrote adds to INFO's rdb_changes_since_last_save, where it does not report that itself.
 * @param writes the number of times that it wrote a key
 */
function changesOf({ name }: Command, reply: Reply | undefined, writes: number): number {
  if (name === 'xreadgroup') return writes
  return counted.has(name) && typeof reply === 'number' ? Math.max(1, reply) : 1
}

/** Adds the changes that a command made to those since the last save. */
export function countChanges(
  { statistics, keyspace, writes }: Counting & Pick<Data, 'keyspace'>,
  command: Command,
  reply: Reply | undefined,
  writesBefore: number,
): void {
  if (keyspace.changes !== null) statistics.changes += keyspace.changes
  else if (command.flags.has('write') && writes !== writesBefore)
    statistics.changes += changesOf(command, reply, writes - writesBefore)
  keyspace.changes = null
}
