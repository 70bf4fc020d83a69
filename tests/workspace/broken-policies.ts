/** A mistake in a policy of the gallery, and what its statements show of it. */
export interface BrokenPolicy {
  /** The id of the example. */
  readonly of: string
  /** The mistake, in words. */
  readonly mistake: string
  /** The rules of users.acl that are replaced, and what is written in their place. */
  readonly replaced: readonly [right: string | RegExp, wrong: string]
  /** Every statement that fails, and what is said of it: with the user, and the command line where it is about one. */
  readonly fails: readonly {
    readonly statement: string
    readonly user: string
    readonly line: string | null
    readonly message: string
  }[]
}

export const brokenPolicies: readonly BrokenPolicy[] = [
  {
    of: 'tenants',
    mistake: 'the colon is missing after a tenant’s name',
    replaced: ['~tenant:globex:*', '~tenant:globex*'],
    fails: [
      {
        statement: 'tenant-{id} can only write keys tenant:{id}:*',
        user: 'tenant-globex',
        line: 'SET tenant:globex2:1 x',
        message:
          'tenant-globex can write the key tenant:globex2:1: SET tenant:globex2:1 x. Allowed by +@string, ~tenant:globex*.',
      },
      {
        statement: 'tenant-{id} can only read keys tenant:{id}:* catalogue:*',
        user: 'tenant-globex',
        line: 'GET tenant:globex2:1',
        message:
          'tenant-globex can read the key tenant:globex2:1: GET tenant:globex2:1. Allowed by +@string, ~tenant:globex*.',
      },
    ],
  },
  {
    of: 'roles',
    mistake: 'the worker has the role of those who edit',
    replaced: ['+lpush role=reader', '+lpush role=reader,editor'],
    fails: [
      {
        statement: 'worker can only write keys jobs',
        user: 'worker',
        line: 'SET shop:1 x',
        message: 'worker can write the key shop:1: SET shop:1 x. Allowed by +set, ~shop:*.',
      },
    ],
  },
  {
    of: 'cache-purge',
    mistake: 'the webhook gets the category of writing commands',
    replaced: ['%W~cache:* resetchannels +unlink', '~cache:* resetchannels +@write -@dangerous -pfmerge'],
    fails: [
      {
        statement: 'purge cannot read keys *',
        user: 'purge',
        line: 'SET cache:1 x GET',
        message: 'purge can read the key cache:1: SET cache:1 x GET. Allowed by +@write, ~cache:*.',
      },
      {
        statement: 'purge can only run UNLINK PING CLIENT|SETINFO',
        user: 'purge',
        line: 'SET cache:1 x',
        message: 'purge can: SET cache:1 x. Allowed by +@write, ~cache:*.',
      },
    ],
  },
  {
    of: 'session-store',
    mistake: 'the writer has its keys for reading, too',
    replaced: ['%W~session:*', '~session:*'],
    fails: [
      {
        statement: 'only web, admin can read keys session:*',
        user: 'login',
        line: 'SET session:1 x GET',
        message: 'login can read the key session:1: SET session:1 x GET. Allowed by +set, ~session:*.',
      },
      {
        statement: 'login cannot read keys *',
        user: 'login',
        line: 'SET session:1 x GET',
        message: 'login can read the key session:1: SET session:1 x GET. Allowed by +set, ~session:*.',
      },
    ],
  },
  {
    of: 'queue-workers',
    mistake: '-@dangerous comes after +info',
    replaced: ['-@dangerous +info', '+info -@dangerous'],
    fails: [
      {
        statement: 'worker can run INFO CLIENT|SETNAME',
        user: 'worker',
        line: 'INFO',
        message: 'worker cannot (command): INFO.',
      },
    ],
  },
  {
    of: 'chat',
    mistake: 'gateways get @pubsub, which publishes as well',
    replaced: ['+subscribe +psubscribe +unsubscribe +punsubscribe', '+@pubsub'],
    fails: [
      {
        statement: 'only backend, admin can run PUBLISH SPUBLISH',
        user: 'gateway',
        line: 'PUBLISH room:1 x',
        message: 'gateway can: PUBLISH room:1 x. Allowed by +@pubsub, &room:*.',
      },
    ],
  },
  {
    of: 'databases',
    mistake: 'staging may use the database of analytics',
    replaced: ['db=1 ~*', 'db=1,2 ~*'],
    fails: [
      {
        statement: 'staging can only use databases 1',
        user: 'staging',
        line: 'GET x',
        message: 'staging can use database 2: GET x in database 2. Allowed by +@string, ~*, db=1,2.',
      },
    ],
  },
  {
    of: 'no-missing-passwords',
    mistake: 'the health check needs no password',
    replaced: [/(user healthcheck .*) #\w+/, '$1 nopass'],
    fails: [
      {
        statement: 'nobody can log in without a password',
        user: 'healthcheck',
        line: null,
        message: 'healthcheck logs in without a password.',
      },
    ],
  },
  {
    of: 'admin-only',
    mistake: '@connection comes after -@dangerous and brings commands back',
    replaced: ['+@connection -@dangerous', '-@dangerous +@connection'],
    fails: [
      {
        statement: 'nobody but admin can run ACL CLIENT|KILL CLIENT|LIST CONFIG SHUTDOWN',
        user: 'web',
        line: 'CLIENT KILL x',
        message: 'web can: CLIENT KILL x. Allowed by +@connection.',
      },
      {
        statement: 'nobody but admin can run @admin @dangerous',
        user: 'web',
        line: 'CLIENT NO-EVICT x',
        message: 'web can: CLIENT NO-EVICT x. Allowed by +@connection.',
      },
    ],
  },
  {
    of: 'monitoring',
    mistake: 'the exporter gets SLOWLOG as a whole',
    replaced: ['+slowlog|len', '+slowlog'],
    fails: [
      {
        statement: 'exporter cannot access keys *',
        user: 'exporter',
        line: 'SLOWLOG GET',
        message: 'exporter can read arguments of other clients’ slow commands: SLOWLOG GET. Allowed by +slowlog.',
      },
      {
        statement: 'exporter cannot run SLOWLOG|GET MONITOR CONFIG CLIENT|LIST',
        user: 'exporter',
        line: 'SLOWLOG GET',
        message: 'exporter can: SLOWLOG GET. Allowed by +slowlog.',
      },
    ],
  },
  {
    of: 'reporting',
    mistake: 'reports get SORT, and their keys for writing',
    replaced: [/%R~orders:\* %R~products:\* (.* \+ping)/, '~orders:* ~products:* $1 +sort'],
    fails: [
      {
        statement: 'reporting cannot write keys *',
        user: 'reporting',
        line: 'SORT orders:1 STORE orders:1',
        message: 'reporting can write the key orders:1: SORT orders:1 STORE orders:1. Allowed by +sort, ~orders:*.',
      },
      {
        statement: 'reporting cannot run @admin @dangerous @scripting',
        user: 'reporting',
        line: 'SORT orders:1',
        message: 'reporting can: SORT orders:1. Allowed by +sort, ~orders:*.',
      },
      {
        statement: 'only app, admin can write keys orders:* products:*',
        user: 'reporting',
        line: 'SORT orders:1 STORE orders:1',
        message: 'reporting can write the key orders:1: SORT orders:1 STORE orders:1. Allowed by +sort, ~orders:*.',
      },
    ],
  },
  {
    of: 'backup',
    mistake: 'the backup job copies as a replica does (redis-cli --rdb)',
    replaced: ['+bgsave', '+bgsave +psync +sync'],
    fails: [
      {
        statement: 'backup can only run BGSAVE LASTSAVE INFO PING',
        user: 'backup',
        line: 'PSYNC x x',
        message: 'backup can: PSYNC x x. Allowed by +psync.',
      },
      {
        statement: 'everyone but admin cannot access keys *',
        user: 'backup',
        line: 'PSYNC x x',
        message: 'backup can copy the whole data set as a replica would: PSYNC x x. Allowed by +psync.',
      },
      {
        statement: 'nobody but admin can run ACL CONFIG|SET PSYNC SYNC REPLICAOF DEBUG SHUTDOWN',
        user: 'backup',
        line: 'PSYNC x x',
        message: 'backup can: PSYNC x x. Allowed by +psync.',
      },
    ],
  },
  {
    of: 'ci',
    mistake: '-@admin in place of -@dangerous leaves FLUSHALL in @write',
    replaced: ['-@dangerous -pfmerge', '-@admin -pfmerge'],
    fails: [
      {
        statement: 'nobody but admin can run FLUSHALL FLUSHDB SWAPDB',
        user: 'ci',
        line: 'FLUSHALL',
        message: 'ci can: FLUSHALL. Allowed by +@write.',
      },
    ],
  },
]
