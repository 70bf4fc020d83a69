import { expect, test } from 'vitest'
import { start } from '../helper'

const SYNTAX = '-ERR syntax error'

test.each([
  ['redis-6.2', 'SHUTDOWN ABORT', SYNTAX],
  ['redis-6.2', 'SHUTDOWN NOSAVE NOSAVE', SYNTAX],
  ['redis-7.0', 'SHUTDOWN ABORT', '-ERR No shutdown in progress.'],
  ['redis-8.0', 'SHUTDOWN NOSAVE FORCE ABORT', SYNTAX],
  ['redis-8.0', 'SHUTDOWN SAVE NOSAVE', SYNTAX],
  ['redis-8.0', 'SHUTDOWN FAILOVER', SYNTAX],
  ['valkey-9.1', 'SHUTDOWN FAILOVER', '-ERR SHUTDOWN FAILOVER is only supported in cluster mode.'],
] as const)('%s: %s', async (target, line, reply) => {
  const client = (await start(target)).client()
  expect([client.say(line), client.hungUp]).toEqual([reply, false])
})

test('SHUTDOWN with all its options closes the connection', async () => {
  const client = (await start('redis-8.0')).client()
  expect([client.say('SHUTDOWN NOSAVE NOW FORCE'), client.hungUp]).toEqual([undefined, true])
})
