/** Client libraries and frameworks whose habits are known. */
export const clientIds = [
  'ioredis',
  'ioredis-cluster',
  'node-redis',
  'redis-py',
  'jedis',
  'lettuce',
  'go-redis',
  'stackexchange-redis',
  'bullmq',
  'celery',
  'sidekiq',
  'redis-insight',
  'redis-cli',
  'cluster-client',
  'replica',
  'sentinel',
  'redis-exporter',
] as const
export type ClientId = (typeof clientIds)[number]

/** Commands, keys and channels that a library uses by itself, in addition to the application's. */
export interface ClientHabits {
  /** The name for use in a sentence. */
  readonly label: string
  /** Commands without which the library does not work, or not fully. */
  readonly needs: readonly string[]
  /** Optional commands: the library works without them, but each denial is an entry in ACL LOG. */
  readonly tries: readonly string[]
  /** The library's own keys, as patterns. */
  readonly keys: readonly string[]
  /** Channels that the library publishes to or subscribes to by name, as patterns. */
  readonly channels?: readonly string[]
  /** Patterns that the library subscribes to: each must be granted literally. */
  readonly psubscribes?: readonly string[]
  /** Set for components of the installation, which log in as a user of their own, recognized by its name or rules. */
  readonly servesAs?: { readonly name: RegExp; readonly rules: readonly string[] }
  /** Further advice, or null. */
  readonly note: string | null
}

/**
 * Compiled from the libraries' documentation and issue trackers; ioredis, node-redis, BullMQ and Celery were also run.
 */
export const clients: Readonly<Record<ClientId, ClientHabits>> = {
  ioredis: {
    label: 'ioredis',
    needs: [],
    tries: ['info', 'client|setinfo'],
    keys: [],
    note: 'Its keyPrefix is put before keys and not before channels.',
  },
  'ioredis-cluster': {
    label: 'ioredis.Cluster',
    needs: ['cluster|slots'],
    tries: ['info', 'client|setinfo'],
    keys: [],
    note: 'Its keyPrefix is put before keys and not before channels.',
  },
  'node-redis': { label: 'node-redis', needs: [], tries: ['client|setinfo'], keys: [], note: null },
  'redis-py': { label: 'redis-py', needs: [], tries: ['client|setinfo'], keys: [], note: null },
  jedis: { label: 'Jedis', needs: [], tries: ['client|setinfo'], keys: [], note: null },
  lettuce: { label: 'Lettuce', needs: ['ping'], tries: ['client|setinfo'], keys: [], note: null },
  'go-redis': { label: 'go-redis', needs: [], tries: ['client|setinfo'], keys: [], note: null },
  'stackexchange-redis': {
    label: 'StackExchange.Redis',
    needs: ['echo'],
    tries: ['client|setname', 'client|setinfo', 'info', 'config|get'],
    keys: [],
    note: null,
  },
  bullmq: {
    label: 'BullMQ',
    needs: ['evalsha', 'info'],
    tries: ['client|setname', 'client|list'],
    keys: ['bull:*'],
    note: null,
  },
  celery: {
    label: 'Celery',
    needs: [
      ...['ping', 'brpop', 'lpush', 'llen', 'multi', 'exec', 'sadd', 'srem', 'smembers', 'hset', 'hget', 'hdel'],
      ...['zadd', 'zrem', 'zrevrangebyscore', 'set', 'get', 'del', 'setex', 'expire', 'evalsha', 'script|load'],
      // Celery chords.
      ...['zcount', 'zrange'],
      ...['publish', 'subscribe', 'unsubscribe', 'psubscribe'],
    ],
    tries: ['client|setinfo'],
    // Queues of other priorities, results and a worker's own queues start with `celery` too.
    keys: ['celery*', '_kombu.binding.*', 'unacked*', '*.reply.celery.pidbox*'],
    channels: ['celery-task-meta-*', 'celery-taskset-meta-*'],
    psubscribes: ['/0.celery.pidbox', '/0.celeryev/worker.*'],
    note: 'Its key names bear no prefix unless global_keyprefix sets one. 0 in a channel is the number of its database.',
  },
  sidekiq: { label: 'Sidekiq', needs: ['info'], tries: [], keys: [], note: null },
  'redis-insight': {
    label: 'Redis Insight',
    needs: ['info'],
    tries: ['scan', 'config|get', 'slowlog|get'],
    keys: [],
    note: null,
  },
  'redis-cli': { label: 'redis-cli', needs: [], tries: ['command|docs'], keys: [], note: null },
  'cluster-client': {
    label: 'A cluster client',
    needs: ['cluster|slots'],
    tries: ['cluster|shards', 'cluster|nodes', 'readonly'],
    keys: [],
    note: null,
  },
  replica: {
    label: 'A replica',
    needs: ['psync', 'replconf', 'ping'],
    tries: [],
    keys: [],
    note: null,
    servesAs: { name: /repl/i, rules: ['+psync', '+replconf'] },
  },
  sentinel: {
    label: 'Sentinel',
    needs: [
      ...['multi', 'slaveof', 'ping', 'exec', 'subscribe', 'config|rewrite', 'role', 'publish', 'info'],
      ...['client|setname', 'client|kill', 'script|kill'],
    ],
    tries: [],
    keys: [],
    channels: ['__sentinel__:hello'],
    note: null,
    servesAs: { name: /sentinel/i, rules: ['+slaveof', '+script|kill'] },
  },
  'redis-exporter': {
    label: 'redis_exporter',
    needs: ['info'],
    tries: ['client|setname', 'config|get', 'slowlog|get', 'slowlog|len', 'latency|latest', 'latency|histogram'],
    keys: [],
    note: null,
    servesAs: {
      name: /export|metric|monitor|prometheus/i,
      rules: ['+latency', '+latency|latest', '+slowlog', '+slowlog|get'],
    },
  },
}

export function isClientId(text: string): text is ClientId {
  return (clientIds as readonly string[]).includes(text)
}
