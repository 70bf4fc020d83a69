import { describe, expect, test } from 'vitest'
import { splitWords } from '../../src/acl/split'
import { provideLuaFromPackage } from '../../src/cli/lua'
import type { SimulatedServer } from '../../src/server/server'
import type { Connection } from '../../src/server/types'
import { loadTarget } from '../../src/targets/load'
import type { Target } from '../../src/targets/target'
import type { InstalledServer } from '../../src/tools/live-server'
import { asRecorded } from '../conformance/compare'
import { installedOracles, LiveServer } from './oracle'
import { WireClient } from './wire'
import { startSimulated } from './simulated'

/** Splits INFO into lines: a heading, or the name of a field. Names of one command or database keep their value's shape. */
function shape(reply: unknown): string[] {
  const text = typeof reply === 'object' && reply !== null && 'v' in reply ? String(reply.v) : String(reply)
  return text
    .replace(/^txt:/, '')
    .split('\r\n')
    .map((line) => {
      const [name = '', value = ''] = line.split(/:(.*)/s)
      return /^(db\d+|cmdstat_|latency_|module|listener)/.test(name)
        ? `${name}:${value.replace(/\b(?!db)\d[\d.]*/g, '0')}`
        : name
    })
}

/** The commands in an order of their own, as both servers keep them in tables. */
function sorted(lines: readonly string[]): string[] {
  const isCommand = (line: string) => /^(cmdstat_|latency_)/.test(line)
  return [...lines.filter((line) => !isCommand(line)), ...lines.filter(isCommand).sort()]
}

/** Command lines that write, or might. */
const writes = `SET a 1|SET a 2 EX 100|SET a 3 XX GET|SETNX a 1|SETNX new 1|APPEND a x|SETRANGE a 0 zz|GETSET a 5|INCR a|INCRBYFLOAT a 1
GETDEL a|MSET a 1 b 2 c 3|MSETNX a 1 q 2|MSETNX q 1 r 2|GETEX a EX 100|GETEX a PERSIST|GETEX nosuch EX 10|DEL a b nosuch|UNLINK c q r
SETBIT bits 1 1|SETBIT bits 1 1|SETBIT bits 100 0|BITFIELD bits SET u8 0 255 SET u8 8 7|BITFIELD bits SET u8 0 255|BITFIELD bits INCRBY u8 0 0 GET u8 0
BITOP AND dest bits bits|BITOP AND dest nosuch nosuch2|PFADD hll a b c|PFADD hll a|PFADD hll|PFMERGE hll2 hll|PFCOUNT hll
RPUSH l 1 2 3 4 5 6|LPUSH l 0|LPUSHX l a b|LPUSHX nosuch a|LINSERT l BEFORE 3 x|LSET l 0 y|LREM l 0 x|LPOP l|RPOP l 2|LMPOP 1 l LEFT COUNT 2
RPUSH l 1 2 3 4 5 6|LMOVE l l2 LEFT RIGHT|RPOPLPUSH l l2|SORT l2 STORE l3|SORT nosuch STORE l3
SADD s a b c d|SADD s a e|SREM s a nosuch|SMOVE s s2 b|SMOVE s s2 nosuch|SADD s2 c|SPOP s|DEL s|SADD s a b c|SINTERSTORE d s s|SUNIONSTORE d nosuch|SDIFFSTORE d s s
ZADD z CH 9 a 4 d|ZADD z INCR 1 a|ZINCRBY z 1 a|ZINCRBY z 0 a|ZREM z a nosuch|ZPOPMIN z
ZMPOP 1 z MIN COUNT 2|ZRANGESTORE z2 z 0 -1|ZUNIONSTORE z3 2 z z2|ZINTERSTORE z3 2 z nosuch|ZREMRANGEBYRANK z 0 0|ZREMRANGEBYSCORE z2 -inf +inf
GEOADD g 13 38 Palermo|GEOADD g 15 37 Catania|GEOSEARCHSTORE gd g FROMLONLAT 15 37 BYRADIUS 200 km|GEORADIUS g 15 37 200 km STORE gd|GEORADIUS g 0 0 1 km STORE gd
HSET h a 1 b 2 c 3|HSET h a 1|HSETNX h a 1|HSETNX h d 1|HINCRBY h a 1|HINCRBYFLOAT h a 1|HDEL h a nosuch|HMSET h x 1 y 2|HDEL h x y b c d
XADD x 1-1 f v|XADD x 2-1 f v|XADD x 3-1 f v|XADD x MAXLEN 3 4-1 f v|XADD x NOMKSTREAM 5-1 f v|XTRIM x MAXLEN 2|XTRIM x MAXLEN 2|XDEL x 4-1 9-9|XGROUP CREATE x g 0|XGROUP CREATECONSUMER x g c|XGROUP CREATECONSUMER x g c
XADD x 6-1 f v|XADD x 7-1 f v|XREADGROUP GROUP g c COUNT 2 STREAMS x >|XREADGROUP GROUP g new COUNT 2 STREAMS x >|XREADGROUP GROUP g c STREAMS x 0|XREADGROUP GROUP g other STREAMS x >|XREADGROUP GROUP g c NOACK STREAMS x >
XACK x g 5-1 99-1|XCLAIM x g c2 0 6-1 7-1|XCLAIM x g c2 0 6-1 JUSTID|XCLAIM x g c3 0 99-1|XAUTOCLAIM x g c4 0 0|XAUTOCLAIM x g c5 100000 0|XADD x 8-1 f v|XREADGROUP GROUP g c STREAMS x >|XDEL x 8-1|XAUTOCLAIM x g c4 0 0|XGROUP SETID x g 0|XGROUP DELCONSUMER x g c|XGROUP DELCONSUMER x g nosuch
XGROUP DESTROY x g|XGROUP DESTROY x g|XSETID x 20-1
SET k v|EXPIRE k 100|EXPIRE k 200 LT|PERSIST k|PERSIST k|EXPIRE k -1|SET k v EX 100|RENAME k k2|COPY k2 k3|COPY k2 k3|COPY k2 k3 REPLACE|RENAMENX k2 k3|MOVE k3 1|TOUCH k2|SWAPDB 0 1|SWAPDB 0 1
EVAL "redis.call('set',KEYS[1],1) redis.call('sadd',KEYS[2],1,2,3)" 2 e1 e2|PUBLISH c m|FLUSHDB|SET a 1|SET b 2|FLUSHALL
MULTI|SET a 1|SADD s a b|EXEC|RESTORE r 0 x|SORT s ALPHA STORE sorted|LTRIM sorted 1 -1|ZADD z 1 a 2 b 3 c|ZREMRANGEBYLEX z - [b|ZPOPMAX z 2`
const hashFieldWrites = `HSET h a 1 b 2 c 3 d 4|HEXPIRE h 100 FIELDS 1 nosuch|HPERSIST h FIELDS 2 a c|HPERSIST h FIELDS 1 c|HEXPIRE h 0 FIELDS 1 d|HGETEX h EX 100 FIELDS 2 a nosuch
HGETEX h FIELDS 1 a|HSET h e 1 f 2 g 3|HPEXPIREAT h 1 FIELDS 2 e f|HSETEX h EX 10 FIELDS 2 x 1 y 2|HSETEX h FNX FIELDS 1 x 1|HEXPIRE h 10 NX FIELDS 2 x g|HGETEX h PERSIST FIELDS 2 x y|HGETDEL h FIELDS 2 a nosuch`

/** Starts a real server and one that simulates it, each with a client. */
async function both(
  { program, target: id }: InstalledServer,
  options: readonly string[],
  confOf: (port: number) => string,
): Promise<{ target: Target; live: LiveServer; real: WireClient; server: SimulatedServer; simulated: Connection }> {
  const target = await loadTarget(id)
  const live = await LiveServer.start(program, options)
  const server = startSimulated(target, confOf(live.port))
  const real = await WireClient.open(live.port)
  const simulated = server.connect({ kind: 'loopback' }, { push: () => undefined, closed: () => undefined })
  return { target, live, real, server, simulated }
}

describe.each(installedOracles())('$target beside the real server', (oracle) => {
  test('rdb_changes_since_last_save, keyspace_hits and keyspace_misses after each command', async () => {
    provideLuaFromPackage()
    const { target, live, real, server, simulated } = await both(oracle, [], () => 'save ""\n')
    await server.prepare(['EVAL'])
    const figures = (reply: unknown): number[] =>
      [...JSON.stringify(reply).matchAll(/(?:rdb_changes_since_last_save|keyspace_hits|keyspace_misses):(\d+)/g)].map(
        ([, figure]) => Number(figure),
      )
    const info = ['INFO', 'persistence', 'stats']
    const differences: unknown[] = []
    let before = [
      [0, 0, 0],
      [0, 0, 0],
    ]
    const hasFields = target.table.commands.some(({ name }) => name === 'hgetex')
    for (const line of [writes, ...(hasFields ? [hashFieldWrites] : [])].join('\n').split(/[|\n]/)) {
      const argv = (splitWords(line) ?? []).map((word) => word.text)
      await real.send(argv)
      const reply = asRecorded(simulated.send(argv).replies[0] ?? null, 2)
      const wanted = figures(await real.send(info))
      const got = figures(asRecorded(simulated.send(info).replies[0] ?? null, 2))
      const [real0 = [], got0 = []] = before
      const added = (now: number[], old: number[]): string => now.map((n, i) => n - (old[i] ?? 0)).join()
      if (added(wanted, real0) !== added(got, got0))
        differences.push(
          `${line}: ${added(wanted, real0)}, simulated ${added(got, got0)} with ${JSON.stringify(reply)}`,
        )
      before = [wanted, got]
    }
    real.close()
    await live.stop()
    expect(differences).toEqual([])
  })

  test('INFO has the same sections and fields in the same order', async () => {
    const { live, real, server, simulated } = await both(
      oracle,
      ['--protected-mode', 'no'],
      (port) => `port ${port}\nbind 127.0.0.1\nsave ""\n`,
    )
    const lines = [
      'SET s abc',
      'RPUSH l 1 2 3 4 5',
      'SADD set a b',
      'HSET h a 1 b 2 c 3',
      'ZADD z 1 a',
      'XADD x 1-1 f v',
      'GET s',
      'INFO',
      'INFO everything',
      'INFO keyspace keysizes nosuch clients',
      'INFO cpu server',
      'INFO default commandstats',
      'INFO nosuch',
    ]
    for (const line of lines) {
      const argv = line.split(' ')
      const wanted = await real.send(argv)
      await server.prepare(argv)
      const [reply] = simulated.send(argv).replies
      const got = asRecorded(reply ?? null, 2)
      if (argv[0] === 'INFO') expect([line, sorted(shape(got))]).toEqual([line, sorted(shape(wanted))])
    }
    real.close()
    await live.stop()
  })
})
