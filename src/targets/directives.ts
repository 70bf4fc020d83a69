import { isAtOrAfter, isTargetId, productOf, since, type RedisId, type TargetId, type ValkeyId } from './list'

/** The form of a redis.conf directive's value. */
export type DirectiveKind =
  | { readonly type: 'yes-no' }
  | { readonly type: 'text' }
  | { readonly type: 'integer'; readonly min: number; readonly max: number }
  | { readonly type: 'octal'; readonly min: number; readonly max: number }
  /** Bytes with a unit: `64mb`. */
  | { readonly type: 'memory'; readonly min: number; readonly max: number }
  | { readonly type: 'choice'; readonly values: readonly string[] }
  /** Several words: bind, save, client-output-buffer-limit. The server's own rules for them are checked by whoever uses them. */
  | { readonly type: 'words' }

/** A directive that a target accepts in redis.conf and reports by CONFIG GET. */
export interface Directive {
  readonly name: string
  readonly kind: DirectiveKind
  /** As CONFIG GET prints it on a server that was started without a file. */
  readonly value: string
  /** CONFIG SET refuses it. */
  readonly immutable: boolean
  /** CONFIG SET needs enable-protected-configs (where the target has that). */
  readonly protectedConfig: boolean
  /** CONFIG GET reports it only by its full name. */
  readonly hidden: boolean
  /** The other name of the same setting (`slaveof`, `hash-max-ziplist-entries`). */
  readonly alias: string | null
}

const yesNo: DirectiveKind = { type: 'yes-no' }
const text: DirectiveKind = { type: 'text' }
const words: DirectiveKind = { type: 'words' }
const int = (min = 0, max = 2147483647): DirectiveKind => ({ type: 'integer', min, max })
const memory = (min = 0, max = Number.MAX_SAFE_INTEGER): DirectiveKind => ({ type: 'memory', min, max })
const octal = (min: number, max: number): DirectiveKind => ({ type: 'octal', min, max })
const choice = (...values: string[]): DirectiveKind => ({ type: 'choice', values })

/** name, kind, value, then: i immutable, p protected, h hidden; `=x` the alias; `>redis-6.2` since (Redis), `<redis-7.0` up to but without (Redis); `v` Valkey only, `>valkey-8.0` since, `-v` not in Valkey. */
type Row = readonly [name: string, kind: DirectiveKind, value: string, notes?: string]

const rows: readonly Row[] = [
  ['acl-pubsub-default', choice('allchannels', 'resetchannels'), 'resetchannels', '>redis-6.2'],
  ['aclfile', text, '', 'i'],
  ['acllog-max-len', int(0, 2 ** 63), '128'],
  ['active-defrag-cycle-max', int(1, 99), '25'],
  ['active-defrag-cycle-min', int(1, 99), '1'],
  ['active-defrag-ignore-bytes', memory(1), '104857600'],
  ['active-defrag-max-scan-fields', int(1), '1000'],
  ['active-defrag-threshold-lower', int(0, 1000), '10'],
  ['active-defrag-threshold-upper', int(0, 1000), '100'],
  ['active-expire-effort', int(1, 10), '1'],
  ['activedefrag', yesNo, 'no'],
  ['activerehashing', yesNo, 'yes'],
  ['always-show-logo', yesNo, 'no', 'i'],
  ['aof-load-truncated', yesNo, 'yes'],
  ['aof-rewrite-cpulist', text, '', 'i =aof_rewrite_cpulist'],
  ['aof-rewrite-incremental-fsync', yesNo, 'yes'],
  ['aof-timestamp-enabled', yesNo, 'no', '>redis-7.0'],
  ['aof-use-rdb-preamble', yesNo, 'yes'],
  ['appenddirname', text, 'appendonlydir', 'i >redis-7.0'],
  ['appendfilename', text, 'appendonly.aof', 'i'],
  ['appendfsync', choice('everysec', 'always', 'no'), 'everysec'],
  ['appendonly', yesNo, 'no'],
  ['auto-aof-rewrite-min-size', memory(), '67108864'],
  ['auto-aof-rewrite-percentage', int(), '100'],
  ['availability-zone', text, '', '>valkey-8.1'],
  ['bgsave-cpulist', text, '', 'i =bgsave_cpulist'],
  ['bind', words, '* -::*'],
  ['bind-source-addr', text, '', '>redis-7.0'],
  ['bio-cpulist', text, '', 'i =bio_cpulist'],
  ['busy-reply-threshold', int(), '5000', '>redis-7.0 =lua-time-limit'],
  ['client-output-buffer-limit', words, 'normal 0 0 0 slave 268435456 67108864 60 pubsub 33554432 8388608 60'],
  ['client-query-buffer-limit', memory(1048576), '1073741824'],
  ['cluster-allow-pubsubshard-when-down', yesNo, 'yes', '>redis-7.0'],
  ['cluster-allow-reads-when-down', yesNo, 'no'],
  ['cluster-allow-replica-migration', yesNo, 'yes', '>redis-6.2'],
  ['cluster-announce-bus-port', int(0, 65535), '0'],
  ['cluster-announce-client-ipv4', text, '', '>valkey-8.0'],
  ['cluster-announce-client-ipv6', text, '', '>valkey-8.0'],
  ['cluster-announce-hostname', text, '', '>redis-7.0'],
  ['cluster-announce-human-nodename', text, '', '>redis-7.2'],
  ['cluster-announce-ip', text, ''],
  ['cluster-announce-port', int(0, 65535), '0'],
  ['cluster-announce-tls-port', int(0, 65535), '0', '>redis-6.2'],
  ['cluster-blacklist-ttl', int(), '60', '>valkey-8.0'],
  ['cluster-compatibility-sample-ratio', int(0, 100), '0', '>redis-8.0 -v'],
  ['cluster-config-file', text, 'nodes.conf', 'i'],
  ['cluster-enabled', yesNo, 'no', 'i'],
  ['cluster-link-sendbuf-limit', memory(), '0', '>redis-7.0'],
  ['cluster-manual-failover-timeout', int(1), '5000', '>valkey-8.1'],
  ['cluster-migration-barrier', int(), '1'],
  ['cluster-node-timeout', int(), '15000'],
  ['cluster-port', int(0, 65535), '0', 'i >redis-7.0'],
  ['cluster-preferred-endpoint-type', choice('ip', 'hostname', 'unknown-endpoint'), 'ip', '>redis-7.0'],
  ['cluster-replica-no-failover', yesNo, 'no', '=cluster-slave-no-failover'],
  ['cluster-replica-validity-factor', int(), '10', '=cluster-slave-validity-factor'],
  ['cluster-require-full-coverage', yesNo, 'yes'],
  ['cluster-slot-stats-enabled', yesNo, 'no', '>redis-8.2 >valkey-8.0'],
  ['commandlog-execution-slower-than', int(-1), '10000', '>valkey-8.1 =slowlog-log-slower-than'],
  ['commandlog-large-reply-max-len', int(0, 2 ** 63), '128', '>valkey-8.1'],
  ['commandlog-large-request-max-len', int(0, 2 ** 63), '128', '>valkey-8.1'],
  ['commandlog-reply-larger-than', int(-1), '1048576', '>valkey-8.1'],
  ['commandlog-request-larger-than', int(-1), '1048576', '>valkey-8.1'],
  ['commandlog-slow-execution-max-len', int(0, 2 ** 63), '128', '>valkey-8.1 =slowlog-max-len'],
  ['crash-log-enabled', yesNo, 'yes'],
  ['crash-memcheck-enabled', yesNo, 'yes'],
  ['daemonize', yesNo, 'no', 'i'],
  ['databases', int(1), '16', 'i'],
  ['dbfilename', text, 'dump.rdb', 'p'],
  ['dir', text, '', 'p'],
  ['disable-thp', yesNo, 'yes', 'i'],
  ['dual-channel-replication-enabled', yesNo, 'no', '>valkey-8.0'],
  ['dynamic-hz', yesNo, 'yes', '<valkey-8.1'],
  ['enable-debug-command', choice('no', 'yes', 'local'), 'no', 'i >redis-7.0'],
  ['enable-module-command', choice('no', 'yes', 'local'), 'no', 'i >redis-7.0'],
  ['enable-protected-configs', choice('no', 'yes', 'local'), 'no', 'i >redis-7.0'],
  ['extended-redis-compatibility', yesNo, 'no', '>valkey-8.0'],
  ['gopher-enabled', yesNo, 'no', '<redis-7.0 -v'],
  ['hash-max-listpack-entries', int(), '512', '=hash-max-ziplist-entries >redis-7.0'],
  ['hash-max-listpack-value', int(), '64', '=hash-max-ziplist-value >redis-7.0'],
  ['hash-max-ziplist-entries', int(), '512', '<redis-7.0 -v'],
  ['hash-max-ziplist-value', int(), '64', '<redis-7.0 -v'],
  ['hide-user-data-from-log', yesNo, 'no', '>redis-8.0 >valkey-8.0'],
  ['hll-sparse-max-bytes', int(), '3000'],
  ['hz', int(), '10'],
  ['ignore-warnings', text, '', '>redis-6.2'],
  ['import-mode', yesNo, 'no', '>valkey-8.1'],
  ['io-threads', int(1, 128), '1', 'i'],
  ['io-threads-do-reads', yesNo, 'no', 'i <redis-8.0 <valkey-8.0'],
  ['jemalloc-bg-thread', yesNo, 'yes'],
  ['latency-monitor-threshold', int(), '0'],
  ['latency-tracking', yesNo, 'yes', '>redis-7.0'],
  ['latency-tracking-info-percentiles', words, '50 99 99.9', '>redis-7.0'],
  ['lazyfree-lazy-eviction', yesNo, 'no'],
  ['lazyfree-lazy-expire', yesNo, 'no'],
  ['lazyfree-lazy-server-del', yesNo, 'no'],
  ['lazyfree-lazy-user-del', yesNo, 'no'],
  ['lazyfree-lazy-user-flush', yesNo, 'no', '>redis-6.2'],
  ['lfu-decay-time', int(), '1'],
  ['lfu-log-factor', int(), '10'],
  ['list-compress-depth', int(), '0'],
  ['list-max-listpack-size', int(-2147483648), '-2', '=list-max-ziplist-size >redis-7.0'],
  ['list-max-ziplist-size', int(-2147483648), '-2', '<redis-7.0 -v'],
  ['locale-collate', text, '', '>redis-7.2'],
  ['log-format', choice('legacy', 'logfmt'), 'legacy', '>valkey-8.1'],
  ['log-timestamp-format', choice('legacy', 'iso8601', 'milliseconds'), 'legacy', '>valkey-8.1'],
  ['logfile', text, '', 'i'],
  ['loglevel', choice('debug', 'verbose', 'notice', 'warning', 'nothing'), 'notice'],
  ['lua-replicate-commands', yesNo, 'yes', '<redis-7.0 -v'],
  ['lua-time-limit', int(), '5000', '<redis-7.0 -v'],
  ['masterauth', text, '', '<valkey-8.0'],
  ['masteruser', text, '', '<valkey-8.0'],
  ['max-new-connections-per-cycle', int(1, 1000), '10', '>redis-7.4 >valkey-8.0'],
  ['max-new-tls-connections-per-cycle', int(1, 1000), '1', '>redis-7.4 >valkey-8.0'],
  ['maxclients', int(1, 4294967295), '10000'],
  ['maxmemory', memory(), '0'],
  ['maxmemory-clients', words, '0', '>redis-7.0'],
  ['maxmemory-eviction-tenacity', int(0, 100), '10', '>redis-6.2'],
  [
    'maxmemory-policy',
    choice(
      'volatile-lru',
      'volatile-lfu',
      'volatile-random',
      'volatile-ttl',
      'allkeys-lru',
      'allkeys-lfu',
      'allkeys-random',
      'noeviction',
    ),
    'noeviction',
  ],
  ['maxmemory-samples', int(1, 64), '5'],
  ['min-replicas-max-lag', int(), '10', '=min-slaves-max-lag'],
  ['min-replicas-to-write', int(), '0', '=min-slaves-to-write'],
  ['no-appendfsync-on-rewrite', yesNo, 'no'],
  ['notify-keyspace-events', text, ''],
  ['oom-score-adj', choice('no', 'yes', 'relative', 'absolute'), 'no', '>redis-6.2'],
  ['oom-score-adj-values', words, '0 200 800', '>redis-6.2'],
  ['pidfile', text, '', 'i'],
  ['port', int(0, 65535), '6379'],
  ['prefetch-batch-max-size', int(0, 128), '16', '>valkey-8.1'],
  ['primaryauth', text, '', '>valkey-8.0 =masterauth'],
  ['primaryuser', text, '', '>valkey-8.0 =masteruser'],
  ['proc-title-template', text, '{title} {listen-addr} {server-mode}', '>redis-6.2'],
  ['propagation-error-behavior', choice('ignore', 'panic', 'panic-on-replicas'), 'ignore', '>redis-7.0'],
  ['protected-mode', yesNo, 'yes'],
  ['proto-max-bulk-len', memory(1048576), '536870912'],
  ['rdb-del-sync-files', yesNo, 'no'],
  ['rdb-save-incremental-fsync', yesNo, 'yes'],
  ['rdb-version-check', choice('strict', 'relaxed'), 'strict', '>valkey-8.1'],
  ['rdb-key-save-delay', int(-2147483648), '0', 'h >redis-7.0'],
  ['rdbchecksum', yesNo, 'yes', 'i'],
  ['rdbcompression', yesNo, 'yes'],
  ['repl-backlog-size', memory(1), '1048576'],
  ['repl-backlog-ttl', int(), '3600'],
  ['repl-disable-tcp-nodelay', yesNo, 'no'],
  ['repl-diskless-load', choice('disabled', 'on-empty-db', 'swapdb'), 'disabled'],
  ['repl-diskless-sync', yesNo, 'yes'],
  ['repl-diskless-sync-delay', int(), '5'],
  ['repl-diskless-sync-max-replicas', int(), '0', '>redis-7.0'],
  ['repl-ping-replica-period', int(1), '10', '=repl-ping-slave-period'],
  ['repl-rdb-channel', yesNo, 'yes', 'h >redis-8.0 -v'],
  ['repl-timeout', int(1), '60'],
  ['replica-announce-ip', text, '', '=slave-announce-ip'],
  ['replica-announce-port', int(0, 65535), '0', '=slave-announce-port'],
  ['replica-announced', yesNo, 'yes', '>redis-6.2'],
  ['replica-full-sync-buffer-limit', memory(), '0', '>redis-8.0 -v'],
  ['replica-ignore-disk-write-errors', yesNo, 'no', '>redis-7.0'],
  ['replica-ignore-maxmemory', yesNo, 'yes', '=slave-ignore-maxmemory'],
  ['replica-lazy-flush', yesNo, 'no', '=slave-lazy-flush'],
  ['replica-priority', int(), '100', '=slave-priority'],
  ['replica-read-only', yesNo, 'yes', '=slave-read-only'],
  ['replica-serve-stale-data', yesNo, 'yes', '=slave-serve-stale-data'],
  ['replicaof', words, '', 'i =slaveof'],
  ['requirepass', text, ''],
  ['sanitize-dump-payload', choice('no', 'yes', 'clients'), 'no', '>redis-6.2'],
  ['save', words, '3600 1 300 100 60 10000'],
  ['server-cpulist', text, '', 'i =server_cpulist'],
  ['set-max-intset-entries', int(), '512'],
  ['set-max-listpack-entries', int(), '128', '>redis-7.2'],
  ['set-max-listpack-value', int(), '64', '>redis-7.2'],
  ['set-proc-title', yesNo, 'yes', 'i >redis-6.2'],
  ['shutdown-on-sigint', words, 'default', '>redis-7.0'],
  ['shutdown-on-sigterm', words, 'default', '>redis-7.0'],
  ['shutdown-timeout', int(), '10', '>redis-7.0'],
  ['slowlog-log-slower-than', int(-1), '10000', '<valkey-8.1'],
  ['slowlog-max-len', int(0, 2 ** 63), '128', '<valkey-8.1'],
  ['socket-mark-id', int(), '0', 'i >redis-7.0'],
  ['stop-writes-on-bgsave-error', yesNo, 'yes'],
  ['stream-node-max-bytes', memory(), '4096'],
  ['stream-node-max-entries', int(), '100'],
  ['supervised', choice('no', 'auto', 'systemd', 'upstart'), 'no', 'i'],
  ['syslog-enabled', yesNo, 'no', 'i'],
  ['syslog-facility', text, 'local0', 'i'],
  ['syslog-ident', text, 'redis', 'i'],
  ['tcp-backlog', int(), '511', 'i'],
  ['tcp-keepalive', int(), '300'],
  ['timeout', int(), '0'],
  ['tls-auth-clients', choice('no', 'yes', 'optional'), 'yes'],
  ['tls-auth-clients-user', choice('CN', 'off'), 'off', '>redis-8.6 -v'],
  ['tls-auth-clients-user', choice('CN', 'URI', 'off'), 'off', '>valkey-9.1'],
  ['tls-auto-reload-interval', int(), '0', '>valkey-9.1'],
  ['tls-ca-cert-dir', text, ''],
  ['tls-ca-cert-file', text, ''],
  ['tls-cert-file', text, ''],
  ['tls-ciphers', text, ''],
  ['tls-ciphersuites', text, ''],
  ['tls-client-cert-file', text, '', '>redis-6.2'],
  ['tls-client-key-file', text, '', '>redis-6.2'],
  ['tls-client-key-file-pass', text, '', '>redis-6.2'],
  ['tls-cluster', yesNo, 'no'],
  ['tls-dh-params-file', text, ''],
  ['tls-key-file', text, ''],
  ['tls-key-file-pass', text, '', '>redis-6.2'],
  ['tls-port', int(0, 65535), '0'],
  ['tls-prefer-server-ciphers', yesNo, 'no'],
  ['tls-protocols', text, ''],
  ['tls-replication', yesNo, 'no'],
  ['tls-session-cache-size', int(), '20480'],
  ['tls-session-cache-timeout', int(), '300'],
  ['tls-session-caching', yesNo, 'yes'],
  ['tracking-table-max-keys', int(), '1000000'],
  ['unixsocket', text, '', 'i'],
  ['unixsocketgroup', text, '', 'i >valkey-8.0'],
  ['unixsocketperm', octal(0, 0o777), '0', 'i'],
  ['zset-max-listpack-entries', int(), '128', '=zset-max-ziplist-entries >redis-7.0'],
  ['zset-max-listpack-value', int(), '64', '=zset-max-ziplist-value >redis-7.0'],
  ['zset-max-ziplist-entries', int(), '128', '<redis-7.0 -v'],
  ['zset-max-ziplist-value', int(), '64', '<redis-7.0 -v'],
]

/** Values that a product has otherwise, from some release on. */
const otherValues: readonly {
  readonly name: string
  readonly value: string
  readonly redis: RedisId | null
  readonly valkey: ValkeyId | null
}[] = [
  ...[
    'lazyfree-lazy-eviction',
    'lazyfree-lazy-expire',
    'lazyfree-lazy-server-del',
    'lazyfree-lazy-user-del',
    'lazyfree-lazy-user-flush',
    'replica-lazy-flush',
    'hide-user-data-from-log',
  ].map((name) => ({ name, value: 'yes', redis: null, valkey: 'valkey-8.0' as const })),
  { name: 'repl-backlog-size', value: '10485760', redis: null, valkey: 'valkey-8.0' },
  { name: 'syslog-ident', value: 'valkey', redis: null, valkey: 'valkey-8.0' },
]

/** Values that Redis had otherwise up to some release. */
const olderValues: readonly { readonly name: string; readonly value: string; readonly until: RedisId }[] = [
  { name: 'acl-pubsub-default', value: 'allchannels', until: 'redis-7.0' },
  { name: 'bind', value: '', until: 'redis-7.0' },
  { name: 'repl-diskless-sync', value: 'no', until: 'redis-7.0' },
]

/** Directives that CONFIG SET could not change before 6.2. */
const immutableBefore62 = new Set(['port', 'bind', 'tls-port'])

function exists(id: TargetId, notes: readonly string[]): boolean {
  const product = productOf(id)
  if (product === 'valkey' && notes.includes('-v')) return false
  const bound = (mark: string): TargetId | undefined => {
    const text = notes.find((note) => note.startsWith(`${mark}${product}-`))?.slice(1)
    if (text === undefined || isTargetId(text)) return text
    throw new Error(`A directive is bound to ${text}, which is no target.`)
  }
  const only = notes.some((n) => n.startsWith('>valkey')) && !notes.some((n) => n.startsWith('>redis'))
  if (only && product === 'redis') return false
  const [from, until] = [bound('>'), bound('<')]
  return (from === undefined || isAtOrAfter(id, from)) && (until === undefined || !isAtOrAfter(id, until))
}

/** The directives of a target by name (aliases are found under their own names too), as CONFIG GET of that release lists them. */
export function directivesOf(id: TargetId): ReadonlyMap<string, Directive> {
  let found = known.get(id)
  if (found === undefined) known.set(id, (found = findDirectives(id)))
  return found
}

const known = new Map<TargetId, ReadonlyMap<string, Directive>>()

function findDirectives(id: TargetId): ReadonlyMap<string, Directive> {
  const found = new Map<string, Directive>()
  for (const [name, kind, value, noteText = ''] of rows) {
    const notes = noteText.split(' ')
    if (!exists(id, notes)) continue
    const other =
      otherValues.find((o) => o.name === name && since(id, o.redis, o.valkey)) ??
      olderValues.find((o) => o.name === name && !since(id, o.until, 'valkey-7.2'))
    const alias = notes.find((n) => n.startsWith('='))?.slice(1) ?? null
    const directive: Directive = {
      name,
      kind,
      alias,
      value: other?.value ?? value,
      immutable: notes.includes('i') || (immutableBefore62.has(name) && !since(id, 'redis-6.2', 'valkey-7.2')),
      protectedConfig: notes.includes('p'),
      hidden: notes.includes('h'),
    }
    found.set(name, directive)
    if (alias !== null) found.set(alias, directive)
  }
  return found
}
