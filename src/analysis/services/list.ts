import { type ParsedRule, isResetOf } from '../../acl/rule'
import type { ServiceId } from './ids'

/** A rule of a user of a service. */
export interface ServiceRule {
  readonly text: string
  readonly parsed: ParsedRule
}

/** The statements of a managed service’s documentation about users. Where it says nothing, neither does this. */
export interface Service {
  readonly label: string
  /** The address of the documentation. */
  readonly source: string
  /** The commands that it refuses, whatever the rules say; a command stands for its subcommands. */
  readonly refuses: readonly string[]
  /** Set where the service has no users of its own at all. */
  readonly hasNoUsers?: true
  /** Set where its default user cannot be changed. */
  readonly isDefaultFixed?: true
  /** Returns what has to be done beside the rules for one of them, as a sentence; null for the others. Absent: nothing is known. */
  readonly advice?: (rule: ServiceRule) => string | null
  /** Returns why the service does not take a rule, as the end of a sentence; null for the others. */
  readonly fault: (rule: ServiceRule) => string | null
}

/** Azure documents four forms: categories, commands, `~pattern` and allkeys. */
const azureFault = (rule: ServiceRule): string | null => {
  const { parsed } = rule
  const isKey = (parsed.kind === 'key' && parsed.form === '~') || (parsed.kind === 'all' && parsed.of === 'keys')
  // That a user is on, and its passwords, are matters of its log-in with Entra ID.
  const isLogIn = parsed.kind === 'password' || (parsed.kind === 'flag' && /^(?:on|off|nopass)$/.test(parsed.flag))
  return parsed.kind === 'command' || parsed.kind === 'category' || isKey || isLogIn
    ? null
    : 'its permissions are documented to hold categories, commands and ~patterns only'
}

const namesOne = (name: string, commands: readonly string[]): boolean =>
  commands.includes(name.toLowerCase()) || commands.includes(name.toLowerCase().split('|')[0] ?? '')

const elastiCacheRefuses = [
  ...['acl|deluser', 'acl|load', 'acl|save', 'acl|setuser', 'bgrewriteaof', 'bgsave', 'config', 'debug'],
  ...['migrate', 'replicaof', 'save', 'slaveof', 'shutdown', 'sync'],
]

/** ElastiCache documents two passwords of 16 to 128 printable characters, without , " / and @. */
const isElastiCachePassword = (password: string): boolean =>
  /^[!-~]{16,128}$/.test(password) && !/[,"/@]/.test(password)

const beside =
  (words: string) =>
  ({ parsed }: ServiceRule): string | null =>
    parsed.kind === 'password' && parsed.adds ? words : null
const entraId = beside('Users log in with Entra ID there: this password has no place.')

export const services: Readonly<Record<ServiceId, Service>> = {
  elasticache: {
    label: 'Amazon ElastiCache',
    source: 'https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Clusters.RBAC.html',
    refuses: elastiCacheRefuses,
    advice: beside(
      'Access strings hold no passwords, and ElastiCache takes no hashes: give the password when you make the user.',
    ),
    fault: ({ parsed, text }) =>
      parsed.kind === 'password' && parsed.adds && parsed.form === 'plain' && !isElastiCachePassword(parsed.value)
        ? 'passwords have 16 to 128 printable characters, and none of , " / @'
        : isResetOf(parsed, 'user')
          ? 'an access string holds no reset'
          : parsed.kind === 'command' && namesOne(parsed.name, elastiCacheRefuses)
            ? `an access string names no command that the service refuses (${text.slice(1)})`
            : null,
  },
  memorydb: {
    label: 'Amazon MemoryDB',
    source: 'https://docs.aws.amazon.com/memorydb/latest/devguide/restrictedcommands.html',
    refuses: [
      ...['acl|deluser', 'acl|load', 'acl|save', 'acl|setuser', 'bgrewriteaof', 'bgsave', 'cluster|addslots'],
      ...['cluster|delslots', 'cluster|setslot', 'config', 'debug', 'migrate', 'module', 'psync', 'replicaof', 'save'],
      ...['shutdown', 'slaveof', 'sync'],
    ],
    fault: () => null,
  },
  'memorystore-redis': {
    label: 'Google Memorystore for Redis',
    source: 'https://cloud.google.com/memorystore/docs/redis/product-constraints',
    refuses: [
      ...[
        'cat',
        'deluser',
        'genpass',
        'getuser',
        'help',
        'list',
        'load',
        'log',
        'save',
        'setuser',
        'users',
        'whoami',
      ].map((name) => `acl|${name}`),
      ...[
        'bgrewriteaof',
        'bgsave',
        'client',
        'cluster',
        'command',
        'config',
        'debug',
        'lastsave',
        'migrate',
        'monitor',
      ],
      ...['object', 'shutdown', 'replicaof', 'save'],
    ],
    hasNoUsers: true,
    fault: () => null,
  },
  'azure-cache': {
    label: 'Azure Cache for Redis',
    source: 'https://learn.microsoft.com/azure/azure-cache-for-redis/cache-configure-role-based-access-control',
    refuses: ['bgrewriteaof', 'bgsave', 'config'],
    advice: entraId,
    fault: azureFault,
  },
  'azure-managed-redis': {
    label: 'Azure Managed Redis',
    source: 'https://learn.microsoft.com/azure/redis/configure-access-permissions',
    refuses: [],
    advice: entraId,
    fault: azureFault,
  },
  'redis-cloud': {
    label: 'Redis Cloud and Redis Software',
    source: 'https://redis.io/docs/latest/embeds/acl-command-compatibility',
    refuses: [
      ...['acl|deluser', 'acl|genpass', 'acl|load', 'acl|log', 'acl|save', 'acl|setuser', 'config|resetstat', 'debug'],
      ...['shutdown', 'swapdb', 'module|help', 'module|load', 'module|loadex', 'module|unload'],
    ],
    advice: beside('Its ACLs hold no passwords: give the password to the user that has the ACL.'),
    fault: ({ parsed }) =>
      isResetOf(parsed, 'passwords')
        ? 'its ACLs hold no passwords, nor resetpass'
        : (parsed.kind === 'key' || parsed.kind === 'channel') && /[()]/.test(parsed.pattern)
          ? 'its patterns hold no parentheses'
          : null,
  },
  upstash: {
    label: 'Upstash',
    source: 'https://upstash.com/docs/redis/commands/server/acl',
    refuses: [],
    isDefaultFixed: true,
    advice: ({ parsed }) =>
      parsed.kind === 'password' && parsed.adds && parsed.form === 'plain'
        ? 'It takes only a token of ACL GENTOKEN after >.'
        : null,
    fault: ({ parsed }) =>
      parsed.kind === 'flag' && parsed.flag === 'nopass'
        ? 'every user needs a password there'
        : parsed.kind === 'password' && parsed.adds && parsed.form === 'hash'
          ? 'it takes no hashes: make a token with ACL GENTOKEN, and write it after >'
          : parsed.kind === 'command' && parsed.name.includes('|')
            ? 'it has no rules for subcommands'
            : null,
  },
  aiven: {
    label: 'Aiven for Valkey',
    source: 'https://aiven.io/docs/products/valkey/reference/restricted-commands',
    refuses: [
      ...['acl', 'bgrewriteaof', 'bgsave', 'cluster', 'command', 'config', 'debug', 'failover', 'lastsave', 'migrate'],
      ...['monitor', 'replicaof', 'save', 'shutdown', 'slaveof'],
    ],
    fault: ({ parsed }) =>
      parsed.kind === 'selector' ? 'its users have four fields: categories, commands, channels and keys' : null,
  },
  'oci-cache': {
    label: 'Oracle OCI Cache',
    source: 'https://docs.oracle.com/iaas/Content/ocicache/restrictedcommands.htm',
    refuses: [
      ...['acl', 'bgrewriteaof', 'bgsave', 'cluster', 'config|set', 'debug', 'migrate', 'module', 'psync', 'replicaof'],
      ...['save', 'shutdown', 'sync'],
    ],
    fault: () => null,
  },
}
