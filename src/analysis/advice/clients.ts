/** Client libraries and frameworks whose habits are known. */
export const clientIds = [
  'ioredis',
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
] as const
export type ClientId = (typeof clientIds)[number]

/** What a library asks a server by itself, beyond the commands of the application. */
export interface ClientHabits {
  /** As written in a sentence. */
  readonly label: string
  /** Without these it does not work, or not fully. */
  readonly needs: readonly string[]
  /** It goes on without these, but each refusal is an entry in ACL LOG. */
  readonly tries: readonly string[]
  /** Keys of its own, as patterns. */
  readonly keys: readonly string[]
  /** What else to know of it, or null. */
  readonly note: string | null
}

/** From the libraries' own documentation and issue trackers; the first two and BullMQ were also run. */
export const clients: Readonly<Record<ClientId, ClientHabits>> = {
  ioredis: {
    label: 'ioredis',
    needs: [],
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
    needs: ['ping'],
    tries: ['client|setinfo'],
    keys: ['_kombu.binding.*', 'unacked*'],
    note: 'Its key names bear no prefix unless global_keyprefix sets one.',
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
}

export function isClientId(text: string): text is ClientId {
  return (clientIds as readonly string[]).includes(text)
}
