import { double, map, type Reply } from '../../resp/reply'
import { memoryStatsFields } from '../../targets/memory-stats'
import type { Handler } from '../handler'
import { usedMemory } from '../memory-limit'
import type { Data, Release } from '../parts'

/** The shares of the bookkeeping that a server does for each key, in bytes. */
const TABLE_ENTRY = 32

/** MEMORY STATS: the fields of the release. What is not measured is that of an idle server. */
export const memoryStats: Handler<Data & Release> = (_, server): Reply => {
  const { keyspace, target } = server
  const used = usedMemory(server)
  const startup = used - keyspace.byteSize
  const databases = keyspace.databases.filter((db) => db.size > 0)
  const keys = databases.reduce((sum, db) => sum + db.size, 0)
  const overhead = startup + keys * TABLE_ENTRY
  const net = Math.max(0, used - startup)
  const figures: Readonly<Record<string, number>> = {
    'peak.allocated': used,
    'total.allocated': used,
    'startup.allocated': startup,
    'overhead.total': overhead,
    'keys.count': keys,
    'keys.bytes-per-key': keys === 0 ? 0 : Math.floor(net / keys),
    'dataset.bytes': Math.max(0, used - overhead),
    'dataset.percentage': net === 0 ? 0 : (Math.max(0, used - overhead) * 100) / net,
    'peak.percentage': 100,
    'allocator.allocated': used,
    'allocator.active': used,
    'allocator.resident': used,
    'allocator-fragmentation.ratio': 1,
    'allocator-rss.ratio': 1,
    'rss-overhead.ratio': 1,
    fragmentation: 1,
  }
  return map(
    memoryStatsFields(target.id).flatMap((name): [Reply, Reply][] => {
      if (name === 'databases')
        return databases.map((db) => [
          `db.${db.index}`,
          map([
            ['overhead.hashtable.main', db.size * TABLE_ENTRY],
            ['overhead.hashtable.expires', db.expiringSize * TABLE_ENTRY],
          ]),
        ])
      const figure = figures[name] ?? 0
      const isFraction = /(?:ratio|percentage)$|^fragmentation$/.test(name)
      return [[name, isFraction ? double(String(figure)) : figure]]
    }),
  )
}
