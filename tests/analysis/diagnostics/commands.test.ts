import { expect, test } from 'vitest'
import { found, verdicts } from './found'

test('commands-no-keys', async () => {
  const file = 'user app on #… +@read'
  expect(await found('commands-no-keys', file)).toMatchInlineSnapshot(`
    "warning 1:79 +@read
    No key is granted: every command that takes a key is denied.
    (Grant the keys it may use, for example ~app:*.)"
  `)
  expect(await verdicts(file, ['GET x'])).toMatchInlineSnapshot(`"GET x: key"`)
})

test('commands-no-keys: in a selector', async () => {
  const file = 'user app on #… ~a:* +get (+set)'
  expect(await found('commands-no-keys', file)).toMatchInlineSnapshot(`
    "warning 1:90 +set
    This selector grants no key: every command that takes a key is denied here.
    (Grant the keys it may use, for example ~app:*.)"
  `)
  expect(await verdicts(file, ['SET a:1 x'])).toMatchInlineSnapshot(`"SET a:1 x: key"`)
})

test('keys-no-commands', async () => {
  const file = 'user app on #… ~app:*'
  expect(await found('keys-no-commands', file)).toMatchInlineSnapshot(`
    "warning 1:79 ~app:*
    No command is allowed, so the keys have no effect.
    (Allow the commands that the user needs, for example +@read.)"
  `)
  expect(await verdicts(file, ['GET app:1'])).toMatchInlineSnapshot(`"GET app:1: command"`)
})

test('keys-no-commands: in a selector', async () => {
  const file = 'user app on #… +get (~app:*)'
  expect(await found('keys-no-commands', file)).toMatchInlineSnapshot(`
    "warning 1:85 ~app:*
    This selector allows no command, so its keys have no effect.
    (Each selector needs its own commands and keys: selectors are not combined.)"
  `)
  expect(await verdicts(file, ['GET app:1'])).toMatchInlineSnapshot(`"GET app:1: key"`)
})

test('keys-command-leaks', async () => {
  const file = 'user app on #… ~app:* +@read (~tmp:* +flushall)'
  expect(await found('keys-command-leaks', file)).toMatchInlineSnapshot(`
    "warning 1:79 ~app:*
    Key patterns do not limit KEYS, SCAN, RANDOMKEY, DBSIZE and FLUSHALL: this user can learn the names of all keys and wipe or swap whole databases.
    Deny them → user app on #… ~app:* +@read (~tmp:* +flushall -flushall) -keys -scan -randomkey -dbsize"
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
    Deny it → user app on #… ~app:* +get +scan -scan"
  `)
  expect(await verdicts(file, ['SCAN 0'])).toMatchInlineSnapshot(`"SCAN 0: allowed"`)
})

test('sort-other-keys: Redis 6', async () => {
  const file = 'user app on #… ~app:* +@all -@dangerous +sort'
  expect(await found('sort-other-keys', file, 'redis-6.2')).toMatchInlineSnapshot(`
    "warning 1:79 ~app:*
    SORT with BY or GET reads keys that no pattern grants.
    (Redis 7.0 and newer deny that. On older servers, deny SORT.)
    Deny SORT (-sort) → user app on #… ~app:* +@all -@dangerous +sort -sort"
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
    Read access is enough for XREADGROUP, which changes the consumer group.
    (Deny it (-xreadgroup) to a user who must change nothing.)

    info 1:86 %W~w:*
    Write access is not enough for INCR, GETSET, LPOP, SETBIT, HINCRBY, TTL, GETDEL, GETEX, RENAME: they also read the key. SET, DEL and EXPIRE need write access only.
    (To allow them, grant the keys with ~ in place of %W~.)"
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
    A script runs with this user’s permissions: every key that it uses is checked, and every key passed to it must be granted even if the script does not use it."
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
    (With these commands the user can lift every other limit of its rules.)
    Deny CONFIG SET, PSYNC and CONFIG GET (-config|set -psync -config|get) → user app on #… ~app:* +@read +config +psync -config|set -psync -config|get"
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
    (With these commands the user can lift every other limit of its rules.)
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
    This also denies INFO, KEYS, SORT and CLIENT LIST, which clients and tools send. It still allows EVAL, FUNCTION LOAD, FUNCTION FLUSH, SCRIPT FLUSH and SCRIPT KILL.
    (Most client libraries need +info.)"
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
    This also denies INFO, KEYS, SORT, CLIENT and CLUSTER, which clients and tools send. It still allows EVAL.
    (Most client libraries need +info.)"
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
    @read and @write do not contain PING, SELECT, MULTI, EXEC, EVAL and PUBLISH.
    (Libraries send PING to test a connection. A client whose SELECT is denied stays in database 0.)
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
    @hash does not contain DEL, EXPIRE, EXISTS or TTL: they work on keys of every type and belong to @keyspace.
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
    CLUSTER SLOTS, SHARDS and NODES are denied: cluster clients send one of them to find the nodes, and some tools need CLUSTER as a whole.
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
    +@all after it cancels this rule: rules are applied from left to right.
    (-@dangerous must come after +@all to deny anything.)
    Move -@dangerous after +@all → user app on #… ~app:* +@all -@dangerous
    Remove -@dangerous → user app on #… ~app:* +@all"
  `)
  expect(await verdicts(file, ['FLUSHALL'])).toMatchInlineSnapshot(`"FLUSHALL: allowed"`)
})

test('order-cancels: a command after its subcommand', async () => {
  const file = 'user app on #… +config|get -config'
  expect(await found('order-cancels', file)).toMatchInlineSnapshot(`
    "warning 1:79 +config|get
    -config after it cancels this rule: rules are applied from left to right.
    Remove +config|get → user app on #… -config
    Move +config|get after -config → user app on #… -config +config|get"
  `)
  expect(await verdicts(file, ['CONFIG GET x'])).toMatchInlineSnapshot(`"CONFIG GET x: command"`)
})

test('order-cancels: several rules before -@all are reported once', async () => {
  expect(await found('order-cancels', 'user app on #… ~app:* +get +set +config|get -@all')).toMatchInlineSnapshot(`
    "warning 1:108 -@all
    -@all cancels rules before it: +get, +set and +config|get. Rules are applied from left to right.
    (To allow them, put them after -@all.)
    Remove +get, +set and +config|get → user app on #… ~app:* -@all
    Move +get +set +config|get after -@all → user app on #… ~app:* -@all +get +set +config|get"
  `)
  expect(await found('order-cancels', 'user app on #… ~app:* -flushall -config +@all +get -@read'))
    .toMatchInlineSnapshot(`
      "warning 1:104 +@all
      +@all cancels rules before it: -flushall and -config. Rules are applied from left to right.
      (They must come after +@all to deny anything.)
      Move -flushall -config after +@all → user app on #… ~app:* +@all -flushall -config +get -@read
      Remove -flushall and -config → user app on #… ~app:* +@all +get -@read

      warning 1:110 +get
      -@read after it cancels this rule: rules are applied from left to right.
      Remove +get → user app on #… ~app:* -flushall -config +@all -@read
      Move +get after -@read → user app on #… ~app:* -flushall -config +@all -@read +get"
    `)
})

test('redundant-token: several rules of a line are reported once', async () => {
  expect(await found('redundant-token', 'user app on #… ~app:* +@read +get +mget +exists')).toMatchInlineSnapshot(`
    "warning 1:93 +get
    3 rules allow what rules before them allow already: +get, +mget and +exists.
    (+@read before them does that already.)
    safe: Remove the 3 rules → user app on #… ~app:* +@read"
  `)
  expect(await found('redundant-token', 'user app on #… ~app:* +get -set -del -config (-get -set ~a:* +mget)'))
    .toMatchInlineSnapshot(`
      "warning 1:91 -set
      5 rules deny what is not allowed at that point anyway: -set, -del, -config and 2 more.
      safe: Remove the 5 rules → user app on #… ~app:* +get ( ~a:* +mget)"
    `)
})

test('redundant-token', async () => {
  const file = 'user app on #… ~app:* +@all -@dangerous -@admin'
  expect(await found('redundant-token', file)).toMatchInlineSnapshot(`
    "warning 1:104 -@admin
    -@dangerous before it denies all of this already.
    safe: Remove this rule → user app on #… ~app:* +@all -@dangerous"
  `)
  expect(await verdicts(file, ['CONFIG GET x'])).toMatchInlineSnapshot(`"CONFIG GET x: command"`)
})

test('redundant-token: given twice, and nothing to take', async () => {
  const file = 'user app on #… ~app:* +@read +get -set'
  expect(await found('redundant-token', file)).toMatchInlineSnapshot(`
    "warning 1:93 +get
    +@read before it allows all of this already.
    safe: Remove this rule → user app on #… ~app:* +@read -set

    warning 1:98 -set
    Nothing of this is allowed at this point, so there is nothing to deny.
    safe: Remove this rule → user app on #… ~app:* +@read +get"
  `)
  expect(await verdicts(file, ['GET app:1'])).toMatchInlineSnapshot(`"GET app:1: allowed"`)
})

test('redundant-selector', async () => {
  const file = 'user app on #… ~app:* +@read (~app:1:* +get)'
  expect(await found('redundant-selector', file)).toMatchInlineSnapshot(`
    "warning 1:93 (~app:1:* +get)
    The rules outside the parentheses allow all of this already.
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
    Selectors are not combined: a command with keys of two of them (COPY, RENAME and SUNIONSTORE) is denied.
    (Where one command needs both, grant both kinds of key in one selector, with %R~ for keys that are only read.)"
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
    GET has no subcommand app:1: this rule allows GET with app:1 as its first argument, a deprecated form."
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
    This does not keep the user in database 0: MOVE reaches other databases, and where the default user needs no password, a SELECT before AUTH stays in effect.
    (To keep data apart, use key patterns or separate servers.)"
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
    This keeps the user in database 3 only after AUTH: where the default user needs no password, a SELECT before AUTH stays in effect.
    (To limit a user to databases, write db=3.)"
  `)
})

test('client-handshake: whatever the library', async () => {
  const file = 'user app on #… ~app:* +get'
  expect(await found('client-handshake', file)).toMatchInlineSnapshot(`
    "info 1:6 app
    Many client libraries send CLIENT SETINFO and INFO when they connect: app is denied that, and each denial is an entry in ACL LOG.
    (Choose the client library, in the page’s list of all diagnostics or with --client on the command line, to see exactly what it sends.)
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
    ioredis sends INFO by itself. It works without, but each denial is an entry in ACL LOG.
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
    db=2,3 after it replaces this rule: the last database rule counts.
    Write db=1,2,3 → user app on #… ~app:* +get db=1,2,3
    Remove this rule → user app on #… ~app:* +get db=2,3"
  `)
})

test('db-default-0', async () => {
  const file = 'user app on #… ~app:* +get db=2'
  expect(await found('db-default-0', file, 'valkey-9.1')).toMatchInlineSnapshot(`
    "info 1:91 db=2
    Connections start in database 0, which is not granted: commands on keys are denied until the client has run SELECT 2."
  `)
  expect(await verdicts(file, ['GET app:1'], 'valkey-9.1')).toMatchInlineSnapshot(`"GET app:1: database"`)
})

test('order-cancels: a rule by which a user could get every permission is not moved to where it has an effect', async () => {
  for (const rule of ['+@admin', '+acl', '+config'])
    expect(await found('order-cancels', `user app on #… ${rule} -@dangerous`)).not.toContain('Move')
  expect(await found('order-cancels', 'user app on #… +flushdb -@dangerous')).toMatch(
    /Remove \+flushdb → .*\nMove \+flushdb after -@dangerous → /,
  )
})
