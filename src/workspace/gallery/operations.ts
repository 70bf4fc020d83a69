import { drawPolicy, type GalleryExample, type Sketch } from './example'

const admin = 'user default off\nuser admin on ~* &* +@all >admin_password\n'

const sketches: readonly Sketch[] = [
  {
    id: 'no-missing-passwords',
    title: 'Nobody gets in without a password',
    about:
      'The default user is off, a retired one too, and even the health check has a password. A user added later without one makes the first sentence fail.',
    acl: `${admin}user app on ~app:* resetchannels +@string +@hash +del +exists +expire +ttl +ping +client|setinfo >app_password
user healthcheck on resetchannels +ping >healthcheck_password
user retired off ~app:* resetchannels +get +hgetall +ping >retired_password
`,
    conf: 'aclfile users.acl\nbind 127.0.0.1 10.0.0.5\n',
    expect: `nobody can log in without a password
only admin, app, healthcheck can log in
retired cannot log in
healthcheck can log in from 10.0.0.7
healthcheck can only run PING
`,
    origins: [{ kind: 'loopback' }, { kind: 'address', address: '10.0.0.7' }, { kind: 'loopback' }],
    steps: [
      '0 PING -> error',
      '0 AUTH healthcheck any -> error',
      '1 AUTH healthcheck healthcheck_password -> allowed',
      '1 PING -> allowed',
      '2 AUTH retired retired_password -> error',
      '2 AUTH app app_password -> allowed',
      '2 SET app:1 x -> allowed',
    ],
  },
  {
    id: 'admin-only',
    title: 'Only the administrator administers',
    about:
      'Every dangerous and admin command belongs to one user. What takes them from the others comes last: a category given later could bring some of them back.',
    acl: `${admin}user web on ~app:* resetchannels +@string +@hash +@list +del +exists +expire +ttl +@transaction +@connection -@dangerous -client|tracking >web_password
user deploy on ~deploy:* resetchannels +@string +@list +del +exists +expire +ttl +ping +client|setinfo -@dangerous >deploy_password
`,
    expect: `nobody but admin can run ACL CLIENT|KILL CLIENT|LIST CONFIG SHUTDOWN
nobody but admin can run @admin @dangerous
nobody but admin can run SCRIPT FUNCTION
everyone but admin can only access keys app:* deploy:*
web can only access keys app:*
deploy can run GET SET LPUSH on keys deploy:*
admin can run ACL|SETUSER CONFIG|SET CLIENT|KILL SHUTDOWN
`,
    steps: [
      '0 AUTH web web_password -> allowed',
      '0 SET app:1 x -> allowed',
      '0 CLIENT SETNAME web -> allowed',
      '0 CLIENT LIST -> command',
      '0 CONFIG GET requirepass -> command',
      '1 AUTH deploy deploy_password -> allowed',
      '1 LPUSH deploy:log started -> allowed',
      '1 FLUSHALL -> command',
      '2 AUTH admin admin_password -> allowed',
      '2 CLIENT LIST -> allowed',
    ],
  },
  {
    id: 'monitoring',
    title: 'Monitoring',
    about:
      'The exporter reads figures, but neither keys nor values nor other clients’ commands. SLOWLOG GET and MONITOR would show values, CONFIG GET passwords.',
    acl: `${admin}user app on ~app:* resetchannels +@string +@hash +del +exists +expire +ttl +ping +client|setinfo >app_password
user exporter on resetchannels +ping +info +dbsize +client|setname +latency|latest +latency|histogram +slowlog|len >exporter_password
`,
    expect: `exporter can run INFO DBSIZE LATENCY|LATEST LATENCY|HISTOGRAM SLOWLOG|LEN
exporter cannot access keys *
exporter cannot use channels *
exporter cannot run SCAN KEYS RANDOMKEY
exporter cannot run SLOWLOG|GET MONITOR CONFIG CLIENT|LIST
nobody but admin, exporter can run INFO
`,
    steps: [
      '0 AUTH exporter exporter_password -> allowed',
      '0 INFO keyspace -> allowed',
      '0 SLOWLOG LEN -> allowed',
      '0 SLOWLOG GET -> command',
      '0 CONFIG GET maxmemory -> command',
      '0 GET app:1 -> command',
      '0 MONITOR -> command',
    ],
  },
  {
    id: 'reporting',
    title: 'Reports from a replica',
    about:
      'The replica copies everything with a user of its own; reports read orders and products only. No command line of theirs writes, not even where it is sent to the primary.',
    acl: `${admin}user app on ~orders:* ~products:* ~carts:* resetchannels +@string +@hash +del +exists +expire +ttl +ping +client|setinfo >app_password
user replica on resetchannels +psync +replconf +ping >replica_password
user reporting on %R~orders:* %R~products:* resetchannels +@read -@keyspace -@dangerous +exists +ttl +type +ping +client|setinfo >reporting_password
`,
    conf: 'aclfile users.acl\nmasteruser replica\nmasterauth replica_password\n',
    expect: `reporting cannot write keys *
reporting can only read keys orders:* products:*
reporting can run GET HGETALL ZRANGE XRANGE on keys orders:* products:*
reporting cannot run @admin @dangerous @scripting
only app, admin can write keys orders:* products:*
only replica, admin can run PSYNC SYNC
`,
    steps: [
      '0 AUTH app app_password -> allowed',
      '0 HSET orders:1 total 40 -> allowed',
      '0 SET carts:1 apples -> allowed',
      '1 AUTH reporting reporting_password -> allowed',
      '1 HGETALL orders:1 -> allowed',
      '1 GET carts:1 -> key',
      '1 HSET orders:1 total 0 -> command',
      '1 SORT orders:1 STORE orders:2 -> command',
    ],
  },
  {
    id: 'backup',
    title: 'Backups without seeing data',
    about:
      'The backup job starts a snapshot and waits for it; the operator watches memory and ends connections. Neither can read or change a single key.',
    acl: `${admin}user backup on resetchannels +ping +bgsave +lastsave +info >backup_password
user operator on resetchannels +ping +info +memory|stats +memory|doctor +client|list +client|kill +latency >operator_password
`,
    conf: 'aclfile users.acl\nsave 3600 1\n',
    expect: `backup can run BGSAVE LASTSAVE INFO
backup can only run BGSAVE LASTSAVE INFO PING
operator can run INFO CLIENT|LIST CLIENT|KILL MEMORY|STATS

everyone but admin cannot access keys *
nobody but admin can run ACL CONFIG|SET PSYNC SYNC REPLICAOF DEBUG SHUTDOWN
`,
    steps: [
      '0 AUTH backup backup_password -> allowed',
      '0 LASTSAVE -> allowed',
      '0 INFO persistence -> allowed',
      '0 GET customers:1 -> command',
      '0 CONFIG SET dir /tmp -> command',
      '1 AUTH operator operator_password -> allowed',
      '1 CLIENT LIST -> allowed',
      '1 MONITOR -> command',
    ],
  },
  {
    id: 'ci',
    title: 'A CI job with a prefix of its own',
    about:
      'Tests may do anything below ci:, and clear it with SCAN and UNLINK. FLUSHDB is not for them: no key pattern limits it, and it belongs to @write. Nor is PFMERGE, which without sources writes to any key.',
    acl: `${admin}user app on ~app:* resetchannels +@string +@hash +del +exists +expire +ttl +ping +client|setinfo >app_password
user ci on ~ci:* resetchannels +@read +@write +@transaction -@scripting -@dangerous -pfmerge -randomkey -dbsize +ping +select +client|setinfo >ci_password
`,
    expect: `ci can only access keys ci:*
ci can run GET SET DEL UNLINK RENAME on keys ci:*
ci can run SCAN MULTI EXEC
nobody but admin can run FLUSHALL FLUSHDB SWAPDB
nobody but admin, ci can run SCAN KEYS RANDOMKEY
`,
    steps: [
      '0 AUTH ci ci_password -> allowed',
      '0 SET ci:42:cart apples -> allowed',
      '0 SCAN 0 MATCH ci:42:* -> allowed',
      '0 UNLINK ci:42:cart -> allowed',
      '0 DEL app:1 -> key',
      '0 RENAME app:1 ci:1 -> key',
      '0 FLUSHDB -> command',
    ],
  },
]

/** Policies for who runs and watches a server, with the statements that hold of them. */
export const operations: readonly GalleryExample[] = sketches.map(drawPolicy)
