import { compareBytes, lower, type Bytes } from '../../acl/bytes'
import { verbatim, type Reply } from '../../resp/reply'
import type { Handler, HandlerTable } from '../handler'
import { usedMemory } from '../memory-limit'
import type {
  Caching,
  Clients,
  Configuration,
  Counting,
  Data,
  Messages,
  Release,
  Time,
  Waiting,
  Watching,
} from '../parts'

/** The parts of a server that INFO reports on. */
type InfoParts = Release &
  Time &
  Configuration &
  Counting &
  Data &
  Caching &
  Messages &
  Waiting &
  Watching &
  Pick<Clients, 'sessions'>

type Fields = readonly (readonly [string, Bytes | number])[]

const human = (bytes: number): string => {
  const units: readonly [number, string][] = [
    [1024 ** 3, 'G'],
    [1024 ** 2, 'M'],
    [1024, 'K'],
  ]
  const unit = units.find(([size]) => bytes >= size)
  return unit === undefined ? `${bytes}B` : `${(bytes / unit[0]).toFixed(2)}${unit[1]}`
}

/** The sections of INFO by lower-case name. Figures that are not simulated are those of an idle server. */
const sections: Readonly<Record<string, { readonly title: string; readonly fields: (server: InfoParts) => Fields }>> = {
  server: { title: 'Server', fields: serverFields },
  clients: { title: 'Clients', fields: clientFields },
  memory: { title: 'Memory', fields: memoryFields },
  persistence: {
    title: 'Persistence',
    fields: (server) => [
      ['loading', 0],
      ['rdb_changes_since_last_save', 0],
      ['rdb_bgsave_in_progress', 0],
      ['rdb_last_save_time', Math.floor(server.statistics.startedAt / 1000)],
      ['rdb_last_bgsave_status', 'ok'],
      ['aof_enabled', 0],
      ['aof_rewrite_in_progress', 0],
      ['aof_last_bgrewrite_status', 'ok'],
      ['aof_last_write_status', 'ok'],
    ],
  },
  stats: { title: 'Stats', fields: statsFields },
  replication: {
    title: 'Replication',
    fields: () => [
      ['role', 'master'],
      ['connected_slaves', 0],
      ['master_failover_state', 'no-failover'],
      ['master_replid', '0'.repeat(40)],
      ['master_replid2', '0'.repeat(40)],
      ['master_repl_offset', 0],
      ['second_repl_offset', -1],
      ['repl_backlog_active', 0],
      ['repl_backlog_size', 1048576],
      ['repl_backlog_first_byte_offset', 0],
      ['repl_backlog_histlen', 0],
    ],
  },
  cpu: {
    title: 'CPU',
    fields: () => [
      ['used_cpu_sys', '0.000000'],
      ['used_cpu_user', '0.000000'],
      ['used_cpu_sys_children', '0.000000'],
      ['used_cpu_user_children', '0.000000'],
    ],
  },
  modules: {
    title: 'Modules',
    fields: (server) =>
      server.target.behaviours.builtInModules.map(({ name }) => [
        'module',
        `name=${name},ver=1,api=1,filters=0,usedby=[],using=[],options=[]`,
      ]),
  },
  commandstats: {
    title: 'Commandstats',
    fields: (server) =>
      [...server.statistics.byCommand].map(([name, { calls, rejected, failed }]) => [
        `cmdstat_${name}`,
        `calls=${calls},usec=${calls},usec_per_call=1.00,rejected_calls=${rejected},failed_calls=${failed}`,
      ]),
  },
  errorstats: {
    title: 'Errorstats',
    fields: (server) =>
      [...server.statistics.byError]
        .sort(([a], [b]) => compareBytes(a, b))
        .map(([code, count]) => [`errorstat_${code}`, `count=${count}`]),
  },
  cluster: { title: 'Cluster', fields: () => [['cluster_enabled', 0]] },
  keyspace: {
    title: 'Keyspace',
    fields: (server) =>
      server.keyspace.databases
        .filter((db) => db.size > 0)
        .map((db) => [`db${db.index}`, `keys=${db.size},expires=${db.expiringSize},avg_ttl=0`]),
  },
}

const byDefault = [
  'server',
  'clients',
  'memory',
  'persistence',
  'stats',
  'replication',
  'cpu',
  'modules',
  'errorstats',
  'cluster',
  'keyspace',
]

function serverFields(server: InfoParts): Fields {
  const { behaviours, version } = server.target
  const isValkey = behaviours.serverName === 'valkey'
  const uptime = Math.max(0, Math.floor((server.now - server.statistics.startedAt) / 1000))
  return [
    ['redis_version', behaviours.redisVersion ?? version],
    ...(isValkey
      ? ([
          ['server_name', 'valkey'],
          ['valkey_version', version],
        ] as const)
      : []),
    ['redis_git_sha1', '00000000'],
    ['redis_git_dirty', 0],
    ['redis_build_id', '0000000000000000'],
    ['redis_mode', 'standalone'],
    ['os', 'Linux x86_64'],
    ['arch_bits', 64],
    ['monotonic_clock', 'POSIX clock_gettime'],
    ['multiplexing_api', 'epoll'],
    ['process_id', 1],
    ['process_supervised', 'no'],
    ['run_id', '0'.repeat(40)],
    ['tcp_port', server.config.get('port')],
    ['server_time_usec', server.now * 1000],
    ['uptime_in_seconds', uptime],
    ['uptime_in_days', Math.floor(uptime / 86400)],
    ['hz', 10],
    ['configured_hz', 10],
    ['lru_clock', Math.floor(server.now / 1000) % (1 << 24)],
    ['executable', 'acl-playground'],
    ['config_file', server.confPath ?? ''],
    ['io_threads_active', 0],
  ]
}

function clientFields(server: InfoParts): Fields {
  const sessions = [...server.sessions.values()]
  return [
    ['connected_clients', sessions.length],
    ['cluster_connections', 0],
    ['maxclients', server.config.get('maxclients')],
    ['client_recent_max_input_buffer', 0],
    ['client_recent_max_output_buffer', 0],
    ['blocked_clients', server.blockedClients.size],
    ['tracking_clients', sessions.filter((session) => session.tracking !== null).length],
    ['pubsub_clients', sessions.filter((session) => session.subscriptions > 0).length],
    ['watching_clients', server.watches.clientCount],
    ['clients_in_timeout_table', 0],
    ['total_watched_keys', server.watches.keyCount],
  ]
}

function memoryFields(server: InfoParts): Fields {
  const used = usedMemory(server)
  const limit = server.config.number('maxmemory')
  return [
    ['used_memory', used],
    ['used_memory_human', human(used)],
    ['used_memory_rss', used * 2],
    ['used_memory_rss_human', human(used * 2)],
    ['used_memory_peak', used],
    ['used_memory_peak_human', human(used)],
    ['used_memory_startup', used - server.keyspace.byteSize],
    ['used_memory_dataset', server.keyspace.byteSize],
    ['maxmemory', limit],
    ['maxmemory_human', human(limit)],
    ['maxmemory_policy', server.config.get('maxmemory-policy')],
    ['mem_fragmentation_ratio', '2.00'],
    ['mem_allocator', 'jemalloc-5.3.0'],
    ['lazyfree_pending_objects', 0],
  ]
}

function statsFields(server: InfoParts): Fields {
  const s = server.statistics
  return [
    ['total_connections_received', s.connections],
    ['total_commands_processed', s.commands],
    ['instantaneous_ops_per_sec', 0],
    ['rejected_connections', s.rejectedConnections],
    ['expired_keys', 0],
    ['evicted_keys', 0],
    ['keyspace_hits', 0],
    ['keyspace_misses', 0],
    ['pubsub_channels', server.pubsub.channels('channel', null).length],
    ['pubsub_patterns', server.pubsub.patternCount],
    ['pubsubshard_channels', server.pubsub.channels('shard', null).length],
    ['tracking_total_keys', server.tracking.keyCount],
    ['total_error_replies', [...s.byError.values()].reduce((a, b) => a + b, 0)],
    ['acl_access_denied_auth', s.deniedAuth],
    ['acl_access_denied_cmd', s.deniedCommands],
    ['acl_access_denied_key', s.deniedKeys],
    ['acl_access_denied_channel', s.deniedChannels],
  ]
}

/** INFO [section …]: `all`, `everything` and `default` name groups; unknown sections are ignored. */
const info: Handler<InfoParts> = ({ argv }, server): Reply => {
  const wanted = argv.slice(1).map(lower)
  const names =
    wanted.length === 0
      ? byDefault
      : wanted.flatMap((name) =>
          name === 'all' || name === 'everything' ? Object.keys(sections) : name === 'default' ? byDefault : [name],
        )
  const parts = [...new Set(names)]
    .filter((name) => Object.hasOwn(sections, name))
    .map((name) => {
      const section = sections[name]
      return section === undefined
        ? ''
        : [`# ${section.title}`, ...section.fields(server).map(([k, v]) => `${k}:${v}`)]
            .map((line) => `${line}\r\n`)
            .join('')
    })
  return verbatim(parts.join('\r\n'))
}

/** INFO. */
export const infoCommands: HandlerTable<InfoParts> = { info }
