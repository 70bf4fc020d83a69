import { wordAt } from '../acl/argv'
import type { Bytes } from '../acl/bytes'
import type { Data } from './parts'

/** Commands that compare every key with a pattern. */
const throughAll = new Set(['keys', 'scan', 'randomkey'])

/**
 * Estimates how many bytes a command processes: the values of the keys it names, as often as it names them. Rather too high
 * than too low: any word that is a key counts as one.
 */
export function effortOf(argv: readonly Bytes[], server: Pick<Data, 'keyspace'>, db: number): number {
  const keys = server.keyspace.databases[db]
  const name = wordAt(argv, 0)
  if (keys === undefined) return 0
  const sizes = argv.slice(1).map((word) => keys.peek(word)?.byteSize ?? 0)
  const sum = sizes.reduce((all, size) => all + size, 0)
  if (name === 'lcs') return sum + (sizes[0] ?? 0) * (sizes[1] ?? 0)
  const longest = argv.reduce((most, { length }) => Math.max(most, length), 1)
  return sum + (throughAll.has(name) ? server.keyspace.byteSize * Math.max(1, longest / 16) : 0)
}
