import { draw, type GalleryExample, type Sketch } from './example'

const open = 'user default on nopass ~* &* +@all\n'

/** The ACL file of the chapter, unchanged. */
const fiveUsers = `# Default user (required)
user default on nopass ~* +@all

# Admin user
user admin on >strong_admin_password ~* +@all

# Application user - limited permissions
user app on >app_password ~app:* +@read +@write -@dangerous

# Read-only monitoring user
user monitor on >monitor_password ~* +@read +ping +info

# Worker for background jobs
user worker on >worker_password ~jobs:* ~results:* +@list +@string +get +set +del
`

const fiveUserSteps = [
  '0 SET app:1 42 -> allowed',
  '0 FLUSHALL -> allowed',
  '1 AUTH app app_password -> allowed',
  '1 SET app:1 42 -> allowed',
  '1 RENAME app:1 secret:1 -> key',
  '1 KEYS * -> command',
  '2 AUTH monitor monitor_password -> allowed',
  '2 INFO server -> allowed',
  '2 GET app:1 -> allowed',
  '2 KEYS * -> allowed',
  '2 DEL app:1 -> command',
  '3 AUTH worker worker_password -> allowed',
  '3 LPUSH jobs:mail 7 -> allowed',
  '3 HSET jobs:7 to me -> command',
  '3 SET app:1 x -> key',
]

const sketches: readonly Sketch[] = [
  {
    id: 'alice',
    title: 'One user who may do everything',
    about:
      'Every key and every command, behind a password. Since Redis 7 that leaves out pub/sub channels: they are granted by & rules.',
    acl: `${open}user alice on >password123 ~* +@all\n`,
    steps: [
      '0 AUTH alice wrong -> error',
      '0 AUTH alice password123 -> allowed',
      '0 SET any:key 1 -> allowed',
      '0 GET any:key -> allowed',
      '0 CONFIG GET port -> allowed',
      '0 PUBLISH news hello -> channel',
      '0 FLUSHALL -> allowed',
    ],
  },
  {
    id: 'sensors',
    title: 'Reading sensors',
    about: 'Read commands on sensor:* only. PING is no read command; KEYS is one, and key patterns do not limit it.',
    acl: `${open}user readonly on >readpass ~sensor:* +@read\n`,
    steps: [
      '0 SET sensor:1 21.5 -> allowed',
      '1 AUTH readonly readpass -> allowed',
      '1 GET sensor:1 -> allowed',
      '1 SET sensor:1 0 -> command',
      '1 GET door:1 -> key',
      '1 PING -> command',
      '1 KEYS * -> allowed',
    ],
  },
  {
    id: 'writer',
    title: 'Writing logs',
    about: 'Write commands on logs:* only: it cannot read back what it wrote.',
    acl: `${open}user writer on >writepass ~logs:* +@write\n`,
    steps: [
      '0 AUTH writer writepass -> allowed',
      '0 RPUSH logs:app started -> allowed',
      '0 LRANGE logs:app 0 -1 -> command',
      '0 LPOP logs:app -> allowed',
      '0 RPUSH audit:app started -> key',
    ],
  },
  {
    id: 'limited',
    title: 'Three commands',
    about: 'GET, SET and INCR on every key, and nothing else.',
    acl: `${open}user limited on >limitpass ~* +get +set +incr\n`,
    steps: [
      '0 AUTH limited limitpass -> allowed',
      '0 SET hits 1 -> allowed',
      '0 INCR hits -> allowed',
      '0 GET hits -> allowed',
      '0 DEL hits -> command',
      '0 MGET hits -> command',
    ],
  },
  {
    id: 'read-only',
    title: 'A read-only user',
    about:
      'Every key, read commands, no write and no admin command. What -@write takes away was in part never given; SORT is both, so it goes.',
    acl: `${open}user readonly on >readonlypass ~* +@read -@write -@admin\n`,
    steps: [
      '0 RPUSH numbers 3 1 2 -> allowed',
      '1 AUTH readonly readonlypass -> allowed',
      '1 LRANGE numbers 0 -1 -> allowed',
      '1 SORT_RO numbers -> allowed',
      '1 SORT numbers -> command',
      '1 SET numbers 1 -> command',
      '1 CONFIG GET maxmemory -> command',
    ],
  },
  {
    id: 'cache',
    title: 'A cache',
    about: 'GET, SET, DEL, TTL and EXPIRE under cache:. SET with an expiry is one command, SETEX another.',
    acl: `${open}user cache on >cachepass ~cache:* +get +set +del +ttl +expire\n`,
    steps: [
      '0 AUTH cache cachepass -> allowed',
      '0 SET cache:page1 "<html>" EX 60 -> allowed',
      '0 GET cache:page1 -> allowed',
      '0 TTL cache:page1 -> allowed',
      '0 EXPIRE cache:page1 120 -> allowed',
      '0 SETEX cache:page1 60 x -> command',
      '0 GET session:1 -> key',
      '0 DEL cache:page1 -> allowed',
    ],
  },
  {
    id: 'pubsub',
    title: 'Publish and subscribe',
    about:
      'Channels under notifications:, no keys. PSUBSCRIBE needs the very pattern that is granted. It may subscribe but not UNSUBSCRIBE.',
    acl: `${open}user pubsub on >pubsubpass resetchannels &notifications:* +publish +subscribe +psubscribe\n`,
    steps: [
      '0 AUTH pubsub pubsubpass -> allowed',
      '0 SUBSCRIBE notifications:mail -> allowed',
      '1 AUTH pubsub pubsubpass -> allowed',
      '1 PUBLISH notifications:mail "you have mail" -> allowed',
      '1 PUBLISH news hello -> channel',
      '1 PSUBSCRIBE notifications:m* -> channel',
      '1 GET notifications:mail -> command',
      '0 UNSUBSCRIBE notifications:mail -> command',
      '1 PSUBSCRIBE notifications:* -> allowed',
    ],
  },
  {
    id: 'split',
    title: 'Read here, write there',
    about:
      'Reads read:*, writes write:*, with every command. A command that does both to one key, such as INCR, is refused on either.',
    acl: `${open}user split on >splitpass %R~read:* %W~write:* +@all\n`,
    steps: [
      '0 SET read:1 7 -> allowed',
      '1 AUTH split splitpass -> allowed',
      '1 GET read:1 -> allowed',
      '1 SET read:1 8 -> key',
      '1 SET write:1 8 -> allowed',
      '1 GET write:1 -> key',
      '1 COPY read:1 write:2 -> allowed',
      '1 INCR write:1 -> key',
    ],
  },
  {
    id: 'myapp',
    title: 'An application user',
    about:
      'Reads and writes its own keys, without dangerous and admin commands. That leaves out INFO and KEYS; PING and SELECT were never in.',
    acl: `${open}user myapp on >app_password ~myapp:* +@read +@write -@dangerous -@admin\n`,
    steps: [
      '0 AUTH myapp app_password -> allowed',
      '0 HSET myapp:cart:7 apples 2 -> allowed',
      '0 HGETALL myapp:cart:7 -> allowed',
      '0 GET other:1 -> key',
      '0 KEYS myapp:* -> command',
      '0 SCAN 0 -> allowed',
      '0 INFO -> command',
      '0 FLUSHALL -> command',
      '0 PING -> command',
    ],
  },
  {
    id: 'default-password',
    title: 'A default user with a password',
    about: 'Connections start as the default user, but must log in. One-argument AUTH is for that user.',
    acl: 'user default on >strong_default_password ~* +@all\n',
    steps: [
      '0 GET a -> error',
      '0 AUTH strong_default_password -> allowed',
      '0 SET a 1 -> allowed',
      '0 ACL WHOAMI -> allowed',
      '0 PUBLISH news hello -> channel',
    ],
  },
  {
    id: 'hardened-default',
    title: 'A hardened default user',
    about:
      'Takes FLUSHALL, FLUSHDB, CONFIG and SHUTDOWN away. It still has ACL, and can give them back to itself: take -acl too.',
    acl: 'user default on nopass ~* &* +@all -flushall -flushdb -config -shutdown\n',
    steps: [
      '0 SET a 1 -> allowed',
      '0 FLUSHALL -> command',
      '0 FLUSHDB -> command',
      '0 CONFIG GET requirepass -> command',
      '0 SHUTDOWN -> command',
      '0 ACL SETUSER default +flushall -> allowed',
      '0 FLUSHALL -> allowed',
    ],
  },
  {
    id: 'five-users-comments',
    title: 'Five users, with comments',
    about:
      'The file as the chapter has it. A server before Redis 8.8 refuses it: an ACL file holds no comments. Remove them with the fix at the first line, or choose Redis 8.8.',
    acl: fiveUsers,
    refused: 'users.acl:1 should start with user keyword followed by the username.',
    steps: [],
  },
  {
    id: 'five-users',
    title: 'Five users',
    about:
      'The same file without comments. The default user is wide open, the monitor can list every key, and the worker cannot touch hashes.',
    acl: fiveUsers.replace(/^#.*\n/gm, '').replace(/\n\n+/g, '\n'),
    steps: fiveUserSteps,
  },
  {
    id: 'five-users-8.8',
    title: 'Five users, on Redis 8.8',
    about: 'Redis 8.8 accepts the comments, and drops them: what ACL SAVE writes has none.',
    acl: fiveUsers,
    target: 'redis-8.8',
    steps: [...fiveUserSteps, '0 ACL SAVE -> allowed'],
  },
  {
    id: 'requirepass',
    title: 'requirepass',
    about:
      'Sets the default user’s password, and is nothing else since Redis 6: ACL GETUSER shows it as a hash. With an aclfile it is ignored.',
    conf: 'requirepass a-long-random-password\n',
    steps: [
      '0 PING -> error',
      '0 AUTH wrong -> error',
      '0 AUTH a-long-random-password -> allowed',
      '0 PING -> allowed',
      '0 ACL GETUSER default -> allowed',
      '0 CONFIG SET requirepass "" -> allowed',
      '1 PING -> allowed',
    ],
  },
  {
    id: 'protected-mode',
    title: 'Protected mode',
    about: 'Without a password for the default user, only this host and Unix sockets are served.',
    conf: 'bind * -::*\nprotected-mode yes\nunixsocket /run/redis.sock\nunixsocketperm 700\n',
    origins: [{ kind: 'loopback' }, { kind: 'unix' }, { kind: 'address', address: '203.0.113.9' }],
    steps: ['0 PING -> allowed', '1 PING -> allowed', '2 PING -> closed'],
  },
  {
    id: 'rename-command',
    title: 'rename-command',
    about: 'The older way: another name for CONFIG, none for FLUSHALL. Rules go by the true name.',
    conf: 'rename-command CONFIG b840fc02d524045429941cc15f59e41cb7be6c52\nrename-command FLUSHALL ""\nuser ops on nopass ~* &* +@all -config\n',
    steps: [
      '0 CONFIG GET port -> error',
      '0 b840fc02d524045429941cc15f59e41cb7be6c52 GET port -> allowed',
      '0 FLUSHALL -> error',
      '0 AUTH ops any -> allowed',
      '0 b840fc02d524045429941cc15f59e41cb7be6c52 GET port -> command',
    ],
  },
  {
    id: 'protected-directives',
    title: 'Protected directives',
    about: 'DEBUG from this host only, MODULE and protected settings for nobody, whatever the ACL says.',
    conf: 'bind * -::*\nprotected-mode no\nenable-debug-command local\nenable-module-command no\nenable-protected-configs no\n',
    origins: [{ kind: 'loopback' }, { kind: 'address', address: '10.0.0.7' }],
    steps: [
      '0 DEBUG SLEEP 0 -> allowed',
      '1 DEBUG SLEEP 0 -> error',
      '0 MODULE LOAD /tmp/x.so -> error',
      '0 CONFIG SET enable-debug-command yes -> error',
    ],
  },
]

/** All examples of the security chapter. */
export const chapter: readonly GalleryExample[] = sketches.map(draw)
