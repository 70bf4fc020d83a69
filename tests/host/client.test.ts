import { expect, test } from 'vitest'
import { Asker, Client, PATIENCE, SILENCE, type Link, type Observer } from '../../src/host/client'
import type { FromEngine, ToEngine } from '../../src/host/protocol'

/** An engine that does nothing unless the test says so. */
interface Fake extends Link {
  readonly asked: ToEngine[]
  isEnded: boolean
  say(message: FromEngine): void
  break(): void
}

/** A client with engines and a clock that the test drives by hand. */
function driven() {
  const engines: Fake[] = []
  const timers = new Set<{ readonly at: number; readonly run: () => void }>()
  let now = 0
  const client = new Client(
    (hear, broke) => {
      const asked: ToEngine[] = []
      const fake: Fake = {
        asked,
        isEnded: false,
        say: hear,
        break: broke,
        post: (message) => void asked.push(message),
        end: () => (fake.isEnded = true),
      }
      engines.push(fake)
      return fake
    },
    {
      after: (milliseconds, run) => {
        const timer = { at: now + milliseconds, run }
        timers.add(timer)
        return () => timers.delete(timer)
      },
    },
  )
  const told: Parameters<Observer['silent'] | Observer['ended']>[] = []
  client.observe({ silent: (...news) => void told.push(news), ended: (...news) => void told.push(news) })
  return {
    client,
    told,
    engines,
    engine: (): Fake => {
      const last = engines.at(-1)
      if (last === undefined) throw new Error('No engine was started.')
      return last
    },
    pass: (milliseconds: number): void => {
      const end = now + milliseconds
      for (;;) {
        const [next] = [...timers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)
        if (next === undefined) break
        timers.delete(next)
        now = next.at
        next.run()
      }
      now = end
    },
  }
}

const asked = ({ asked }: Fake): number[] => asked.flatMap((message) => ('id' in message ? [message.id] : []))
/** Lets a question be sent: its target's tables are loaded first. */
const sent = async (fake: () => Fake, id: number): Promise<void> => expect.poll(() => asked(fake())).toContain(id)

const redis = [{ id: 'redis-8.0', modules: false }] as const
const texts = { before: '', after: '', conf: '' }
const sentences = { basis: {} as never, sentences: ['a can GET x', 'b can GET x'] }
const outcome = (promise: Promise<unknown>): Promise<unknown> => promise.catch((error: unknown) => error)

test('two seconds without a sign of life name the question, and the next sign takes it back', async () => {
  const { client, engine, pass, told } = driven()
  client.warm()
  void new Asker(client).ask('sentences', redis, sentences)
  await sent(engine, 1)
  engine().say({ id: 1, kind: 'turn', at: 'b can GET x' })
  pass(SILENCE - 1)
  expect(told).toEqual([])
  pass(1)
  expect(told).toEqual([[{ kind: 'sentences', at: 'b can GET x' }]])
  engine().say({ id: 1, kind: 'progress', done: 1, of: 2 })
  expect(told.at(-1)).toEqual([null])
  pass(SILENCE - 1)
  expect(told).toHaveLength(2)
})

test('a question that is stopped ends with its engine, and a new engine gets the others', async () => {
  const { client, engine, engines, pass, told } = driven()
  client.warm()
  const stopped = outcome(new Asker(client).ask('compare', redis, texts))
  const other = new Asker(client).ask('simplify', redis, { acl: '', conf: '', user: null })
  await sent(engine, 1)
  await sent(engine, 2)
  engine().say({ id: 1, kind: 'turn', at: '' })
  pass(SILENCE)
  client.stop()
  expect(await stopped).toMatchObject({ reason: 'stopped' })
  expect(engines[0]?.isEnded).toBe(true)
  expect(told.at(-1)).toEqual([{ kind: 'compare', at: '' }, 'stopped'])
  await expect.poll(() => engines.length).toBe(2)
  await sent(engine, 2)
  expect(asked(engine())).toEqual([2])
  engine().say({ id: 2, kind: 'done', result: 'shorter' })
  expect(await other).toBe('shorter')
})

test('eight seconds without a sign of life end the question as Stop does', async () => {
  const { client, engine, engines, pass, told } = driven()
  client.warm()
  const late = outcome(new Asker(client).ask('compare', redis, texts))
  await sent(engine, 1)
  engine().say({ id: 1, kind: 'turn', at: '' })
  pass(PATIENCE)
  expect(await late).toMatchObject({ reason: 'late' })
  expect(engines[0]?.isEnded).toBe(true)
  expect(told.at(-1)).toEqual([{ kind: 'compare', at: '' }, 'late'])
})

test('an engine that is at work, or has not begun, cannot be stopped', async () => {
  const { client, engine, pass, told } = driven()
  client.warm()
  void new Asker(client).ask('compare', redis, texts)
  await sent(engine, 1)
  pass(SILENCE)
  client.stop()
  engine().say({ id: 1, kind: 'turn', at: '' })
  client.stop()
  expect(engine().isEnded).toBe(false)
  expect(told).toEqual([])
})

test('nobody is told of an engine that is silent about a cancelled question only', async () => {
  const { client, engine, pass, told } = driven()
  client.warm()
  const asker = new Asker(client)
  const answer = asker.ask('compare', redis, texts)
  await sent(engine, 1)
  engine().say({ id: 1, kind: 'turn', at: '' })
  asker.cancel()
  expect(await answer).toBeNull()
  pass(PATIENCE)
  expect(told).toEqual([])
  expect(engine().isEnded).toBe(true)
})

test('whoever observes late learns of the silence', async () => {
  const { client, engine, pass } = driven()
  client.warm()
  void new Asker(client).ask('compare', redis, texts)
  await sent(engine, 1)
  engine().say({ id: 1, kind: 'turn', at: '' })
  pass(SILENCE)
  const told: unknown[] = []
  client.observe({ silent: (working) => void told.push(working), ended: () => undefined })
  expect(told).toEqual([{ kind: 'compare', at: '' }])
})

test('an engine that breaks fails all questions, and the next one starts another', async () => {
  const { client, engine, engines } = driven()
  client.warm()
  const asker = new Asker(client)
  const broken = outcome(asker.ask('compare', redis, texts))
  await sent(engine, 1)
  engine().break()
  expect(await broken).toMatchObject({ reason: 'failed' })
  void asker.ask('compare', redis, texts)
  await expect.poll(() => engines.length).toBe(2)
})
