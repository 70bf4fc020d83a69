import { productOf, since, type RedisId, type TargetId, type ValkeyId } from './list'

/** Differences between servers in connections, dispatch and configuration. Named facts; the releases that have each are below. */
export interface ServerBehaviours {
  /** Unknown commands are quoted with backticks and commas (before 7.0), else with apostrophes. */
  readonly backticksUnknownCommand: boolean
  /** The error about an unknown command without arguments leaves out `with args beginning with` (Redis 8.6). */
  readonly unknownCommandAlone: boolean
  /** QUIT is answered before anything is looked up (before 7.2); since then it is a command like others. */
  readonly quitBeforeLookup: boolean
  /** POST and `host:`, what a browser would send, are commands that hang up; since 7.0 they hang up before any check. */
  readonly webWordsAreCommands: boolean
  /** HELLO works without a protocol version (6.2). */
  readonly helloAlone: boolean
  /** HELLO reads all its options before it acts on any (7.0). */
  readonly helloReadsFirst: boolean
  /** HELLO's NOAUTH error spells out `HELLO <proto> AUTH` (7.2). */
  readonly helloErrorNamesProtocol: boolean
  /** WRONGPASS says `or user is disabled.` (6.2). */
  readonly wrongPassMentionsDisabled: boolean
  /** The server that HELLO names. */
  readonly serverName: 'redis' | 'valkey'
  /** Modules that come with the release, as HELLO and MODULE LIST show them: vector sets (Redis 8), the Lua engine (Valkey 9). */
  readonly builtInModules: readonly { readonly name: string; readonly path: string; readonly options: string }[]
  /** Only (P)SUBSCRIBE and a few may run while subscribed: the wording of that error. */
  readonly subscribedCommands: string
  /** The protected mode applies only where no `bind` is configured (before 7.0). */
  readonly protectedModeNeedsNoBind: boolean
  /** The message of the protected mode to a client: `Redis is running`, in the older words or the newer, or Valkey's. */
  readonly protectedModeWords: '6' | '7.0' | '7.2' | 'valkey'
  /** DEBUG, MODULE and protected directives need enable-… directives (7.0). */
  readonly hasProtectedActions: boolean
  /** CONFIG SET takes several pairs, CONFIG GET several patterns, with the newer errors (7.0). */
  readonly configTakesMany: boolean
  /** A client that must log in first is closed where more than its reply buffer piles up (Redis 8, Valkey 8.1). */
  readonly limitsRepliesBeforeLogIn: boolean
  /** That limit is lifted by the first log-in for good, RESET or not (Valkey). */
  readonly firstLogInLiftsLimit: boolean
  /** CONFIG REWRITE writes all of save on one line (Valkey 8). */
  readonly rewritesSaveOnOneLine: boolean
  /** A blocked command is checked against the ACL again when it is served (7.2). */
  readonly rechecksBlocked: boolean
  /** Messages to the publishing connection itself come after the reply (7.2). */
  readonly holdsBackOwnPushes: boolean
  /** The options of SHUTDOWN; from 7.0 on several at once. */
  readonly shutdownWords: ReadonlySet<string>
  /** BGSAVE CANCEL (Valkey 8.1). */
  readonly cancelsSaves: boolean
  /** Saves that a transaction starts run after it (7.0). */
  readonly savesAfterExec: boolean
  /** FLUSHALL resets the changes since the last save where it saves (7.0). */
  readonly flushResetsChanges: boolean
  /** INFO takes several sections (7.0). */
  readonly infoTakesMany: boolean
  /** INFO lists the addresses that the server listens on (7.2). */
  readonly infoHasListeners: boolean
  /** The name of INFO's count of hashes with fields that expire (Redis 7.4, Valkey 9.1); null: not counted. */
  readonly countsFieldExpiries: 'subexpiry' | 'keys_with_volatile_items' | null
  /** CLIENT REPLY OFF and SKIP let messages, invalidations and confirmations of subscriptions pass (7.0). */
  readonly pushesWhenMuted: boolean
  /** Messages call the server by name: `Redis` or `Valkey` where the release no longer says Redis (Valkey 8). */
  readonly productName: 'Redis' | 'Valkey'
  /** Fields of CLIENT LIST, in order. */
  readonly clientFields: readonly string[]
  /** SELECT of something that is no number: `invalid DB index` (6.0 and Valkey), else the common integer error. */
  readonly selectSaysInvalidIndex: boolean
  /** Ids taken by the server's own clients before the first connection. */
  readonly firstClientId: number
  /** The filters of CLIENT KILL. */
  readonly clientKillFilters: ReadonlySet<string>
  /** CLIENT LIST takes the same filters, and ID takes several ids (Valkey 8.1). */
  readonly clientListTakesFilters: boolean
  /** READONLY and READWRITE are answered without a cluster (Valkey 8). */
  readonly readOnlyWithoutCluster: boolean
  /** MONITOR puts backslashes before quotes and backslashes (Valkey 8.1 forgot to). */
  readonly escapesQuotes: boolean
  /** A bad redis.conf is reported as `(Version 8.1.1)` instead of `(Redis 7.2.6)` (Valkey 8). */
  readonly fatalConfigNamesVersion: boolean
  /** The Redis release that a Valkey says to be compatible with (`redis_version`); null for Redis itself. */
  readonly redisVersion: string | null
  /** Unknown directives with one argument are kept for modules until the end of the start: all (Redis 8), those with a dot (7.0), or none. */
  readonly defersUnknownDirectives: 'all' | 'dotted' | 'none'
  /**
   * The model of MEMORY USAGE: the allocator of the recorded build, or `exact` where the server adds up what it requested (Redis
   * 8.6); the location of the key's name (a separate allocation, the dictionary entry, or the object, whose allocation is
   * counted or not); lists are always quicklists; content is counted without the allocator's rounding.
   */
  readonly memoryModel: {
    readonly allocator: 'libc' | 'jemalloc' | 'exact'
    readonly keys: 'apart' | 'in-entry' | 'in-object' | 'in-counted-object'
    readonly quicklists: boolean
    readonly countsContent: boolean
  }
  /** Passwords in AUTH and HELLO are shown as `(redacted)` by MONITOR and SLOWLOG (6.2). */
  readonly redactsPasswords: boolean
  /** CONFIG GET prints a name that is no pattern as it was typed (7.0). */
  readonly configGetEchoesName: boolean
  /** UNSUBSCRIBE and its kin are refused outside of the subscribed mode (Valkey 8.0 only). */
  readonly refusesNeedlessUnsubscribe: boolean
  /** The error that a client must log in comes before errors about DEBUG and MODULE (Valkey 9.1). */
  readonly authBeforeProtected: boolean
  /** `Command 'save' not allowed inside a transaction` names the command (Valkey 9.1). */
  readonly noMultiNamesCommand: boolean
  /** Letters that notify-keyspace-events takes, as its error lists them. */
  readonly eventLetters: string
  /** The page that LATENCY DOCTOR recommends, if any. */
  readonly latencyDocs: string | null
  /** SLOWLOG GET refuses a count below -1 (7.0). */
  readonly slowlogChecksCount: boolean
  /** Log-in by TLS certificate: `tls-auth-clients-user` (Redis 8.6, Valkey 9). */
  readonly hasCertificateUsers: boolean
}

const at7 = ['redis-7.0', 'valkey-7.2'] as const
const at72 = ['redis-7.2', 'valkey-7.2'] as const

/** The fields of CLIENT LIST grew with every release. */
function clientFields(id: TargetId): string[] {
  const from = (redis: RedisId | null, valkey: ValkeyId | null, ...names: string[]): string[] =>
    since(id, redis, valkey) ? names : []
  const both = 'valkey-7.2'
  return [
    'id',
    'addr',
    ...from('redis-6.2', both, 'laddr'),
    'fd',
    'name',
    'age',
    'idle',
    'flags',
    ...from(null, 'valkey-8.0', 'capa'),
    'db',
    'sub',
    'psub',
    ...from(...at7, 'ssub'),
    'multi',
    ...from('redis-7.4', 'valkey-8.0', 'watch'),
    'qbuf',
    'qbuf-free',
    ...from('redis-6.2', both, 'argv-mem'),
    ...from(...at7, 'multi-mem', 'rbs', 'rbp'),
    'obl',
    'oll',
    'omem',
    ...from('redis-6.2', both, 'tot-mem'),
    'events',
    'cmd',
    'user',
    ...from('redis-6.2', both, 'redir'),
    ...from(...at7, 'resp'),
    ...from(...at72, 'lib-name', 'lib-ver'),
    ...from('redis-8.0', null, 'io-thread'),
    ...from('redis-8.2', 'valkey-8.0', 'tot-net-in', 'tot-net-out', 'tot-cmds'),
  ]
}

/** One line a behaviour: which releases have it. */
export function serverBehaviours(id: TargetId): ServerBehaviours {
  const is7 = since(id, ...at7)
  const is62 = since(id, 'redis-6.2', 'valkey-7.2')
  const is72 = since(id, ...at72)
  const isValkey8 = since(id, null, 'valkey-8.0')
  return {
    backticksUnknownCommand: !is7,
    unknownCommandAlone: since(id, 'redis-8.6', null),
    quitBeforeLookup: !is72,
    webWordsAreCommands: !is7,
    helloAlone: is62,
    helloReadsFirst: is7,
    helloErrorNamesProtocol: is72,
    wrongPassMentionsDisabled: is62,
    serverName: isValkey8 ? 'valkey' : 'redis',
    builtInModules: since(id, null, 'valkey-9.1')
      ? [{ name: 'lua', path: 'lua', options: 'handle-repl-async-load|handle-atomic-slot-migration' }]
      : since(id, 'redis-8.0', null)
        ? [{ name: 'vectorset', path: '', options: 'handle-io-errors|handle-repl-async-load' }]
        : [],
    subscribedCommands: is7
      ? '(P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET'
      : is62
        ? '(P)SUBSCRIBE / (P)UNSUBSCRIBE / PING / QUIT / RESET'
        : '(P)SUBSCRIBE / (P)UNSUBSCRIBE / PING / QUIT',
    protectedModeNeedsNoBind: !is7,
    protectedModeWords: isValkey8 ? 'valkey' : is72 ? '7.2' : is7 ? '7.0' : '6',
    hasProtectedActions: is7,
    configTakesMany: is7,
    firstLogInLiftsLimit: since(id, null, 'valkey-8.1'),
    limitsRepliesBeforeLogIn: since(id, 'redis-8.0', 'valkey-8.1'),
    rewritesSaveOnOneLine: isValkey8,
    rechecksBlocked: is72,
    holdsBackOwnPushes: is72,
    shutdownWords: new Set([
      'nosave',
      'save',
      ...(is7 ? ['now', 'force', 'abort'] : []),
      ...(since(id, null, 'valkey-9.1') ? ['safe', 'failover'] : []),
    ]),
    cancelsSaves: since(id, null, 'valkey-8.1'),
    savesAfterExec: is7,
    flushResetsChanges: is7,
    infoTakesMany: is7,
    infoHasListeners: is72,
    countsFieldExpiries: since(id, 'redis-7.4', null)
      ? 'subexpiry'
      : since(id, null, 'valkey-9.1')
        ? 'keys_with_volatile_items'
        : null,
    pushesWhenMuted: since(id, 'redis-7.0', 'valkey-7.2'),
    productName: isValkey8 ? 'Valkey' : 'Redis',
    clientFields: clientFields(id),
    selectSaysInvalidIndex: !is62,
    firstClientId: id === 'redis-6.0' || since(id, 'redis-8.0', null) ? 4 : id === 'valkey-8.1' ? 2 : 3,
    clientKillFilters: new Set([
      'id',
      'type',
      'user',
      'addr',
      'skipme',
      ...(is62 ? ['laddr'] : []),
      ...(since(id, 'redis-7.4', 'valkey-8.0') ? ['maxage'] : []),
    ]),
    fatalConfigNamesVersion: isValkey8,
    redisVersion: productOf(id) === 'valkey' ? '7.2.4' : null,
    defersUnknownDirectives: since(id, 'redis-8.0', null) ? 'all' : is7 ? 'dotted' : 'none',
    memoryModel: {
      allocator: since(id, 'redis-8.6', null)
        ? 'exact'
        : id === 'valkey-8.1' || since(id, 'redis-8.0', null)
          ? 'jemalloc'
          : 'libc',
      keys: since(id, 'redis-8.6', 'valkey-9.1')
        ? 'in-counted-object'
        : since(id, null, 'valkey-8.1')
          ? 'in-object'
          : isValkey8
            ? 'in-entry'
            : 'apart',
      quicklists: !is72,
      countsContent: !is7,
    },
    redactsPasswords: is62,
    configGetEchoesName: is7,
    refusesNeedlessUnsubscribe: id === 'valkey-8.0',
    authBeforeProtected: since(id, null, 'valkey-9.1'),
    noMultiNamesCommand: since(id, null, 'valkey-9.1'),
    eventLetters: is7 ? 'Ag$lshzxeKEtmdn' : is62 ? 'g$lshzxeKEtmd' : 'g$lshzxeKEtm',
    latencyDocs: isValkey8
      ? null
      : since(id, 'redis-8.0', null)
        ? 'https://redis.io/docs/latest/operate/oss_and_stack/management/optimization/latency-monitor'
        : 'https://redis.io/topics/latency-monitor',
    slowlogChecksCount: is7,
    clientListTakesFilters: since(id, null, 'valkey-8.1'),
    readOnlyWithoutCluster: isValkey8,
    escapesQuotes: id !== 'valkey-8.1',
    hasCertificateUsers: since(id, 'redis-8.6', 'valkey-9.1'),
  }
}
