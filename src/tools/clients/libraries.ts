import { Queue, QueueEvents, Worker } from 'bullmq'
import Redis from 'ioredis'
import { createClient } from 'redis'
import type { Check } from './check'

const present = (): null => null

/** The text of a script's results. */
class Transcript {
  readonly #lines: string[] = []

  add(what: string, value: unknown): void {
    this.#lines.push(`${what}: ${JSON.stringify(value)}`)
  }

  /** Adds the error of something that must fail. */
  async addFailure(what: string, promise: Promise<unknown>): Promise<void> {
    this.add(
      what,
      await promise.then(
        () => 'no error',
        (reason: unknown) => (reason instanceof Error ? reason.message : String(reason)),
      ),
    )
  }

  get text(): string {
    return this.#lines.join('\n')
  }
}

async function ioredis(port: number): Promise<string> {
  const seen = new Transcript()
  const admin = new Redis({ port })
  await admin.flushall()
  seen.add(
    'user',
    await admin.call('ACL', 'SETUSER', 'app', 'reset', 'on', '>pw', '~app:*', '&news', '+@all', '-@dangerous', '+info'),
  )
  const app = new Redis({ port, username: 'app', password: 'pw' })
  seen.add('whoami', await app.call('ACL', 'WHOAMI'))
  seen.add('set', await app.set('app:session', JSON.stringify({ id: 1 }), 'EX', 100))
  seen.add('get', await app.getBuffer('app:session'))
  await seen.addFailure('denied key', app.get('other'))
  await seen.addFailure('denied command', app.keys('*'))
  const pipeline = app.pipeline()
  for (let i = 0; i < 1000; i++) pipeline.rpush('app:list', `item ${i}`)
  seen.add('pipeline', (await pipeline.exec())?.length)
  seen.add('range', await app.lrange('app:list', 990, -1))
  seen.add('transaction', await app.multi().hset('app:hash', { a: '1', b: '2' }).hgetall('app:hash').exec())
  app.defineCommand('double', { numberOfKeys: 1, lua: 'return redis.call("INCRBY", KEYS[1], 2 * ARGV[1])' })
  seen.add('script', await (app as unknown as { double(key: string, by: number): Promise<number> }).double('app:n', 21))
  seen.add('stream', typeof (await app.xadd('app:stream', '*', 'field', 'value')))
  seen.add('read', (await app.xread('COUNT', 1, 'STREAMS', 'app:stream', '0'))?.[0]?.[1][0]?.[1])
  const found: string[] = []
  for await (const keys of admin.scanStream({ match: 'app:*', count: 2 })) found.push(...(keys as string[]))
  seen.add('scan', found.sort())
  const subscriber = app.duplicate()
  const message = new Promise((done) => subscriber.on('message', (channel, text) => done([channel, text])))
  seen.add('subscribe', await subscriber.subscribe('news'))
  seen.add('publish', await app.publish('news', 'hello'))
  seen.add('message', await message)
  const waiting = app.duplicate()
  const blocked = waiting.blpop('app:wait', 5)
  await app.rpush('app:wait', 'x')
  seen.add('blpop', await blocked)
  for (const client of [admin, app, subscriber, waiting]) client.disconnect()
  return seen.text
}

async function nodeRedis(port: number, RESP: 2 | 3): Promise<string> {
  const seen = new Transcript()
  const client = createClient({ url: `redis://127.0.0.1:${port}`, RESP })
  const subscriber = client.duplicate()
  await Promise.all([client.connect(), subscriber.connect()])
  await client.flushAll()
  seen.add('set', await client.set('a', '1', { EX: 100, NX: true }))
  seen.add('together', await Promise.all([client.incr('a'), client.get('a'), client.exists('none')]))
  await client.hSet('h', { x: '1', y: '2' })
  seen.add('hash', { ...(await client.hGetAll('h')) })
  seen.add(
    'zadd',
    await client.zAdd('z', [
      { score: 1.5, value: 'one' },
      { score: 2, value: 'two' },
    ]),
  )
  seen.add('zrange', await client.zRangeWithScores('z', 0, -1))
  seen.add('transaction', await client.multi().set('b', 'x').get('b').exec())
  const found: string[] = []
  for await (const keys of client.scanIterator({ COUNT: 2 })) found.push(...keys)
  seen.add('scan', found.sort())
  await seen.addFailure('wrong type', client.lPush('a', 'x'))
  const message = new Promise((done) => void subscriber.subscribe('news', (text, channel) => done([channel, text])))
  while ((await client.publish('news', 'hello')) === 0) await new Promise((done) => setTimeout(done, 10))
  seen.add('message', await message)
  seen.add('config', { ...(await client.configGet('maxmemory-policy')) })
  seen.add('eval', await client.eval('return {KEYS[1], ARGV[1], 1}', { keys: ['k'], arguments: ['v'] }))
  client.destroy()
  subscriber.destroy()
  return seen.text
}

async function bullmq(port: number): Promise<string> {
  const seen = new Transcript()
  const connection = { host: '127.0.0.1', port, maxRetriesPerRequest: null }
  const queue = new Queue('mail', { connection, prefix: 'jobs' })
  // Each job that is waited for adds a listener.
  queue.setMaxListeners(100)
  await queue.obliterate({ force: true })
  const events = new QueueEvents('mail', { connection, prefix: 'jobs' })
  await events.waitUntilReady()
  const worker = new Worker(
    'mail',
    (job) => {
      if (job.name === 'broken' && job.attemptsMade === 0) return Promise.reject(new Error('first attempt'))
      return Promise.resolve(`${job.name} ${String((job.data as { n: number }).n)}`)
    },
    { connection, prefix: 'jobs', concurrency: 4 },
  )
  const jobs = await Promise.all([
    ...Array.from({ length: 20 }, (_, n) => queue.add('plain', { n })),
    queue.add('delayed', { n: 1 }, { delay: 200 }),
    queue.add('broken', { n: 2 }, { attempts: 2, backoff: 50 }),
    queue.add('first', { n: 3 }, { priority: 1 }),
  ])
  seen.add('results', await Promise.all(jobs.map((job) => job.waitUntilFinished(events, 20_000))))
  seen.add('counts', await queue.getJobCounts('completed', 'failed', 'waiting', 'delayed'))
  await worker.close()
  await events.close()
  await queue.obliterate({ force: true })
  await queue.close()
  return seen.text
}

/** Scripts as applications run them. */
export const libraryChecks: readonly Check[] = [
  { name: 'ioredis', missing: present, run: ioredis },
  { name: 'node-redis, RESP2', missing: present, run: (port) => nodeRedis(port, 2) },
  { name: 'node-redis, RESP3', missing: present, run: (port) => nodeRedis(port, 3) },
  { name: 'BullMQ', missing: present, run: bullmq },
]
