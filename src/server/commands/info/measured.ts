import type { Bytes } from '../../../acl/bytes'
import { usedMemory } from '../../memory-limit'
import type { CertificateInfo } from '../../tls'
import type { InfoParts } from './parts'
import { enginesOf } from '../../scripting/engines'

type Measure = (server: InfoParts) => Bytes | number

function human(bytes: number): string {
  const units: readonly [number, string][] = [
    [1024 ** 3, 'G'],
    [1024 ** 2, 'M'],
    [1024, 'K'],
  ]
  const unit = units.find(([size]) => bytes >= size)
  return unit === undefined ? `${bytes}B` : `${(bytes / unit[0]).toFixed(2)}${unit[1]}`
}

const uptime: (server: InfoParts) => number = ({ now, statistics }) =>
  Math.max(0, Math.floor((now - statistics.startedAt) / 1000))
const startup: (server: InfoParts) => number = (server) => usedMemory(server) - server.keyspace.byteSize
const limit: (server: InfoParts) => number = ({ config }) => config.number('maxmemory')
const sessions = ({ sessions }: InfoParts) => [...sessions.values()]
const sum = (counts: Iterable<number>): number => [...counts].reduce((a, b) => a + b, 0)

function peak(server: InfoParts): number {
  return Math.max(server.statistics.peakMemory, usedMemory(server))
}

/** The memory of a Lua instance without scripts, in bytes. */
const EMPTY_LUA = 32 * 1024

function evalMemory({ scripting }: InfoParts): number {
  return EMPTY_LUA + enginesOf(scripting).scripts.memory
}

function functionMemory({ scripting }: InfoParts): number {
  return EMPTY_LUA + 1024 + enginesOf(scripting).functions.memory
}

function allLuaMemory(server: InfoParts): number {
  return evalMemory(server) + functionMemory(server)
}

/** The keys that sessions wait for, in every database. */
function blockingKeys({ blockedClients }: InfoParts, onlyOnNoKey: boolean): number {
  const keys = new Set<string>()
  for (const { blocked } of blockedClients.sessions) {
    if (blocked === null || (onlyOnNoKey && blocked.request.endsWithKey !== true)) continue
    for (const key of blocked.request.keys) keys.add(`${blocked.db} ${key}`)
  }
  return keys.size
}

const secondsLeft = (certificate: CertificateInfo | undefined, now: number): number =>
  Math.max(0, Math.floor((certificate?.expires ?? 0) / 1000) - Math.floor(now / 1000))

/** The fields of INFO that the simulator measures. */
export const measured: Readonly<Record<string, Measure>> = {
  redis_version: ({ target }) => target.behaviours.redisVersion ?? target.version,
  valkey_version: ({ target }) => target.version,
  valkey_release_stage: ({ target }) => target.stage ?? 'ga',
  run_id: ({ identity }) => identity.run,
  tcp_port: ({ config }) => config.number('port') || config.number('tls-port'),
  server_time_usec: ({ now }) => now * 1000,
  uptime_in_seconds: uptime,
  uptime_in_days: (server) => Math.floor(uptime(server) / 86400),
  hz: ({ config }) => config.get('hz'),
  configured_hz: ({ config }) => config.get('hz'),
  lru_clock: ({ now }) => Math.floor(now / 1000) % (1 << 24),
  config_file: (server) => server.confPath ?? '',

  tls_server_cert_serial: ({ tls }) => tls.certificates.server?.serial ?? 'none',
  tls_server_cert_expires_in_seconds: ({ tls, now }) => secondsLeft(tls.certificates.server, now),
  tls_client_cert_serial: ({ tls }) => tls.certificates.client?.serial ?? 'none',
  tls_client_cert_expires_in_seconds: ({ tls, now }) => secondsLeft(tls.certificates.client, now),
  tls_ca_cert_serial: ({ tls }) => tls.certificates.ca?.serial ?? 'none',
  tls_ca_cert_expires_in_seconds: ({ tls, now }) => secondsLeft(tls.certificates.ca, now),

  connected_clients: (server) => server.sessions.size + server.handshakes,
  maxclients: ({ config }) => config.get('maxclients'),
  blocked_clients: ({ blockedClients }) => blockedClients.size,
  tracking_clients: (server) => sessions(server).filter(({ tracking }) => tracking !== null).length,
  pubsub_clients: (server) => sessions(server).filter(({ subscriptions }) => subscriptions > 0).length,
  watching_clients: ({ watches }) => watches.clientCount,
  clients_in_timeout_table: ({ blockedClients }) =>
    [...blockedClients.sessions].filter(({ blocked }) => blocked !== null && blocked.deadline !== Infinity).length,
  total_watched_keys: ({ watches }) => watches.keyCount,
  total_blocking_keys: (server) => blockingKeys(server, false),
  total_blocking_keys_on_nokey: (server) => blockingKeys(server, true),
  paused_reason: ({ pause }) => (pause === null ? 'none' : 'client_pause'),
  paused_actions: ({ pause }) => (pause === null ? 'none' : pause.writesOnly ? 'write' : 'all'),
  paused_timeout_milliseconds: ({ pause, now }) => (pause === null ? 0 : Math.max(0, pause.until - now)),

  used_memory: usedMemory,
  used_memory_human: (server) => human(usedMemory(server)),
  used_memory_rss: (server) => usedMemory(server) * 2,
  used_memory_rss_human: (server) => human(usedMemory(server) * 2),
  used_memory_peak: peak,
  used_memory_peak_human: (server) => human(peak(server)),
  used_memory_peak_perc: (server) => `${((100 * usedMemory(server)) / peak(server)).toFixed(2)}%`,
  used_memory_overhead: startup,
  used_memory_startup: startup,
  used_memory_dataset: ({ keyspace }) => keyspace.byteSize,
  used_memory_dataset_perc: ({ keyspace }) => (keyspace.byteSize === 0 ? '0.00%' : '100.00%'),
  allocator_allocated: usedMemory,
  allocator_active: usedMemory,
  allocator_resident: usedMemory,
  used_memory_lua: evalMemory,
  used_memory_vm_eval: evalMemory,
  used_memory_lua_human: (server) => human(evalMemory(server)),
  used_memory_vm_functions: functionMemory,
  used_memory_vm_total: allLuaMemory,
  used_memory_vm_total_human: (server) => human(allLuaMemory(server)),
  number_of_cached_scripts: ({ scripting }) => enginesOf(scripting).scripts.size,
  number_of_functions: ({ scripting }) => enginesOf(scripting).functions.functionCount,
  number_of_libraries: ({ scripting }) => enginesOf(scripting).functions.libraries.length,
  maxmemory: limit,
  maxmemory_human: (server) => human(limit(server)),
  maxmemory_policy: ({ config }) => config.get('maxmemory-policy'),
  mem_fragmentation_bytes: usedMemory,

  rdb_changes_since_last_save: ({ saves, statistics }) => {
    saves.settle()
    return statistics.changes
  },
  rdb_bgsave_in_progress: ({ saves }) => (saves.running === 'snapshot' ? 1 : 0),
  rdb_last_save_time: ({ saves }) => Math.floor(saves.lastAt / 1000),
  rdb_last_bgsave_time_sec: ({ saves }) => saves.lastTook('snapshot'),
  rdb_current_bgsave_time_sec: ({ saves }) => saves.runningFor('snapshot'),
  rdb_saves: ({ statistics }) => statistics.snapshots,
  aof_rewrite_in_progress: ({ saves }) => (saves.running === 'append-only file' ? 1 : 0),
  aof_rewrite_scheduled: ({ saves }) => (saves.isScheduled('append-only file') ? 1 : 0),
  aof_last_rewrite_time_sec: ({ saves }) => saves.lastTook('append-only file'),
  aof_current_rewrite_time_sec: ({ saves }) => saves.runningFor('append-only file'),
  aof_rewrites: ({ statistics }) => statistics.rewrites,
  total_forks: ({ statistics }) => statistics.forks,

  io_thread_0: (server) =>
    `clients=${server.sessions.size},reads=${server.statistics.commands},writes=${server.statistics.commands}`,

  total_connections_received: ({ statistics }) => statistics.connections,
  total_commands_processed: ({ statistics }) => statistics.commands,
  rejected_connections: ({ statistics }) => statistics.rejectedConnections,
  expired_keys: ({ keyspace }) => keyspace.expiredKeys,
  expired_subkeys: ({ keyspace }) => keyspace.expiredFields,
  expired_fields: ({ keyspace }) => keyspace.expiredFields,
  lazyfreed_objects: ({ keyspace }) => keyspace.freedLazily,
  evicted_scripts: ({ scripting }) => enginesOf(scripting).scripts.evicted,
  evicted_keys: ({ statistics }) => statistics.evictedKeys,
  keyspace_hits: ({ statistics }) => statistics.hits,
  keyspace_misses: ({ statistics }) => statistics.misses,
  pubsub_channels: ({ pubsub }) => pubsub.channels('channel', null).length,
  pubsub_patterns: ({ pubsub }) => pubsub.patternCount,
  pubsubshard_channels: ({ pubsub }) => pubsub.channels('shard', null).length,
  tracking_total_keys: ({ tracking }) => tracking.keyCount,
  tracking_total_items: ({ tracking }) => tracking.itemCount,
  tracking_total_prefixes: ({ tracking }) => tracking.prefixCount,
  total_error_replies: ({ statistics }) => sum(statistics.byError.values()),
  total_reads_processed: ({ statistics }) => statistics.commands,
  total_writes_processed: ({ statistics }) => statistics.commands,
  eventloop_cycles: ({ statistics }) => statistics.commands,
  eventloop_duration_sum: ({ statistics }) => statistics.commands,
  eventloop_duration_cmd_sum: ({ statistics }) => statistics.commands,
  min_slaves_good_slaves: ({ feed }) => feed?.replicas.size ?? 0,
  master_replid: ({ primary, identity }) => primary?.replicationId ?? identity.replication,
  master_repl_offset: ({ primary, feed }) => primary?.offset ?? feed?.offset ?? 0,
  role: ({ primary }) => (primary === null ? 'master' : 'slave'),
  acl_access_denied_db: ({ statistics }) => statistics.deniedDatabases,
  acl_access_denied_auth: ({ statistics }) => statistics.deniedAuth,
  acl_access_denied_cmd: ({ statistics }) => statistics.deniedCommands,
  acl_access_denied_key: ({ statistics }) => statistics.deniedKeys,
  acl_access_denied_channel: ({ statistics }) => statistics.deniedChannels,
  acl_access_denied_tls_cert: ({ statistics }) => statistics.deniedCertificates,
}
