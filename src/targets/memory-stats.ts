import { since, type TargetId } from './list'

/** Returns the fields of MEMORY STATS in order; `databases` stands for one entry for each database with keys. */
export function memoryStatsFields(id: TargetId): readonly string[] {
  const from7 = since(id, 'redis-7.0', 'valkey-7.2')
  const from74 = since(id, 'redis-7.4', 'valkey-8.0')
  const from8 = since(id, 'redis-8.0', null)
  const when = (holds: boolean, ...names: string[]): readonly string[] => (holds ? names : [])
  return [
    'peak.allocated',
    'total.allocated',
    'startup.allocated',
    'replication.backlog',
    ...when(from8, 'replica.fullsync.buffer'),
    'clients.slaves',
    'clients.normal',
    ...when(from7, 'cluster.links'),
    'aof.buffer',
    'lua.caches',
    ...when(from7, 'functions.caches'),
    ...when(from8, 'script.VMs'),
    'databases',
    ...when(from74, 'overhead.db.hashtable.lut', 'overhead.db.hashtable.rehashing'),
    'overhead.total',
    ...when(from74, 'db.dict.rehashing.count'),
    'keys.count',
    'keys.bytes-per-key',
    'dataset.bytes',
    'dataset.percentage',
    'peak.percentage',
    'allocator.allocated',
    'allocator.active',
    'allocator.resident',
    ...when(from74, 'allocator.muzzy'),
    'allocator-fragmentation.ratio',
    'allocator-fragmentation.bytes',
    'allocator-rss.ratio',
    'allocator-rss.bytes',
    'rss-overhead.ratio',
    'rss-overhead.bytes',
    'fragmentation',
    'fragmentation.bytes',
  ]
}
