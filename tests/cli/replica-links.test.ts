import { expect, test } from 'vitest'
import { replicaWarnings } from '../../src/cli/server/replica-links'
import { usersOf } from '../analysis/users'

const before = 'user repl on >x +psync +replconf +ping\nuser open on nopass +@all\n'
const replica = (user: string, address: string) => ({
  user,
  address,
  name: '',
  command: 'replconf',
  isReplica: true,
  subscribes: false,
})
const first = replica('repl', '10.0.0.2:6379')

async function warnings(after: string, links: Parameters<typeof replicaWarnings>[0] = [first]): Promise<string[]> {
  const { users: current, target } = await usersOf(before)
  const { users: wanted } = await usersOf(after)
  return replicaWarnings(links, current, wanted, target)
}

test.each([
  ['is deleted', 'user other on\n', 'which is deleted: replication stops'],
  [
    'is turned off',
    before.replace('repl on', 'repl off'),
    'which can no longer log in: replication ends with the next connection',
  ],
  [
    'loses its passwords',
    before.replace('>x', ''),
    'which can no longer log in: replication ends with the next connection',
  ],
  ['loses PSYNC', before.replace('+psync ', ''), 'which may no longer run PSYNC: replication stops'],
  ['loses REPLCONF', before.replace('+replconf ', ''), 'which may no longer run REPLCONF: replication stops'],
  [
    'gets another password',
    before.replace('>x', '>y'),
    'whose passwords change: give the replica one that stays valid (masterauth) first',
  ],
])('the user of a replica %s', async (_, after, what) => {
  expect(await warnings(after)).toEqual([`The replica 10.0.0.2:6379 logs in as repl, ${what}.`])
})

test('replicas whose user can follow on are not named; several of one user are named together', async () => {
  expect(await warnings(before.replace('>x', '>x >y'))).toEqual([])
  expect(await warnings(before.replace('>x', 'nopass'))).toEqual([])
  const second = replica('repl', '10.0.0.3:6379')
  expect(await warnings('user other on\n', [first, second, replica('default', 'c')])).toEqual([
    'The replicas 10.0.0.2:6379, 10.0.0.3:6379 log in as repl, which is deleted: replication stops.',
  ])
})

test('a password of an open user is a change too, and what is not read is said', async () => {
  const links = [replica('open', 'a')]
  expect(await warnings(before.replace('open on nopass', 'open on >x'), links)).toEqual([
    'The replica a logs in as open, whose passwords change: give the replica one that stays valid (masterauth) first.',
  ])
  expect(await warnings(before, null)).toEqual([
    'The clients and replicas that are connected are not known: reading them needs +client|list.',
  ])
})
