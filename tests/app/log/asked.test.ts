import { expect, test } from 'vitest'
import { toText } from '../../../src/acl/bytes'
import type { LogEntry } from '../../../src/acl/log'
import { askedByLog, askedIn, clientFacts } from '../../../src/app/log/asked'
import { Playground } from '../../../src/app/state/Playground.svelte'
import { blankState } from '../../../src/workspace/state'

async function open(): Promise<Playground> {
  const playground = new Playground()
  const acl = 'user default on nopass ~app:* &* +@all -flushall\nuser app on >secret ~app:* +get +eval\n'
  await playground.restore({ ...blankState('redis-8.0'), files: { acl, conf: 'aclfile users.acl\n' } })
  return playground
}

test('an entry of ACL LOG has the newest line of a console that made it', async () => {
  const { connections, host } = await open()
  const one = connections.current
  if (one === null) throw new Error('there is always a connection')
  for (const line of ['GET secret:1', 'GET app:1', 'MSET app:1 x secret:1 y', 'FLUSHALL', 'AUTH app wrong'])
    await connections.run(one, line)
  const lines = host.live?.aclLog.entries.map((entry) => [entry.reason, askedIn(connections.all, entry)?.entry.line])
  expect(lines).toEqual([
    ['auth', 'AUTH app wrong'],
    ['command', 'FLUSHALL'],
    ['key', 'MSET app:1 x secret:1 y'],
  ])
  expect(askedIn([], host.live?.aclLog.entries[1] ?? never())).toBeNull()
})

test('without a console, an entry has the line that it determines; a log-in and the key of a script have none', async () => {
  const { connections, host } = await open()
  const one = connections.current
  if (one === null || host.target === null) throw new Error('there is always a connection')
  for (const line of ['GET secret:1', 'AUTH app wrong', 'FLUSHALL']) await connections.run(one, line)
  const { target } = host
  const [command, auth, key] = host.live?.aclLog.entries ?? []
  const words = (entry: LogEntry = never()) => askedByLog(entry, 0, target)?.argv.map(toText) ?? null
  expect(words(command)).toEqual(['flushall'])
  expect(words(auth)).toBeNull()
  expect(words(key)).toEqual(['get', 'secret:1'])
  expect(askedByLog({ ...(key ?? never()), context: 'lua' }, 0, target)).toBeNull()
})

test('the client of an entry is told in words', () => {
  expect(clientFacts('id=3 addr=10.0.4.7:51 name= db=2 cmd=NULL user=app lib-name=redis-py resp=3')).toEqual([
    { name: 'Connection', value: '3' },
    { name: 'Address', value: '10.0.4.7:51' },
    { name: 'Library', value: 'redis-py' },
    { name: 'Database', value: '2' },
    { name: 'Protocol', value: 'RESP3' },
  ])
})

function never(): never {
  throw new Error('there is such an entry')
}
