import { expect, test } from 'vitest'
import { fromText } from '../../src/acl/bytes'
import { serve } from '../../src/cli/serve'
import { freePort } from '../../src/library/free-port'
import { WireClient } from '../live/wire'

async function start(conf = '') {
  const port = await freePort()
  const extraConf = fromText(`port ${port}\n${conf}`)
  const serving = await serve({ target: 'redis-8.0', modules: false, confPath: null, extraConf, log: () => undefined })
  return { serving, port, client: await WireClient.open(port) }
}

test('a replica has the data and functions of its primary, gets its changes, and acknowledges them', async () => {
  const primary = await start()
  const replica = await start()
  const say = (client: WireClient, line: string) => client.send(line.split(' '))
  const on = {
    primary: (line: string) => say(primary.client, line),
    replica: (line: string) => say(replica.client, line),
  }
  try {
    await on.primary('MSET a 1 b 2')
    await on.primary('SET c 3 PX 1000000')
    await on.primary('XADD x 1-1 f v')
    await on.primary('SELECT 3')
    await on.primary('RPUSH l a b')
    await primary.client.send([
      'FUNCTION',
      'LOAD',
      "#!lua name=lib\nredis.register_function{function_name='f', callback=function() return 7 end, flags={'no-writes'}}",
    ])
    await on.replica('SET gone 1')
    await on.replica(`REPLICAOF 127.0.0.1 ${primary.port}`)
    await expect.poll(() => replica.serving.server.primary?.isUp, { timeout: 10_000 }).toBe(true)
    expect(await on.replica('MGET a b gone')).toEqual(['1', '2', null])
    expect(await on.replica('PEXPIRETIME c')).toEqual(
      await primary.client.send(['EVAL', "redis.call('select',0) return redis.call('pexpiretime','c')", '0']),
    )
    expect(await on.replica('FCALL f 0')).toEqual({ i: 7 })
    expect(await on.replica('XRANGE x - +')).toEqual([['1-1', ['f', 'v']]])
    expect(await on.replica('SET a 1')).toEqual({ e: "READONLY You can't write against a read only replica." })

    await on.primary('RPUSH l c')
    await on.primary('MULTI')
    await on.primary('SPOP s')
    await on.primary('SADD s only')
    await on.primary('SPOP s')
    await on.primary('INCRBYFLOAT n 1.5')
    await on.primary('EXEC')
    expect(await on.primary('WAIT 1 0')).toEqual({ i: 1 })
    await on.replica('SELECT 3')
    expect(await on.replica('LRANGE l 0 -1')).toEqual(['a', 'b', 'c'])
    expect(await on.replica('GET n')).toBe('1.5')
    expect(await on.replica('EXISTS s')).toEqual({ i: 0 })
    expect(await on.primary('ROLE')).toMatchObject(['master', {}, [['127.0.0.1', String(replica.port), {}]]])
    expect(await on.primary('INFO replication')).toContain(`slave0:ip=127.0.0.1,port=${replica.port},state=online,`)
    expect(await on.replica('ROLE')).toMatchObject(['slave', '127.0.0.1', { i: primary.port }, 'connected', {}])

    await on.replica('REPLICAOF NO ONE')
    expect(await on.replica('SET a 2')).toEqual({ s: 'OK' })
    expect(await on.primary('WAIT 1 20')).toEqual({ i: 0 })
  } finally {
    primary.client.close()
    replica.client.close()
    await replica.serving.stop()
    await primary.serving.stop()
  }
})

test('a snapshot that is taken beside an expired key comes before its deletion, and dropped entries are claimed', async () => {
  const primary = await start('enable-debug-command yes')
  const replica = await start()
  const say = (line: string) => primary.client.send(line.split(' '))
  try {
    await say('DEBUG SET-ACTIVE-EXPIRE 0')
    await say('SET k 1 PX 1')
    for (const id of ['1-1', '2-1']) await say(`XADD x ${id} f v`)
    await say('XGROUP CREATE x g 0')
    await say('XREADGROUP GROUP g c STREAMS x >')
    await replica.client.send(['REPLICAOF', '127.0.0.1', String(primary.port)])
    await expect.poll(() => replica.serving.server.primary?.isUp, { timeout: 10_000 }).toBe(true)
    expect(await say('EXISTS k')).toEqual({ i: 0 })
    await say('XDEL x 1-1')
    expect(await say('XAUTOCLAIM x g d 0 0')).toEqual(['0-0', [['2-1', ['f', 'v']]], ['1-1']])
    expect(await say('WAIT 1 0')).toEqual({ i: 1 })
    expect(await replica.client.send(['XPENDING', 'x', 'g'])).toEqual([{ i: 1 }, '2-1', '2-1', [['d', '1']]])
    expect(await replica.client.send(['DBSIZE'])).toEqual({ i: 1 })
  } finally {
    primary.client.close()
    replica.client.close()
    await replica.serving.stop()
    await primary.serving.stop()
  }
})

test('replicas count for min-replicas-to-write', async () => {
  const primary = await start('min-replicas-to-write 1')
  const replica = await start()
  try {
    expect(await primary.client.send(['SET', 'a', '1'])).toEqual({
      e: 'NOREPLICAS Not enough good replicas to write.',
    })
    await replica.client.send(['REPLICAOF', '127.0.0.1', String(primary.port)])
    await expect.poll(() => replica.serving.server.primary?.isUp, { timeout: 10_000 }).toBe(true)
    expect(await primary.client.send(['SET', 'a', '1'])).toEqual({ s: 'OK' })
  } finally {
    primary.client.close()
    replica.client.close()
    await replica.serving.stop()
    await primary.serving.stop()
  }
})
