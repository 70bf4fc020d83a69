/** A claim that the text of a lesson makes: the rules of a user, a command line, and the server's decision on it. */
export interface Claim {
  readonly lesson: string
  readonly rules: string
  readonly line: string
  readonly outcome: 'allowed' | 'command' | 'key' | 'channel'
}

const claim = (lesson: string, text: string): Claim[] =>
  text
    .trim()
    .split('\n')
    .map((row) => {
      const [rules = '', line = '', outcome = ''] = row.trim().split(/ {2,}/)
      return { lesson, rules, line, outcome: outcome as Claim['outcome'] }
    })

/** The claims of the lessons, for every target on which the lesson is available. */
export const claims: readonly Claim[] = [
  ...claim(
    'keys',
    `~{a,b}:* +get   GET a:1       key
     ~{a,b}:* +get   GET {a,b}:1   allowed
     ~a|b +get       GET a         key
     ~^a.* +get      GET ab        key
     ~a?[xy] +get    GET abx       allowed
     ~a?[xy] +get    GET abz       key
     ~app* +get      GET apple     allowed`,
  ),
  ...claim(
    'commands',
    `~* +get             GET a       allowed
     ~* +get             MGET a      command
     ~* +@string         DEL a       command
     ~* +@string         EXPIRE a 1  command
     ~* +@read +@write   PING        command
     ~* +@read +@write   SELECT 1    command
     ~* +@read           KEYS *      allowed
     ~* +@read           SCAN 0      allowed`,
  ),
  ...claim(
    'order',
    `~* +@all -@dangerous         FLUSHALL               command
     ~* -@dangerous +@all         FLUSHALL               allowed
     ~* +@all -@dangerous         INFO                   command
     ~* +@all -@dangerous         KEYS *                 command
     ~* +@all -@dangerous         SORT a                 command
     ~* +@all -@dangerous         SCAN 0                 allowed
     ~* +@all -@dangerous         EVAL "return 1" 0      allowed
     ~* +@all -@dangerous         CONFIG GET maxmemory   command
     ~* +@all -@dangerous +info   INFO                   allowed
     ~a resetkeys ~b +get         GET a                  key
     ~a +get nocommands +set      GET a                  command`,
  ),
  ...claim(
    'read-write',
    `%W~* +@all        SET a x        allowed
     %W~* +@all        DEL a          allowed
     %W~* +@all        EXPIRE a 1     allowed
     %W~* +@all        INCR a         key
     %W~* +@all        GETDEL a       key
     %W~* +@all        SET a x GET    key
     %R~* +@all        GET a          allowed
     %R~* +@all        DUMP a         allowed
     %R~* +@all        GETDEL a       key
     %R~* +@all        EXISTS a       allowed
     %W~* +@all        EXISTS a       allowed
     %R~* +@all        STRLEN a       allowed
     %W~* +@all        STRLEN a       allowed
     %RW~* +@all       INCR a         allowed
     %W~*              SET a x        command`,
  ),
  ...claim(
    'subcommands',
    `+config               CONFIG SET maxmemory 1   allowed
     +config|get           CONFIG GET maxmemory     allowed
     +config|get           CONFIG SET maxmemory 1   command
     +config|get -config   CONFIG GET maxmemory     command
     +client|list          CLIENT LIST              allowed
     +client|list          CLIENT KILL a:1          command
     +select|0             SELECT 0                 allowed`,
  ),
  ...claim(
    'selectors',
    `~jobs:* +@list (%R~config:* +get)    LRANGE jobs:1 0 -1     allowed
     ~jobs:* +@list (%R~config:* +get)    GET config:1           allowed
     ~jobs:* +@list (%R~config:* +get)    LRANGE config:1 0 -1   key
     ~jobs:* %R~config:* +@list +get      LRANGE config:1 0 -1   allowed
     ~app1:* +@all (~app2:* +@all)        COPY app1:x app2:y     key
     ~app1:* +@all (~app2:* +@all)        COPY app2:x app2:y     allowed
     ~app1:* +@all (~app2:* +@all)        GET app1:x             allowed`,
  ),
  ...claim(
    'channels',
    `resetchannels &chat:* +@pubsub   PUBLISH chat:1 x      allowed
     resetchannels &chat:* +@pubsub   SUBSCRIBE chat:1      allowed
     resetchannels &chat:* +@pubsub   PSUBSCRIBE chat:*     allowed
     resetchannels &chat:* +@pubsub   PSUBSCRIBE chat:a*    channel
     resetchannels ~* +@all           PUBLISH chat:1 x      channel
     resetchannels &* +@all           SUBSCRIBE __keyspace@0__:a   allowed
     resetchannels &* +subscribe      UNSUBSCRIBE           command`,
  ),
  ...claim(
    'leaks',
    `~app:* +@all   KEYS *        allowed
     ~app:* +@all   SCAN 0        allowed
     ~app:* +@all   RANDOMKEY     allowed
     ~app:* +@all   DBSIZE        allowed
     ~app:* +@all   FLUSHALL      allowed
     ~app:* +@all   FLUSHDB       allowed
     ~app:* +@all   SWAPDB 0 1    allowed
     ~app:* +@all   MONITOR       allowed`,
  ),
  ...claim(
    'escalation',
    `+acl|whoami +config|get   ACL WHOAMI               allowed
     +acl|whoami +config|get   ACL SETUSER u +@all      command
     +acl|whoami +config|get   CONFIG SET maxmemory 1   command
     +acl                      ACL SETUSER u +@all      allowed`,
  ),
  ...claim(
    'tenants',
    `~tenant:a* +get    GET tenant:ab:1   allowed
     ~tenant:a:* +get   GET tenant:ab:1   key
     ~* +select|0 +move   MOVE a 1        allowed`,
  ),
]
