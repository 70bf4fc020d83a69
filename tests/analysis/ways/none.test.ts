import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isUnlimited } from '../../../src/analysis/escalation'
import { runs } from '../../runs'
import { engineOn, textOf, wayOf } from './rows'

/** The script by which app becomes admin, or reaches secret:*. */
async function script(app: string, to: 'become' | 'reach', conf: readonly string[] = []): Promise<string[]> {
  const acl = `user default off\nuser admin on >a ~* &* +@all\nuser app on >b ${app}\n`
  const server = await engineOn('redis-8.0', acl, conf)
  return textOf(server, wayOf(server, 'app', to === 'become' ? { become: 'admin' } : { reach: 'secret:*' }))
}

test('CLUSTER MEET is a way only with cluster-enabled', async () => {
  expect(await script('+cluster|meet', 'become')).toEqual([])
  expect(await script('+cluster|meet', 'become', ['cluster-enabled no'])).toEqual([])
  expect(await script('+cluster|meet', 'become', ['cluster-enabled yes'])).toHaveLength(5)
})

test('DEBUG and MODULE LOAD are ways only where a directive enables them', async () => {
  expect(await script('+debug', 'reach')).toEqual([])
  expect(await script('+debug', 'reach', ['enable-debug-command local'])).toHaveLength(1)
  expect(await script('+module', 'become')).toEqual([])
  expect(await script('+module', 'become', ['enable-module-command yes'])).toHaveLength(3)
})

test('a password that no user has leads nowhere, and a removed command is no step', async () => {
  expect(await script('+config|get', 'become', ['masterauth another'])).toEqual([])
  expect(await script('+config|get', 'become', ['masterauth a'])).toHaveLength(2)
  expect(await script('+config|get', 'become', ['masterauth a', 'rename-command CONFIG ""'])).toEqual([])
  expect(await script('+config|get', 'become', ['masterauth a', 'rename-command CONFIG C'])).toEqual([
    'app> c GET masterauth',
    'app> AUTH admin <masterauth>',
  ])
  expect(await script('+replicaof +slaveof', 'become', ['rename-command REPLICAOF ""'])).toEqual([
    'app> SLAVEOF 203.0.113.9 6379',
    'their primary> ACL SETUSER admin on >chosen-password',
    'app> AUTH admin chosen-password',
  ])
})

test('functions that others call change keys that these may write, and make nobody admin', async () => {
  const caller = (rules: string): Promise<string[]> => script(`+function\nuser worker on >w ${rules} +fcall`, 'reach')
  expect(await caller('~secret:* +set')).toHaveLength(2)
  expect(await caller('%R~secret:* +get')).toEqual([])
  expect(await caller('~app:* +set')).toEqual([])
  expect(await script('+function\nuser worker on >w ~* +@all -@admin', 'become')).toEqual([])
})

test('without passwords in common, open users and commands that lead further, nobody becomes another', async () => {
  const rules = fc.constantFrom(
    '+@read',
    '+@write',
    '+@pubsub',
    '+info',
    '+ping',
    '-@all',
    '~app:*',
    '&*',
    '+eval',
    '+migrate',
  )
  await fc.assert(
    fc.asyncProperty(fc.array(rules, { maxLength: 6 }), async (list) => {
      expect(await script(`~app:* resetchannels ${list.join(' ')} -function`, 'become')).toEqual([])
    }),
    { numRuns: runs(20) },
  )
})

test('every user that no rule limits becomes every other', async () => {
  const server = await engineOn(
    'redis-8.0',
    'user default off\nuser a on >a ~* &* +@all\nuser b off\nuser c on >c +ping\nuser d on >d ~x:* +get\n',
  )
  const [a] = [...server.users].filter(isUnlimited)
  expect(a?.name).toBe('a')
  for (const name of ['b', 'c', 'd']) {
    expect(textOf(server, wayOf(server, 'a', { become: name }))).toHaveLength(2)
    expect(wayOf(server, name, { become: 'a' })).toBeNull()
  }
})
