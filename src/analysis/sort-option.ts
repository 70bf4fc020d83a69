import type { Bytes } from '../acl/bytes'
import type { Command } from '../acl/command'
import { optionReadingEveryKey } from '../keyspace/generic/sort-access'
import type { Target } from '../targets/target'

/** Returns the option of a SORT line that reads keys which the line does not name (7.0); null where there is none. */
export function sortOption(argv: readonly Bytes[], { name }: Command, target: Target): 'BY' | 'GET' | null {
  return target.behaviours.sortChecksAccess && (name === 'sort' || name === 'sort_ro')
    ? optionReadingEveryKey(argv, name === 'sort_ro')
    : null
}
