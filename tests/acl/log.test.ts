import { expect, test } from 'vitest'
import { AclLog, type Refused } from '../../src/acl/log'

const refused = (object: string, more: Partial<Refused> = {}): Refused => ({
  reason: 'command',
  context: 'toplevel',
  object,
  username: 'bob',
  clientInfo: 'id=1',
  ...more,
})
const shown = (log: AclLog): string[] => log.entries.map((entry) => `${entry.id} ${entry.object} x${entry.count}`)

test('the newest refusal comes first, and what is alike within a minute is counted', () => {
  const log = new AclLog(128)
  log.add(refused('get'), 0)
  log.add(refused('set'), 1_000)
  log.add(refused('get', { clientInfo: 'id=2' }), 60_000)
  expect(shown(log)).toEqual(['0 get x2', '1 set x1'])
  expect(log.entries[0]).toMatchObject({ clientInfo: 'id=2', createdAt: 0, updatedAt: 60_000 })
  log.add(refused('get'), 120_001)
  expect(shown(log)).toEqual(['2 get x1', '0 get x2', '1 set x1'])
})

test('reason, context and user tell refusals apart', () => {
  const log = new AclLog(128)
  log.add(refused('get'), 0)
  log.add(refused('get', { reason: 'key' }), 0)
  log.add(refused('get', { context: 'multi' }), 0)
  log.add(refused('get', { username: 'al' }), 0)
  expect(log.entries).toHaveLength(4)
})

test('only the ten newest are looked at for one that is alike', () => {
  const log = new AclLog(128)
  for (let i = 0; i < 11; i++) log.add(refused(String(i)), 0)
  log.add(refused('1'), 0)
  log.add(refused('0'), 0)
  expect(shown(log).slice(0, 3)).toEqual(['11 0 x1', '1 1 x2', '10 10 x1'])
})

test('no more than acllog-max-len are kept; a reset forgets all but the count of ids', () => {
  const log = new AclLog(2)
  for (const object of ['a', 'b', 'c']) log.add(refused(object), 0)
  expect(shown(log)).toEqual(['2 c x1', '1 b x1'])
  log.maxLength = 0
  log.add(refused('d'), 0)
  expect(shown(log)).toEqual([])
  log.maxLength = 2
  log.reset()
  log.add(refused('e'), 0)
  expect(shown(log)).toEqual(['4 e x1'])
})
