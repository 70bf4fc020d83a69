import { drawPolicy, type GalleryExample, type Sketch } from './example'

const admin = 'user default off\nuser admin on ~* &* +@all >admin_password\n'

const sketches: readonly Sketch[] = [
  {
    id: 'tenants',
    title: 'Tenants',
    about:
      'Each tenant has its own keys and channels, and reads a shared catalogue. One sentence with {id} proves it for every tenant in the file.',
    acl: `${admin}user tenant-acme on ~tenant:acme:* %R~catalogue:* resetchannels &tenant:acme:* +@string +@hash +del +exists +expire +ttl +publish +subscribe +unsubscribe +ping +client|setinfo >acme_password
user tenant-globex on ~tenant:globex:* %R~catalogue:* resetchannels &tenant:globex:* +@string +@hash +del +exists +expire +ttl +publish +subscribe +unsubscribe +ping +client|setinfo >globex_password
`,
    expect: `# No tenant reaches another one
tenant-{id} can only write keys tenant:{id}:*
tenant-{id} can only read keys tenant:{id}:* catalogue:*
tenant-{id} can only use channels tenant:{id}:*

# Nor learns which keys and channels others have
nobody but admin can run KEYS SCAN RANDOMKEY DBSIZE PUBSUB

# All of its own keys are usable
tenant-{id} can run GET SET DEL HSET EXPIRE on keys tenant:{id}:*
tenant-{id} can run GET MGET HGETALL on keys catalogue:*
`,
    steps: [
      '0 AUTH tenant-acme acme_password -> allowed',
      '0 SET tenant:acme:logo blue -> allowed',
      '0 GET tenant:globex:logo -> key',
      '0 GET catalogue:prices -> allowed',
      '0 SET catalogue:prices 0 -> key',
      '0 PUBLISH tenant:globex:events hello -> channel',
      '0 SCAN 0 -> command',
    ],
  },
  {
    id: 'roles',
    title: 'Roles',
    about:
      'A team’s permissions are written once, as roles, and users hold one or two of them (Valkey 9.2). The worker adds rules of its own. A change of the role reader changes all who hold it.',
    target: 'valkey-9.2',
    acl: `${admin}role reader %R~shop:* resetchannels +get +mget +hgetall +ttl +ping +client|setinfo
role editor ~shop:* resetchannels +set +hset +del +expire
user web on role=reader >web_password
user backoffice on role=reader,editor >backoffice_password
user worker on ~jobs resetchannels +lpush role=reader >worker_password
`,
    expect: `role reader can only read keys shop:*
role reader cannot write keys *
everyone with role reader can run GET MGET HGETALL on keys shop:*
everyone with role editor can run SET HSET DEL on keys shop:*

web cannot write keys *
backoffice can only access keys shop:*
worker can only write keys jobs
`,
    steps: [
      '0 AUTH web web_password -> allowed',
      '0 GET shop:1 -> allowed',
      '0 SET shop:1 blue -> command',
      '1 AUTH backoffice backoffice_password -> allowed',
      '1 SET shop:1 blue -> allowed',
      '2 AUTH worker worker_password -> allowed',
      '2 LPUSH jobs mail -> allowed',
      '2 LPUSH shop:1 mail -> key',
    ],
  },
  {
    id: 'cache-purge',
    title: 'A cache and what clears it',
    about:
      'The website fills and reads the cache; a webhook may only remove pages. %W~ keeps the webhook from reading what it removes.',
    acl: `${admin}user web on ~cache:* resetchannels +get +mget +set +ttl +ping +client|setinfo >web_password
user purge on %W~cache:* resetchannels +unlink +ping +client|setinfo >purge_password
`,
    conf: 'aclfile users.acl\nmaxmemory 256mb\nmaxmemory-policy allkeys-lru\n',
    expect: `everyone but admin can only access keys cache:*
web can run GET MGET SET TTL on keys cache:*
web can only run GET MGET SET TTL PING CLIENT|SETINFO

purge can run UNLINK on keys cache:*
purge cannot read keys *
purge can only run UNLINK PING CLIENT|SETINFO
`,
    steps: [
      '0 AUTH web web_password -> allowed',
      '0 SET cache:/home "<html>" EX 60 -> allowed',
      '0 GET cache:/home -> allowed',
      '0 GET session:1 -> key',
      '1 AUTH purge purge_password -> allowed',
      '1 GET cache:/home -> command',
      '1 UNLINK cache:/home -> allowed',
      '1 FLUSHDB -> command',
    ],
  },
  {
    id: 'session-store',
    title: 'Sessions: one writes, others read',
    about:
      'Only the log-in service creates and ends sessions; the website reads them. SET … GET returns the old value, so the writer has %W~ in place of ~.',
    acl: `${admin}user login on %W~session:* resetchannels +set +expire +del +ping +client|setinfo >login_password
user web on %R~session:* resetchannels +get +ttl +ping +client|setinfo >web_password
`,
    expect: `only login, admin can write keys session:*
only web, admin can read keys session:*
everyone but admin can only access keys session:*

login can run SET EXPIRE DEL on keys session:*
login cannot read keys *
web can run GET TTL on keys session:*
web cannot write keys *
`,
    steps: [
      '0 AUTH login login_password -> allowed',
      '0 SET session:7 alice EX 3600 -> allowed',
      '0 SET session:7 bob GET -> key',
      '1 AUTH web web_password -> allowed',
      '1 GET session:7 -> allowed',
      '1 SET session:7 mallory -> command',
      '0 DEL session:7 -> allowed',
    ],
  },
  {
    id: 'queue-workers',
    title: 'Queue workers (BullMQ)',
    about:
      'Workers run BullMQ’s scripts on bull:* and ask for INFO when they connect; the dashboard only looks. INFO is dangerous, so its rule comes after -@dangerous.',
    acl: `${admin}user worker on ~bull:* resetchannels +@string +@hash +@list +@sortedset +@stream +del +exists +expire +ttl +eval +evalsha +ping +client|setname -@dangerous +info >worker_password
user dashboard on %R~bull:* resetchannels +@read -@keyspace -@dangerous +exists +ttl +type +ping +info >dashboard_password
`,
    conf: 'aclfile users.acl\nmaxmemory-policy noeviction\n',
    expect: `# What BullMQ needs
worker can run INFO CLIENT|SETNAME
worker can run EVALSHA HSET LPUSH XADD ZADD BZPOPMIN DEL on keys bull:*

# And nothing else
everyone but admin can only access keys bull:*
everyone but admin cannot use channels *
nobody but admin can run FLUSHALL FLUSHDB KEYS SCRIPT FUNCTION @admin

dashboard cannot write keys *
dashboard can run HGETALL LRANGE ZRANGE XRANGE on keys bull:*
`,
    steps: [
      '0 AUTH worker worker_password -> allowed',
      '0 INFO keyspace -> allowed',
      '0 LPUSH bull:mail:wait 1 -> allowed',
      '0 HSET bull:mail:1 name welcome -> allowed',
      '0 LPUSH other:mail:wait 1 -> key',
      '1 AUTH dashboard dashboard_password -> allowed',
      '1 LRANGE bull:mail:wait 0 -1 -> allowed',
      '1 DEL bull:mail:1 -> command',
      '0 FLUSHDB -> command',
    ],
  },
  {
    id: 'chat',
    title: 'Chat rooms over pub/sub',
    about:
      'The backend publishes to rooms and keeps their history; gateways only listen. Neither can do the other’s work.',
    acl: `${admin}user backend on ~history:* resetchannels &room:* +publish +xadd +xrange +xtrim +ping +client|setinfo >backend_password
user gateway on resetchannels &room:* +subscribe +psubscribe +unsubscribe +punsubscribe +ping +client|setinfo >gateway_password
`,
    expect: `everyone but admin can only use channels room:*
only backend, admin can run PUBLISH SPUBLISH
only gateway, admin can run SUBSCRIBE PSUBSCRIBE SSUBSCRIBE
gateway can run SUBSCRIBE PSUBSCRIBE UNSUBSCRIBE PUNSUBSCRIBE
gateway cannot access keys *
backend can only access keys history:*
backend can run XADD XRANGE on keys history:*
backend can use channels room:*
`,
    steps: [
      '0 AUTH gateway gateway_password -> allowed',
      '0 PSUBSCRIBE room:* -> allowed',
      '1 AUTH backend backend_password -> allowed',
      '1 XADD history:lobby * text hello -> allowed',
      '1 PUBLISH room:lobby hello -> allowed',
      '1 PUBLISH admin:alerts hello -> channel',
      '2 AUTH gateway gateway_password -> allowed',
      '2 PUBLISH room:lobby spam -> command',
      '2 XRANGE history:lobby - + -> command',
    ],
  },
  {
    id: 'databases',
    title: 'Databases on Valkey 9.1',
    about:
      'Staging and analytics have a database each, by db= rules. Connections start in database 0, so these users must SELECT theirs first.',
    target: 'valkey-9.1',
    acl: `${admin}user staging on db=1 ~* resetchannels +@string +@hash +@keyspace +ping +select +client|setinfo -@dangerous >staging_password
user analytics on db=1,2 %R~* resetchannels +@read -@keyspace -@dangerous +exists +ttl +type +ping +select +client|setinfo >analytics_password
`,
    expect: `# Database 0 is for production
nobody but admin can use databases 0
staging can only use databases 1
analytics can only use databases 1 2

staging can run GET SET COPY on keys * in db 1
analytics can run GET HGETALL on keys * in db 2
analytics cannot write keys *
`,
    steps: [
      '0 AUTH staging staging_password -> allowed',
      '0 SET a 1 -> database',
      '0 SELECT 1 -> allowed',
      '0 SET a 1 -> allowed',
      '0 COPY a a DB 0 -> database',
      '0 SELECT 2 -> database',
      '1 AUTH analytics analytics_password -> allowed',
      '1 SELECT 1 -> allowed',
      '1 GET a -> allowed',
      '1 SET a 2 -> command',
    ],
  },
]

/** Policies for applications, with the statements that hold of them. */
export const applications: readonly GalleryExample[] = sketches.map(drawPolicy)
