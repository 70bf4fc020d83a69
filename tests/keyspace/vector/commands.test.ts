import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { startServer } from '../../../src/server/start'
import { loadTarget } from '../../../src/targets/load'
import { Client } from '../../server/helper'
import { argumentBytes, asRecorded, matches } from '../../conformance/compare'
import type { Argument, Recorded } from '../../conformance/recordings'
import { seededRandom } from '../../conformance/replay'
import type { TargetId } from '../../../src/targets/target'
import { masked } from './generate'

async function client(id: TargetId = 'redis-8.0', memoryLimit?: number): Promise<Client> {
  const started = startServer({
    target: await loadTarget(id),
    conf: 'notify-keyspace-events KEA\n',
    files: { read: () => null, write: () => undefined },
    clock: { now: () => 1_700_000_000_000 },
    random: seededRandom(1),
    ...(memoryLimit !== undefined && { memoryLimit }),
  })
  if (!started.started) throw new Error(started.message)
  return new Client(started.server)
}

/** Command lines and what a real server of Redis 8.0.2 answered to them, one after the other. */
const answers = readFileSync('tests/keyspace/vector/answers.jsonl', 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line) as readonly [readonly Argument[], Recorded])

test('answers as Redis 8.0.2 does', async () => {
  const { connection } = await client()
  expect(answers.length).toBeGreaterThan(600)
  for (const [words, recorded] of answers) {
    const argv = words.map(argumentBytes)
    const reply = masked(argv, asRecorded(connection.send(argv).replies[0]!, connection.protocol))
    expect({ words, reply: matches(recorded, reply) ? recorded : reply }).toEqual({ words, reply: recorded })
  }
})

test('VADD, VREM and VSETATTR count as changes of the key, whatever they do, and publish no event of their own', async () => {
  const one = await client()
  const other = new Client(one.server)
  one.say('vadd k values 1 1 a')
  for (const [line, changes] of [
    ['vrem k nobody', true],
    ['vsetattr k nobody x', true],
    ['vadd k values 2 1 1 b', true],
    ['vcard k', false],
    ['vadd k values x', false],
  ] as const) {
    one.say('watch k')
    other.say(line)
    one.say('multi')
    one.say('ping')
    expect([line, one.say('exec')]).toEqual([line, changes ? null : ['+PONG']])
  }
  other.say('psubscribe *')
  other.heard()
  one.say('vrem k a')
  one.say('vadd k values 1 1 a')
  expect(other.heard()).toEqual([])
  expect(one.say('del k')).toBe(1)
  expect(other.heard()).toHaveLength(2)
})

test('arguments are counted by the command itself up to 8.2, so that MULTI queues it', async () => {
  const old = await client('redis-8.2')
  old.say('multi')
  expect(old.say('vcard')).toBe('+QUEUED')
  expect(old.say('exec')).toEqual(["-ERR wrong number of arguments for 'VCARD' command"])
  const recent = await client('redis-8.4')
  recent.say('multi')
  expect(recent.say('vcard')).toMatch(/^-ERR wrong number of arguments/)
})

test('scripts run the commands', async () => {
  const one = await client()
  one.say('vadd k values 2 1 0 a')
  const line = ['EVAL', "return redis.call('VSIM', KEYS[1], 'ELE', 'a', 'WITHSCORES')", '1', 'k']
  await one.server.prepare(line)
  expect(one.connection.send(line).replies).toEqual([['a', '1']])
})

test('a key without read access is denied', async () => {
  const one = await client()
  one.say('vadd k values 2 1 0 a')
  one.say('acl setuser u on nopass ~other +@all')
  one.say('auth u x')
  expect(one.say('vcard k')).toMatch(/^-NOPERM/)
})

test('values are neither dumped nor copied', async () => {
  const one = await client()
  one.say('vadd k values 2 1 0 a')
  expect(one.say('dump k')).toMatch(/^-ERR .* is not simulated/)
  expect(one.say('copy k l')).toBe('-ERR not supported for this module key')
  expect(one.say('scan 0 type vectorset')).toEqual(['0', ['k']])
})

test('WITHATTRIBS, and an EPSILON from 0 to 1 (8.2)', async () => {
  const one = await client('redis-8.2')
  one.say(`vadd k values 2 1 0 a setattr '{"n":1}'`)
  one.say('vadd k values 2 0 1 b')
  expect(one.say('vsim k ele a withattribs')).toEqual(['a', '{"n":1}', 'b', null])
  expect(one.say('vsim k ele a withscores withattribs')).toEqual(['a', '1', '{"n":1}', 'b', '0.5', null])
  expect(one.say('vsim k ele a epsilon 0.4')).toEqual(['a'])
  expect(one.say('vsim k ele a epsilon 0.5')).toEqual(['a', 'b'])
  one.say('hello 3')
  expect(one.say('vsim k ele a withattribs')).toEqual({ a: '{"n":1}', b: null })
  expect(one.say('vsim k ele a withscores withattribs')).toEqual({ a: ['1', '{"n":1}'], b: ['0.5', null] })
})

test('VRANGE (8.4)', async () => {
  const one = await client('redis-8.4')
  for (const name of ['b', 'a', 'd', 'c', 'aa']) one.say(`vadd k values 1 1 ${name}`)
  expect(one.say('vrange k - +')).toEqual(['a', 'aa', 'b', 'c', 'd'])
  expect(one.say('vrange k (a [c')).toEqual(['aa', 'b', 'c'])
  expect(one.say('vrange k [a (c 2')).toEqual(['a', 'aa'])
  expect(one.say('vrange k - + 0')).toEqual([])
  expect(one.say('vrange k - + -1')).toHaveLength(5)
  expect(one.say('vrange none - + 10')).toEqual([])
  expect(one.say('vrange k a +')).toBe('-ERR invalid start range format')
  expect(one.say('vrange k - [')).toBe('-ERR invalid end range format')
  expect(one.say('vrange k + -')).toBe("-ERR '-' can only be used as first argument, '+' only as second")
  expect(one.say('vrange k - + x')).toBe('-ERR invalid COUNT value')
  expect((await client()).say('vrange k - +')).toMatch(/^-ERR unknown command/)
})

test('links are the nearest elements of each layer', async () => {
  const one = await client()
  for (let i = 0; i < 60; i++) one.say(`vadd k values 2 ${Math.cos(i / 40)} ${Math.sin(i / 40)} ${i} noquant`)
  const layers = one.say('vlinks k 0') as string[][]
  expect(layers.at(-1)).toEqual(Array.from({ length: 32 }, (_, i) => String(i + 1)))
  expect(one.say('vlinks k nobody')).toBe(null)
})

test('vectors count as data', async () => {
  const one = await client('redis-8.0', 1_000_000)
  const line = (name: string) => `vadd k values 100 ${'1 '.repeat(100)}${name}`
  let added = 0
  while (one.say(line(`e${added}`)) === true) added++
  expect(one.say(line('last'))).toMatch(/^-OOM/)
  expect(added).toBeGreaterThan(1000)
  expect(one.say('vadd p reduce 4000000000 values 1 1 a')).toMatch(/^-OOM/)
  one.say('del k')
  expect(one.say('vadd p reduce 4000000000 values 1 1 a')).toMatch(/^-OOM/)
  expect(one.say(line('last'))).toBe(true)
})
