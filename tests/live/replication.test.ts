import { connect } from 'node:net'
import { describe, expect, test } from 'vitest'
import { freePort } from '../../src/library/free-port'
import { serve } from '../../src/cli/serve'
import { RequestReader } from '../../src/resp/request'
import { installedOracles, LiveServer } from './oracle'
import { WireClient } from './wire'

/** Commands whose changes replicas get, one a line; `|` separates command lines that are sent one after the other. */
const scripts = `
SET a 1|SET a 2 EX 100|SET a 3 PX 100000 GET|SET a 4 KEEPTTL|SET a 5 NX|SET b 5 NX GET|SET c 1 EXAT 99999999999|SET c 1 PXAT 99999999999000
SETEX a 100 v|PSETEX a 100000 v|GETSET a w|GETDEL a|GETDEL a|APPEND a x|SETRANGE a 2 y|MSET a 1 b 2|MSETNX a 1 b 2|INCR a|INCRBYFLOAT a 1.5
SET a 1|GETEX a|GETEX a EX 100|GETEX a PERSIST|GETEX a PXAT 99999999999000|GETEX a PXAT 1000|EXISTS a
SET a 1|EXPIRE a 100|PEXPIRE a 100000 NX|PEXPIRE a 100000 XX|EXPIREAT a 99999999999|PEXPIREAT a 99999999999000|PERSIST a|EXPIRE a -1|EXPIRE a 1
SADD s 1 2 3 4 5|SPOP s 0|SREM s 9|SMOVE s t 1|SINTERSTORE u s t|SADD u 1|SPOP u|SPOP s 100|SADD s a b c d|SUNIONSTORE s s
RPUSH l a b c d e f|LPOP l|RPOP l 2|BLPOP l 0|BRPOP l 0|RPUSH l a b c d|LMPOP 1 l LEFT COUNT 10|RPUSH l a b c|BLMPOP 0 2 x l RIGHT COUNT 2|LMOVE l m LEFT RIGHT|RPUSH l z|BLMOVE l m LEFT LEFT 0
RPUSH l a b|RPOPLPUSH l m|BRPOPLPUSH l m 0|RPUSH l b a|SORT l ALPHA STORE n|LTRIM n 0 0|LREM n 0 x|LSET n 0 q|LINSERT n BEFORE q p|RENAME n o|COPY o p|MOVE o 3|SELECT 3|DEL o|SELECT 0|DEL p p q
ZADD z 1 a 2 b 3 c 4 d 5 e|ZADD z XX 1 zz|ZINCRBY z 1 a|ZPOPMIN z|BZPOPMAX z 0|ZMPOP 1 z MIN COUNT 9|ZADD z 1 a 2 b|BZMPOP 0 2 y z MAX COUNT 1|ZRANGESTORE w z 0 -1|ZREM w q|ZREMRANGEBYRANK w 0 0
GEOADD g 13.361389 38.115556 Palermo 15.087269 37.502669 Catania|GEOADD g XX CH 13.361389 38.2 Palermo|GEOSEARCHSTORE h g FROMMEMBER Palermo BYRADIUS 500 km
HSET h f 1 g 2|HINCRBYFLOAT h f 1.5|HINCRBY h g 2|HSETNX h f 1|HDEL h f x|PFADD hll a b|PFMERGE i hll|SETBIT bits 7 1|BITOP NOT bits bits|BITFIELD bits SET u8 0 3
XADD x * f v|XADD x MAXLEN ~ 10 * f v|XADD x MAXLEN = 1 9999999999999-1 f v|XTRIM x MAXLEN ~ 0|XGROUP CREATE x g $|XADD x 9999999999999-5 f v|XREADGROUP GROUP g c STREAMS x >|XACK x g 9999999999999-5|XDEL x 9999999999999-5
MULTI|SET a 1|EXEC|MULTI|SET a 2|INCR a|EXEC|MULTI|GET a|EXEC|MULTI|SELECT 2|SET q 1|SELECT 0|SET q 1|EXEC|MULTI|SET a|DISCARD
EVAL redis.set_repl(0);redis.call('set','e',1);redis.set_repl(3);redis.call('set','e',2) 0|EVAL return(1) 0|EVAL return(redis.call('set','e',1)) 0|EVAL redis.call('incr','e');redis.call('incrbyfloat','e',1) 0|EVAL return(redis.call('get','e')) 0|PUBLISH ch hi
FLUSHDB|FLUSHALL|FLUSHALL ASYNC|SCRIPT FLUSH|SET a 1|DUMP a|SWAPDB 0 1|SELECT 1|UNLINK a|SELECT 0
DEBUG SET-ACTIVE-EXPIRE 0|SET a 1 PX 20|DEBUG SLEEP 0.05|GET a|SET a 1 PX 20|DEBUG SLEEP 0.05|INCR a
DEBUG SET-ACTIVE-EXPIRE 0|MULTI|SET a 1 PX 20|DEBUG SLEEP 0.05|GET a|EXEC|SET b 1 PX 20|DEBUG SLEEP 0.05|MULTI|GET b|SET c 1|EXEC
DEBUG SET-ACTIVE-EXPIRE 0|HSET k a 1 b 2 c 3 d 4 e 5 f 6|HGETDEL k FIELDS 2 a zz|HGETEX k FIELDS 1 b|HGETEX k EX 100 FIELDS 2 b zz|HGETEX k PERSIST FIELDS 2 b d|HGETEX k PXAT 1000 FIELDS 2 b zz|HSETEX k EX 100 FIELDS 2 g 1 h 2|HSETEX k FNX EX 100 FIELDS 1 new 1|HSETEX k KEEPTTL FIELDS 1 g 3|HSETEX k PXAT 1000 FIELDS 2 g 3 h 4|HEXPIRE k 100 NX FIELDS 3 c d zz|HEXPIRE k 0 FIELDS 2 c d|HPEXPIRE k 1 FIELDS 2 e f|DEBUG SLEEP 0.02|HGET k e|HMGET k e f|HSET k e 1 f 2|HPEXPIRE k 1 FIELDS 2 e f|DEBUG SLEEP 0.02|HDEL k e|HGETALL k
`
  .trim()
  .split('\n')

/** Times differ by some milliseconds. */
const masked = (argv: readonly string[]): string => argv.join(' ').replace(/\b1[0-9]{12}(?:-[0-9]+)?\b/g, 'TIME')

/** Returns what a server sends to a replica while it runs these command lines. */
async function stream(port: number, lines: readonly (readonly string[])[]): Promise<string[]> {
  const replica = connect(port, '127.0.0.1')
  const client = await WireClient.open(port)
  const reader = new RequestReader({
    ...{ maxArguments: 1e6, maxBulkLength: 1e9, mustLogIn: () => false },
    ...{ nulHidesLineEnd: false, inlineLosesFF: false, blankLineKeepsInline: false },
  })
  const seen: string[] = []
  let head: string | null = ''
  const synced = new Promise<void>((resolve) => {
    replica.on('data', (chunk) => {
      let text = chunk.toString('latin1')
      if (head !== null) {
        head = (head + text).replace(/^[\r\n]+/, '')
        const size = /^\$(\d+)\r\n/.exec(head)
        if (size === null || head.length < size[0].length + Number(size[1])) return
        text = head.slice(size[0].length + Number(size[1]))
        head = null
        resolve()
      }
      reader.feed(text)
      for (let next = reader.next(); next !== null; next = reader.next())
        if ('argv' in next && next.argv[0] !== 'PING') seen.push(masked(next.argv))
    })
  })
  replica.write('SYNC\r\n')
  await synced
  for (const line of [...lines, ['SET', 'end', '1']]) await client.send(line)
  await expect.poll(() => seen.some((line) => line.startsWith('SET end')), { timeout: 10_000 }).toBe(true)
  replica.destroy()
  client.close()
  return seen
}

/** Data of all types that RDB files of both carry, small and large. */
const data = [
  'SET a 1|SET b 12345678901234567890|SETEX c 1000 v|RPUSH l a b c|SADD s 1 2 3|SADD t a b c|ZADD z 1 a 2.5 b -inf c|HSET h f 1 g 2',
  'HPEXPIREAT h 9999999999999 FIELDS 1 f|SETRANGE long 5000 x|PFADD p a b c|SELECT 5|SET d 1|GEOADD g 13.361389 38.115556 Palermo',
].join('|')
const many = ['RPUSH', 'SADD', 'ZADD', 'HSET'].map((name) => [
  ...[name, `many:${name}`],
  ...Array.from({ length: 1000 }, (_, i) =>
    name === 'ZADD' || name === 'HSET' ? [String(i), `value ${i}`] : [`v${i}`],
  ).flat(),
])
const library = "#!lua name=lib\nredis.register_function('f', function() return 7 end)"

/** Streams with deleted entries, several nodes, groups, consumers and pending entries. */
const streams = [
  'XADD x 1-1 f v|XADD x 2-1 f -70000|XADD x 3-1 g 1 h 2|XADD x 4-9 f v|XADD x 5-1 f v|XDEL x 1-1 5-1|XGROUP CREATE x grp 0|XGROUP CREATE x late $',
  'XREADGROUP GROUP grp c COUNT 2 STREAMS x >|XREADGROUP GROUP grp d STREAMS x >|XACK x grp 3-1|XCLAIM x grp d 0 2-1|XGROUP CREATECONSUMER x grp idle',
  'XGROUP CREATE empty g $ MKSTREAM|XADD gone 1-1 f v|XDEL gone 1-1|XADD max 18446744073709551615-18446744073709551615 f v|XADD wide 1-18446744073709551615 f v|XADD wide 2-0 f v',
].join('|')
const manyEntries = Array.from({ length: 250 }, (_, i) => [
  'XADD',
  'many',
  `${i + 1}-0`,
  'n',
  String(i * i * i),
  'long',
  'x'.repeat(i % 70),
])

/** What a client sees of a stream and its groups, without the counts of the radix tree's nodes and idle times. */
const asSeen = async (client: WireClient, key: string): Promise<unknown> => {
  const full = JSON.stringify(await client.send(['XINFO', 'STREAM', key, 'FULL', 'COUNT', '3']))
  return [await client.send(['XRANGE', key, '-', '+']), full.replace(/"radix-tree-nodes",\{"i":\d+\}/, '')]
}
const streamKeys = ['x', 'empty', 'gone', 'max', 'wide', 'many']

/** Has one server follow the other, and returns what both hold once the changes have arrived; a real replica then saves and loads its data. */
async function followed(from: number, to: number, isReal: boolean): Promise<unknown> {
  const [primary, replica] = [await WireClient.open(from), await WireClient.open(to)]
  const lines = `${streams}|${data}`.split('|').map((line) => line.split(' '))
  for (const line of [...manyEntries, ...many, ...lines, ['FUNCTION', 'LOAD', library]]) await primary.send(line)
  await replica.send(['REPLICAOF', '127.0.0.1', String(from)])
  const up = async () => (await replica.send(['INFO', 'replication'])) as string
  await expect.poll(up, { timeout: 20_000 }).toContain('master_link_status:up')
  for (const line of [
    ['INCRBYFLOAT', 'd', '1.5'],
    ['SELECT', '0'],
    ['SPOP', 'many:SADD', '500'],
    ['FUNCTION', 'DELETE', 'lib'],
    ['XADD', 'x', '6-1', 'f', 'w'],
    ['XACK', 'x', 'grp', '2-1'],
    ['XDEL', 'many', '100-0'],
  ])
    await primary.send(line)
  expect(await primary.send(['WAIT', '1', '10000'])).toEqual({ i: 1 })
  const state = async (client: WireClient) => [
    await client.send(['DEBUG', 'DIGEST']),
    await client.send(['FUNCTION', 'LIST']),
    ...(await Promise.all(streamKeys.map((key) => asSeen(client, key)))),
  ]
  if (isReal) expect(await replica.send(['DEBUG', 'RELOAD'])).toEqual({ s: 'OK' })
  const states = { primary: await state(primary), replica: await state(replica) }
  primary.close()
  replica.close()
  return states
}

describe.each(installedOracles())('$target beside the real server', ({ program, target }) => {
  test.each(scripts)('replicas get the same changes: %s', async (script) => {
    const lines = script.split('|').map((line) => line.split(' '))
    const options = ['--enable-debug-command', 'yes', '--repl-diskless-sync-delay', '0']
    const live = await LiveServer.start(program, options)
    const port = await freePort()
    const extraConf = `port ${port}\nenable-debug-command yes`
    const ours = await serve({ target, modules: false, confPath: null, extraConf, log: () => undefined })
    try {
      expect(await stream(port, lines)).toEqual(await stream(live.port, lines))
    } finally {
      await ours.stop()
      await live.stop()
    }
  })

  test.each(['simulator', 'real server'])(
    '%s as the primary: the replica gets data and changes',
    async (which) => {
      const live = await LiveServer.start(program, ['--enable-debug-command', 'yes', '--repl-diskless-sync-delay', '0'])
      const port = await freePort()
      const extraConf = `port ${port}\nenable-debug-command yes`
      const ours = await serve({ target, modules: false, confPath: null, extraConf, log: () => undefined })
      try {
        const states =
          which === 'simulator' ? await followed(port, live.port, true) : await followed(live.port, port, false)
        const { primary, replica } = states as Record<string, unknown>
        expect(replica).toEqual(primary)
      } finally {
        await ours.stop()
        await live.stop()
      }
    },
    60_000,
  )
})
