import { expect, test } from 'vitest'
import { simulate, type Simulated } from '../scripting/simulate'

const MEGABYTE = 1 << 20
/** Milliseconds of processor time for a command with a pattern of a megabyte. */
const TIME = 1_000

const patterns: readonly (readonly [name: string, pattern: string])[] = [
  ['stars', '*'.repeat(MEGABYTE)],
  ['stars between bytes', 'a*'.repeat(MEGABYTE / 2)],
  ['question marks', '?'.repeat(MEGABYTE)],
  ['classes', '[a]'.repeat(MEGABYTE / 3)],
  ['one long class', `[${'a-z'.repeat(MEGABYTE / 3)}]`],
  ['a class without end', `*[${'^a'.repeat(MEGABYTE / 2)}`],
  ['backslashes', '\\'.repeat(MEGABYTE)],
  ['bytes', `*${'a'.repeat(MEGABYTE)}b`],
]

const commands: readonly (readonly [name: string, run: (one: Simulated, pattern: string) => void])[] = [
  ['CONFIG GET', (one, pattern) => one.send('CONFIG', 'GET', pattern)],
  ['COMMAND LIST', (one, pattern) => one.send('COMMAND', 'LIST', 'FILTERBY', 'PATTERN', pattern)],
  ['FUNCTION LIST', (one, pattern) => one.send('FUNCTION', 'LIST', 'LIBRARYNAME', pattern)],
  ['KEYS', (one, pattern) => one.send('KEYS', pattern)],
  ['SCAN', (one, pattern) => one.send('SCAN', '0', 'COUNT', '1000', 'MATCH', pattern)],
  ['PUBSUB CHANNELS', (one, pattern) => one.send('PUBSUB', 'CHANNELS', pattern)],
  [
    'PUBLISH to a pattern',
    (one, pattern) => {
      one.another().connection.send(['PSUBSCRIBE', pattern])
      for (let i = 0; i < 200; i++) one.send('PUBLISH', `channel:${i}`, 'x')
    },
  ],
]

test.each(commands)('%s takes no time that grows with a long pattern and the number of names', async (_, run) => {
  const one = await simulate('redis-8.0')
  const listener = one.another()
  for (let i = 0; i < 200; i++) {
    one.send('SET', `key:${i}`, 'x')
    listener.connection.send(['SUBSCRIBE', `channel:${i}`])
    const register = `redis.register_function('f${i}', function() end)`
    one.send('FUNCTION', 'LOAD', `#!lua name=l${i}\n${register}`)
  }
  for (const [name, pattern] of patterns) {
    const time = (): number => {
      const { user } = process.cpuUsage()
      run(one, pattern)
      return (process.cpuUsage().user - user) / 1000
    }
    // Other threads of the process (the compiler of Lua's WebAssembly) count too: a run that took long is repeated.
    expect([name, time() < TIME || time() < TIME]).toEqual([name, true])
  }
})
