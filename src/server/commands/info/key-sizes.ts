import type { Database, ValueType } from '../../../keyspace/keyspace'

const kinds: readonly (readonly [ValueType, string])[] = [
  ['string', 'strings_sizes'],
  ['list', 'lists_items'],
  ['set', 'sets_items'],
  ['zset', 'zsets_items'],
  ['hash', 'hashes_items'],
]

const units = ['', 'K', 'M', 'G']

/** Returns the label of a size's bin: the highest power of two that is not above it. */
function label(size: number): string {
  if (size === 0) return '0'
  const power = Math.floor(Math.log2(size))
  return `${2 ** (power % 10)}${units[Math.floor(power / 10)] ?? ''}`
}

/** Returns the lines of INFO's keysizes section for a database: how many keys of a type have which size (Redis 8.0). */
export function keySizes(db: Database): (readonly [string, string])[] {
  const sizes = new Map<ValueType, number[]>()
  for (const key of db.keys()) {
    const value = db.peek(key)
    if (value === undefined) continue
    const list = sizes.get(value.type)
    if (list) list.push(value.length)
    else sizes.set(value.type, [value.length])
  }
  return kinds.flatMap(([type, name]) => {
    const list = sizes.get(type)?.sort((a, b) => a - b)
    if (list === undefined) return []
    const bins = new Map<string, number>()
    for (const size of list) bins.set(label(size), (bins.get(label(size)) ?? 0) + 1)
    return [[`db${db.index}_distrib_${name}`, [...bins].map(([bin, count]) => `${bin}=${count}`).join(',')] as const]
  })
}
