import { wordAt } from '../../acl/argv'
import type { Bytes } from '../../acl/bytes'

/** The error of SORT for an option that reads keys which its arguments do not name (sort.c, sortCommandGeneric). */
export function sortRefusal(option: 'BY' | 'GET'): Bytes {
  return `ERR ${option} option of SORT denied due to insufficient ACL permissions.`
}

/** Returns the first option of a SORT command line that needs read access to every key; null where none does. */
export function optionReadingEveryKey(argv: readonly Bytes[], readOnly: boolean): 'BY' | 'GET' | null {
  for (let i = 2; i < argv.length; i++) {
    const option = wordAt(argv, i)
    const next = argv[i + 1]
    if (option === 'asc' || option === 'desc' || option === 'alpha') continue
    if (next === undefined) return null
    if (option === 'get') return 'GET'
    if (option === 'by' && next.includes('*')) return 'BY'
    if (option === 'limit' && argv[i + 2] !== undefined) i++
    else if (option !== 'by' && (option !== 'store' || readOnly)) return null
    i++
  }
  return null
}
