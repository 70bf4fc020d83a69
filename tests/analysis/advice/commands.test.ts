import { expect, test } from 'vitest'
import { found, verdicts } from './found'

test('commands-no-keys', async () => {
  const file = 'user app on #… +@read'
  expect(await found('commands-no-keys', file)).toMatchInlineSnapshot(`
    "warning 1:79 +@read
    No key pattern: every command that takes a key is refused.
    (Add the keys it may use, say ~app:*.)"
  `)
  expect(await verdicts(file, ['GET x'])).toMatchInlineSnapshot(`"GET x: key"`)
})

test('commands-no-keys: in a selector', async () => {
  const file = 'user app on #… ~a:* +get (+set)'
  expect(await found('commands-no-keys', file)).toMatchInlineSnapshot(`
    "warning 1:90 +set
    No key pattern in this selector: every command that takes a key is refused.
    (Add the keys it may use, say ~app:*.)"
  `)
  expect(await verdicts(file, ['SET a:1 x'])).toMatchInlineSnapshot(`"SET a:1 x: key"`)
})

test('keys-no-commands', async () => {
  const file = 'user app on #… ~app:*'
  expect(await found('keys-no-commands', file)).toMatchInlineSnapshot(`
    "warning 1:79 ~app:*
    No command is allowed, so the keys are of no use.
    (Add the commands, say +@read.)"
  `)
  expect(await verdicts(file, ['GET app:1'])).toMatchInlineSnapshot(`"GET app:1: command"`)
})

test('keys-no-commands: in a selector', async () => {
  const file = 'user app on #… +get (~app:*)'
  expect(await found('keys-no-commands', file)).toMatchInlineSnapshot(`
    "warning 1:85 ~app:*
    This selector allows no command, so its keys are of no use.
    (Each selector must name its own commands and keys: they are not put together.)"
  `)
  expect(await verdicts(file, ['GET app:1'])).toMatchInlineSnapshot(`"GET app:1: key"`)
})

test('keys-command-leaks', async () => {
  const file = 'user app on #… ~app:* +@read (~tmp:* +flushall)'
  expect(await found('keys-command-leaks', file)).toMatchInlineSnapshot(`
    "warning 1:79 ~app:*
    Key patterns do not limit KEYS, SCAN, RANDOMKEY, DBSIZE and FLUSHALL: this user can learn the names of all keys and wipe or swap whole databases.
    Take them away → user app on #… ~app:* +@read (~tmp:* +flushall -flushall) -keys -scan -randomkey -dbsize"
  `)
  expect(await verdicts(file, ['KEYS *', 'SCAN 0', 'RANDOMKEY', 'DBSIZE', 'FLUSHALL'])).toMatchInlineSnapshot(`
    "KEYS *: allowed
    SCAN 0: allowed
    RANDOMKEY: allowed
    DBSIZE: allowed
    FLUSHALL: allowed"
  `)
})

test('keys-command-leaks: a single one', async () => {
  const file = 'user app on #… ~app:* +get +scan'
  expect(await found('keys-command-leaks', file)).toMatchInlineSnapshot(`
    "warning 1:79 ~app:*
    Key patterns do not limit SCAN: this user can learn the names of all keys.
    Take it away → user app on #… ~app:* +get +scan -scan"
  `)
  expect(await verdicts(file, ['SCAN 0'])).toMatchInlineSnapshot(`"SCAN 0: allowed"`)
})

test('sort-other-keys: Redis 6', async () => {
  const file = 'user app on #… ~app:* +@all -@dangerous +sort'
  expect(await found('sort-other-keys', file, 'redis-6.2')).toMatchInlineSnapshot(`
    "warning 1:79 ~app:*
    SORT with BY or GET reads keys that no pattern grants.
    (Redis 7 and newer refuse that. Until then, take the command away.)
    Take SORT away (-sort) → user app on #… ~app:* +@all -@dangerous +sort -sort"
  `)
  expect(await verdicts(file, ['SORT app:1 BY secret:*'], 'redis-6.2')).toMatchInlineSnapshot(
    `"SORT app:1 BY secret:*: allowed"`,
  )
})

test('sort-other-keys: refused from 7 on', async () => {
  const file = 'user app on #… ~app:* +sort'
  expect(await found('sort-other-keys', file, 'redis-7.0')).toMatchInlineSnapshot(`""`)
})

test('split-access', async () => {
  const file = 'user app on #… %R~r:* %W~w:* +@all'
  expect(await found('split-access', file)).toMatchInlineSnapshot(`
    "info 1:79 %R~r:*
    Reading includes DUMP, XREADGROUP.
    (Take a command away where it is not wanted.)

    info 1:86 %W~w:*
    Writing alone is not enough for INCR, GETSET, LPOP, SETBIT, HINCRBY, TTL, GETDEL, GETEX, RENAME: they read the key, or tell of it. SET, DEL and EXPIRE pass.
    (Where they are wanted, grant the keys for both with ~.)"
  `)
  expect(
    await verdicts(file, [
      'DUMP r:1',
      'XREADGROUP GROUP g c STREAMS r:1 >',
      'SET w:1 x',
      'DEL w:1',
      'EXPIRE w:1 9',
      'STRLEN w:1',
      'INCR w:1',
      'GETSET w:1 x',
      'LPOP w:1',
      'SETBIT w:1 0 1',
      'HINCRBY w:1 f 1',
      'TTL w:1',
      'GETDEL w:1',
      'GETEX w:1',
      'RENAME w:1 w:2',
    ]),
  ).toMatchInlineSnapshot(`
    "DUMP r:1: allowed
    XREADGROUP GROUP g c STREAMS r:1 >: allowed
    SET w:1 x: allowed
    DEL w:1: allowed
    EXPIRE w:1 9: allowed
    STRLEN w:1: allowed
    INCR w:1: key
    GETSET w:1 x: key
    LPOP w:1: key
    SETBIT w:1 0 1: key
    HINCRBY w:1 f 1: key
    TTL w:1: key
    GETDEL w:1: key
    GETEX w:1: key
    RENAME w:1 w:2: key"
  `)
})

test('script-keys', async () => {
  const file = 'user app on #… ~app:* +@scripting'
  expect(await found('script-keys', file)).toMatchInlineSnapshot(`
    "info 1:86 +@scripting
    A script runs with this user’s rules: every key it touches is checked, and every key passed to it needs a pattern even if the script leaves it alone."
  `)
  expect(await verdicts(file, ['EVAL 0 1 other:1', 'EVAL 0 1 app:1'])).toMatchInlineSnapshot(`
    "EVAL 0 1 other:1: key
    EVAL 0 1 app:1: allowed"
  `)
})

test('privilege-escalation', async () => {
  const file = 'user app on #… ~app:* +@read +config +psync'
  expect(await found('privilege-escalation', file)).toMatchInlineSnapshot(`
    "error 1:93 +config
    app can change the configuration, requirepass (the password of default) included (CONFIG SET).
    (Its other limits protect nothing from whoever holds these commands.)
    Take CONFIG SET, PSYNC and CONFIG GET away (-config|set -psync -config|get) → user app on #… ~app:* +@read +config +psync -config|set -psync -config|get"
  `)
  expect(await verdicts(file, ['CONFIG GET requirepass', 'CONFIG SET requirepass x', 'PSYNC ? -1']))
    .toMatchInlineSnapshot(`
    "CONFIG GET requirepass: allowed
    CONFIG SET requirepass x: allowed
    PSYNC ? -1: allowed"
  `)
})

test('privilege-escalation: Redis 6 has no subcommands', async () => {
  const file = 'user app on #… ~app:* +acl'
  expect(await found('privilege-escalation', file, 'redis-6.2')).toMatchInlineSnapshot(`
    "error 1:86 +acl
    app can change its own rules, and everybody else’s (ACL SETUSER).
    (Its other limits protect nothing from whoever holds these commands.)
    Remove this rule → user app on #… ~app:*"
  `)
  expect(await verdicts(file, ['ACL SETUSER app +@all'], 'redis-6.2')).toMatchInlineSnapshot(
    `"ACL SETUSER app +@all: allowed"`,
  )
})

test('dangerous-residue', async () => {
  const file = 'user app on #… ~app:* +@all -@dangerous'
  expect(await found('dangerous-residue', file)).toMatchInlineSnapshot(`
    "info 1:92 -@dangerous
    This also takes INFO, KEYS, SORT, CLIENT LIST away, which clients and tools ask for. It leaves EVAL, FUNCTION LOAD, FUNCTION FLUSH, SCRIPT FLUSH, SCRIPT KILL, SCAN.
    (Most client libraries want +info.)"
  `)
  expect(await verdicts(file, ['INFO', 'KEYS *', 'SORT app:1', 'EVAL 0 0', 'SCAN 0', 'FUNCTION FLUSH']))
    .toMatchInlineSnapshot(`
    "INFO: command
    KEYS *: command
    SORT app:1: command
    EVAL 0 0: allowed
    SCAN 0: allowed
    FUNCTION FLUSH: allowed"
  `)
})

test('dangerous-residue: Redis 6', async () => {
  const file = 'user app on #… ~app:* +@all -@dangerous'
  expect(await found('dangerous-residue', file, 'redis-6.2')).toMatchInlineSnapshot(`
    "info 1:92 -@dangerous
    This also takes INFO, KEYS, SORT, CLIENT, CLUSTER away, which clients and tools ask for. It leaves EVAL, SCAN.
    (Most client libraries want +info.)"
  `)
  expect(await verdicts(file, ['INFO', 'CLIENT LIST', 'ACL WHOAMI'], 'redis-6.2')).toMatchInlineSnapshot(`
    "INFO: command
    CLIENT LIST: command
    ACL WHOAMI: command"
  `)
})

test('read-write-gaps', async () => {
  const file = 'user app on #… ~app:* +@read +@write'
  expect(await found('read-write-gaps', file)).toMatchInlineSnapshot(`
    "info 1:93 +@write
    @read and @write hold no PING, SELECT, MULTI, EXEC, EVAL, PUBLISH.
    (Libraries send PING to test a connection; a SELECT that is refused leaves the client in database 0.)
    Add +ping +select +multi +exec → user app on #… ~app:* +@read +@write +ping +select +multi +exec"
  `)
  expect(await verdicts(file, ['PING', 'SELECT 1', 'MULTI', 'EVAL 0 0', 'PUBLISH c m'])).toMatchInlineSnapshot(`
    "PING: command
    SELECT 1: command
    MULTI: command
    EVAL 0 0: command
    PUBLISH c m: command"
  `)
})

test('type-category-gaps', async () => {
  const file = 'user app on #… ~app:* +@hash'
  expect(await found('type-category-gaps', file)).toMatchInlineSnapshot(`
    "info 1:86 +@hash
    @hash holds no DEL, EXPIRE, EXISTS or TTL: they work on keys of every type and belong to @keyspace.
    Add +del +expire +exists +ttl → user app on #… ~app:* +@hash +del +expire +exists +ttl"
  `)
  expect(await verdicts(file, ['DEL app:1', 'EXPIRE app:1 9', 'EXISTS app:1', 'TTL app:1'])).toMatchInlineSnapshot(`
    "DEL app:1: command
    EXPIRE app:1 9: command
    EXISTS app:1: command
    TTL app:1: command"
  `)
})

test('cluster-subcommands', async () => {
  const file = 'user app on #… ~app:* +get +cluster|info'
  expect(await found('cluster-subcommands', file)).toMatchInlineSnapshot(`
    "info 1:91 +cluster|info
    CLUSTER SLOTS, SHARDS and NODES are denied: cluster clients ask for one of them, and tools ask whether they may run CLUSTER as a whole.
    Add +cluster|slots +cluster|shards → user app on #… ~app:* +get +cluster|info +cluster|slots +cluster|shards"
  `)
  expect(await verdicts(file, ['CLUSTER INFO', 'CLUSTER SLOTS', 'CLUSTER SHARDS', 'CLUSTER NODES']))
    .toMatchInlineSnapshot(`
    "CLUSTER INFO: allowed
    CLUSTER SLOTS: command
    CLUSTER SHARDS: command
    CLUSTER NODES: command"
  `)
})

test('order-cancels: an exception before +@all', async () => {
  const file = 'user app on #… ~app:* -@dangerous +@all'
  expect(await found('order-cancels', file)).toMatchInlineSnapshot(`
    "warning 1:86 -@dangerous
    +@all after it makes this rule void: rules are applied from left to right.
    (-@dangerous must stand after +@all to take anything away.)
    Move -@dangerous behind +@all → user app on #… ~app:* +@all -@dangerous
    Remove this rule → user app on #… ~app:* +@all"
  `)
  expect(await verdicts(file, ['FLUSHALL'])).toMatchInlineSnapshot(`"FLUSHALL: allowed"`)
})

test('order-cancels: a command after its subcommand', async () => {
  const file = 'user app on #… +config|get -config'
  expect(await found('order-cancels', file)).toMatchInlineSnapshot(`
    "warning 1:79 +config|get
    -config after it makes this rule void: rules are applied from left to right.
    Move +config|get behind -config → user app on #… -config +config|get
    Remove this rule → user app on #… -config"
  `)
  expect(await verdicts(file, ['CONFIG GET x'])).toMatchInlineSnapshot(`"CONFIG GET x: command"`)
})

test('order-cancels: several rules before -@all are reported once', async () => {
  expect(await found('order-cancels', 'user app on #… ~app:* +get +set +config|get -@all')).toMatchInlineSnapshot(`
    "warning 1:108 -@all
    -@all makes the rules before it void: +get, +set and +config|get. Rules are applied from left to right.
    (To allow them, put them after -@all.)
    Move +get +set +config|get behind -@all → user app on #… ~app:* -@all +get +set +config|get
    Remove the 3 rules → user app on #… ~app:* -@all"
  `)
  expect(await found('order-cancels', 'user app on #… ~app:* -flushall -config +@all +get -@read'))
    .toMatchInlineSnapshot(`
    "warning 1:104 +@all
    +@all makes the rules before it void: -flushall and -config. Rules are applied from left to right.
    (They must stand after +@all to take anything away.)
    Move -flushall -config behind +@all → user app on #… ~app:* +@all -flushall -config +get -@read
    Remove the 2 rules → user app on #… ~app:* +@all +get -@read

    warning 1:110 +get
    -@read after it makes this rule void: rules are applied from left to right.
    Move +get behind -@read → user app on #… ~app:* -flushall -config +@all -@read +get
    Remove this rule → user app on #… ~app:* -flushall -config +@all -@read"
  `)
})

test('redundant-token: several rules of a line are reported once', async () => {
  expect(await found('redundant-token', 'user app on #… ~app:* +@read +get +mget +exists')).toMatchInlineSnapshot(`
    "warning 1:93 +get
    3 rules give what is given before them: +get, +mget and +exists.
    (+@read before them does it already.)
    safe: Remove the 3 rules → user app on #… ~app:* +@read"
  `)
  expect(await found('redundant-token', 'user app on #… ~app:* +get -set -del -config (-get -set ~a:* +mget)'))
    .toMatchInlineSnapshot(`
    "warning 1:91 -set
    5 rules take away nothing, since none of it is allowed where they stand: -set, -del, -config and 2 more.
    safe: Remove the 5 rules → user app on #… ~app:* +get ( ~a:* +mget)"
  `)
})

test('redundant-token', async () => {
  const file = 'user app on #… ~app:* +@all -@dangerous -@admin'
  expect(await found('redundant-token', file)).toMatchInlineSnapshot(`
    "warning 1:104 -@admin
    -@dangerous before it takes away all of this already.
    safe: Remove this rule → user app on #… ~app:* +@all -@dangerous"
  `)
  expect(await verdicts(file, ['CONFIG GET x'])).toMatchInlineSnapshot(`"CONFIG GET x: command"`)
})

test('redundant-token: given twice, and nothing to take', async () => {
  const file = 'user app on #… ~app:* +@read +get -set'
  expect(await found('redundant-token', file)).toMatchInlineSnapshot(`
    "warning 1:93 +get
    +@read before it gives all of this already.
    safe: Remove this rule → user app on #… ~app:* +@read -set

    warning 1:98 -set
    Nothing of this is allowed here: there is nothing to take away.
    safe: Remove this rule → user app on #… ~app:* +@read +get"
  `)
  expect(await verdicts(file, ['GET app:1'])).toMatchInlineSnapshot(`"GET app:1: allowed"`)
})

test('redundant-selector', async () => {
  const file = 'user app on #… ~app:* +@read (~app:1:* +get)'
  expect(await found('redundant-selector', file)).toMatchInlineSnapshot(`
    "warning 1:93 (~app:1:* +get)
    The rules outside of the parentheses allow all of this already.
    safe: Remove the selector → user app on #… ~app:* +@read"
  `)
  expect(await verdicts(file, ['GET app:1:1'])).toMatchInlineSnapshot(`"GET app:1:1: allowed"`)
})

test('redundant-selector: one of another', async () => {
  const file = 'user app on #… ~a:* +get (~b:* +@read) (~b:1 +get)'
  expect(await found('redundant-selector', file)).toMatchInlineSnapshot(`
    "warning 1:103 (~b:1 +get)
    Selector 1 allows all of this already.
    safe: Remove the selector → user app on #… ~a:* +get (~b:* +@read)"
  `)
  expect(await verdicts(file, ['GET b:1'])).toMatchInlineSnapshot(`"GET b:1: allowed"`)
})

test('selectors-dont-union', async () => {
  const file = 'user app on #… +@all ~app1:* (+@read ~app2:*)'
  expect(await found('selectors-dont-union', file)).toMatchInlineSnapshot(`
    "info 1:94 +@read
    Selectors are not put together: a command that touches keys of two of them (COPY, RENAME and SUNIONSTORE) is refused.
    (Where one command must reach both, name both kinds of key in one selector, say with %R~ for the one that is only read.)"
  `)
  expect(await verdicts(file, ['COPY app2:x app1:x', 'GET app2:x'])).toMatchInlineSnapshot(`
    "COPY app2:x app1:x: key
    GET app2:x: allowed"
  `)
})

test('firstarg-deprecated', async () => {
  const file = 'user app on #… ~app:* +get|app:1'
  expect(await found('firstarg-deprecated', file)).toMatchInlineSnapshot(`
    "warning 1:86 +get|app:1
    GET has no subcommand app:1: this allows GET with app:1 as its first argument, a form that is deprecated."
  `)
  expect(await verdicts(file, ['GET app:1', 'GET app:2'])).toMatchInlineSnapshot(`
    "GET app:1: allowed
    GET app:2: command"
  `)
})

test('select-firstarg-bypass', async () => {
  const file = 'user app on #… ~app:* +select|0 +move'
  expect(await found('select-firstarg-bypass', file)).toMatchInlineSnapshot(`
    "warning 1:86 +select|0
    This does not keep the user in database 0: MOVE reaches others, and where the default user needs no password, a SELECT before AUTH stays.
    (Use key patterns, or servers of their own, to keep data apart.)"
  `)
  expect(await verdicts(file, ['SELECT 0', 'SELECT 1', 'MOVE app:1 1', 'SELECT 00'])).toMatchInlineSnapshot(`
    "SELECT 0: allowed
    SELECT 1: command
    MOVE app:1 1: allowed
    SELECT 00: command"
  `)
})

test('select-firstarg-bypass: where there are database rules', async () => {
  const file = 'user app on #… ~app:* +select|3'
  expect(await found('select-firstarg-bypass', file, 'valkey-9.1')).toMatchInlineSnapshot(`
    "info 1:86 +select|3
    This keeps the user in database 3 only from AUTH on: where the default user needs no password, a SELECT before AUTH stays.
    (Databases have rules of their own here: db=3.)"
  `)
})

test('client-handshake: whatever the library', async () => {
  const file = 'user app on #… ~app:* +get'
  expect(await found('client-handshake', file)).toMatchInlineSnapshot(`
    "info 1:6 app
    Many client libraries send CLIENT SETINFO, INFO when they connect; app is refused them, each time with an entry in ACL LOG.
    (Say which library connects (the page: in the list of all advice; the command line: --client) to see exactly what it sends.)
    Add +client|setinfo +info → user app on #… ~app:* +get +client|setinfo +info"
  `)
  expect(await verdicts(file, ['INFO', 'CLIENT SETINFO lib-name x'])).toMatchInlineSnapshot(`
    "INFO: command
    CLIENT SETINFO lib-name x: command"
  `)
})

test('client-handshake: ioredis', async () => {
  const file = 'user app on #… ~app:* &app:* +get +client|setinfo'
  expect(await found('client-handshake', file, 'redis-8.0', 'ioredis')).toMatchInlineSnapshot(`
    "info 1:6 app
    ioredis sends INFO by itself; refused, it goes on, and ACL LOG gets an entry each time.
    (Its keyPrefix is put before keys and not before channels.)
    Add +info → user app on #… ~app:* &app:* +get +client|setinfo +info"
  `)
  expect(await verdicts(file, ['INFO'], 'redis-8.0')).toMatchInlineSnapshot(`"INFO: command"`)
})

test('client-needs', async () => {
  const file = 'user app on #… ~app:* +get'
  expect(await found('client-needs', file, 'redis-8.0', 'celery')).toMatchInlineSnapshot(`
    "warning 1:6 app
    Celery does not work without PING, BRPOP, LPUSH, LLEN, MULTI, EXEC, SADD, SREM, SMEMBERS, HSET, HGET, HDEL, ZADD, ZREM, ZREVRANGEBYSCORE, SET, DEL, SETEX, EXPIRE, EVALSHA, SCRIPT LOAD, ZCOUNT, ZRANGE, PUBLISH, SUBSCRIBE, UNSUBSCRIBE, PSUBSCRIBE.
    Add +ping +brpop +lpush +llen +multi +exec +sadd +srem +smembers +hset +hget +hdel +zadd +zrem +zrevrangebyscore +set +del +setex +expire +evalsha +script|load +zcount +zrange +publish +subscribe +unsubscribe +psubscribe → user app on #… ~app:* +get +ping +brpop +lpush +llen +multi +exec +sadd +srem +smembers +hset +hget +hdel +zadd +zrem +zrevrangebyscore +set +del +setex +expire +evalsha +script|load +zcount +zrange +publish +subscribe +unsubscribe +psubscribe

    warning 1:79 ~app:*
    Celery keeps its own keys under celery*, _kombu.binding.*, unacked*, *.reply.celery.pidbox*: no pattern grants them.
    (Its key names bear no prefix unless global_keyprefix sets one. 0 in a channel is the number of its database.)
    Add ~celery* ~_kombu.binding.* ~unacked* ~*.reply.celery.pidbox* → user app on #… ~app:* +get ~celery* ~_kombu.binding.* ~unacked* ~*.reply.celery.pidbox*

    warning 1:6 app
    Celery uses the channels /0.celery.pidbox, /0.celeryev/worker.*, celery-task-meta-*, celery-taskset-meta-*: no pattern grants them.
    (Its key names bear no prefix unless global_keyprefix sets one. 0 in a channel is the number of its database.)
    Add &/0.celery.pidbox &/0.celeryev/worker.* &celery-task-meta-* &celery-taskset-meta-* → user app on #… ~app:* +get &/0.celery.pidbox &/0.celeryev/worker.* &celery-task-meta-* &celery-taskset-meta-*"
  `)
  expect(await verdicts(file, ['PING'], 'redis-8.0')).toMatchInlineSnapshot(`"PING: command"`)
})

test('db-replaces', async () => {
  const file = 'user app on #… ~app:* +get db=1 db=2,3'
  expect(await found('db-replaces', file, 'valkey-9.1')).toMatchInlineSnapshot(`
    "warning 1:91 db=1
    db=2,3 after it replaces this: database rules do not add up.
    Write db=1,2,3 → user app on #… ~app:* +get db=1,2,3
    Remove this rule → user app on #… ~app:* +get db=2,3"
  `)
})

test('db-default-0', async () => {
  const file = 'user app on #… ~app:* +get db=2'
  expect(await found('db-default-0', file, 'valkey-9.1')).toMatchInlineSnapshot(`
    "info 1:91 db=2
    Connections start in database 0, which is not among these: commands are refused until the client has run SELECT 2."
  `)
  expect(await verdicts(file, ['GET app:1'], 'valkey-9.1')).toMatchInlineSnapshot(`"GET app:1: database"`)
})
