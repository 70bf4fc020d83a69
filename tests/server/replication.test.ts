import { expect, test } from 'vitest'
import { commands } from '../../src/server/commands/index'
import { startServer } from '../../src/server/start'
import type { Reply } from '../../src/resp/reply'
import { loadTarget } from '../../src/targets/load'
import { commandsOnDemand } from '../../src/server/commands/on-demand'

/** Starts a server with a replica, and returns what that is sent, without the snapshot. */
async function start(connects = true) {
  await commandsOnDemand.loadAll()
  const time = { now: 1_700_000_000_000 }
  const started = startServer({
    target: await loadTarget('redis-8.0'),
    conf: 'enable-debug-command yes',
    files: { read: () => null, write: () => undefined },
    clock: { now: () => time.now },
    random: { bytes: (n) => '\0'.repeat(n), below: () => 0 },
    ...(connects ? { linkToPrimary: () => undefined } : {}),
  })
  if (!started.started) throw new Error(started.message)
  const sent: Reply[] = []
  const connect = (push: (reply: Reply) => void) =>
    started.server.connect({ kind: 'loopback' }, { push, closed: () => undefined })
  const replica = connect((reply) => sent.push(reply))
  const client = connect(() => undefined)
  const words = () =>
    sent
      .map((reply) => (typeof reply === 'object' && reply !== null && 'text' in reply ? reply.text : ''))
      .join('')
      .split('\r\n')
      .filter((word) => !/^[*$]/.test(word))
      .join(' ')
      .trim()
  return { time, replica, client, words, say: (line: string) => client.send(line.split(' ')).replies[0] }
}

test('keys that SCAN finds expired are deleted one by one, those of a transaction together', async () => {
  const { time, replica, words, say } = await start()
  say('DEBUG SET-ACTIVE-EXPIRE 0')
  say('SET a 1 PX 1')
  say('SET b 1 PX 1')
  replica.send(['SYNC'])
  time.now += 10
  say('SCAN 0')
  expect(words()).toBe('SELECT 0 DEL a DEL b')
  say('SET a 1 PX 1')
  say('SET b 1 PX 1')
  time.now += 10
  say('MGET a b')
  expect(words()).toMatch(/MULTI DEL a DEL b EXEC$/)
})

test('where nothing can be connected, SYNC is not simulated', async () => {
  const { replica } = await start(false)
  expect(replica.send(['SYNC']).replies).toEqual([
    { type: 'error', text: "ERR 'sync' is not simulated by ACL Playground" },
  ])
  expect(commands.server).toHaveProperty('psync')
})

test('PSYNC names the replication ID and the offset before the data', async () => {
  const { replica, say } = await start()
  const [reply] = replica.send(['PSYNC', '?', '-1']).replies
  expect(reply).toMatchObject({
    type: 'raw',
    text: expect.stringMatching(/^\+FULLRESYNC 0{40} 0\r\n\$\d+\r\nREDIS0012/) as unknown,
  })
  say('SET a 1')
  expect(say('ROLE')).toEqual(['master', 23 + 27, [['127.0.0.1', '0', '50']]])
})
