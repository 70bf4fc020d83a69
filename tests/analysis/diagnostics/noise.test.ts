import { expect, test } from 'vitest'
import { found, foundInConf } from './found'

test('an administrator may change functions: that is no diagnostic', async () => {
  const app = 'user app on #… ~app:* +@all -@dangerous'
  expect(await found('privilege-escalation', `user default on #… ~* &* +@all\n${app}`)).toBe('')
  expect(await found('privilege-escalation', `user ops on #… (~* &* +@all)\n${app}`)).toBe('')
  expect(await found('privilege-escalation', `user deploy on #… ~app:* +@write\n${app}`)).toContain('FUNCTION LOAD')
})

test.each([
  ['a replica', 'user replica on #… +psync +replconf +ping'],
  ['a replica of any name', 'user mirror on #… +psync +replconf'],
  ['Sentinel', 'user sentinel on #… allchannels +multi +slaveof +ping +exec +subscribe +config|rewrite +role +publish'],
  ['a health check', 'user health on #… +ping'],
  ['a health check of a cluster', 'user pinger on #… -@all +ping +cluster|info +cluster|nodes'],
  ['a backup', 'user backup on #… +bgsave +lastsave +info'],
])('%s is not told what client libraries send', async (_, line) => {
  expect(await found('client-handshake', line)).toBe('')
})

test('users of an application are told what client libraries send', async () => {
  expect(await found('client-handshake', 'user app on #… ~app:* +get')).toContain('app is denied')
  expect(await found('client-handshake', 'user bus on #… &events:* +publish')).toContain('bus is denied')
})

test('Sentinel needs SLAVEOF: no fix takes it away', async () => {
  const rules =
    'allchannels +multi +slaveof +ping +exec +subscribe +config|rewrite +role +publish +info +client|setname +client|kill +script|kill'
  const text = await found('privilege-escalation', `user guard on #… ${rules}`)
  expect(text).toContain('info 1:')
  expect(text).toContain('Sentinel needs')
  expect(text).not.toContain('Take')
  expect(await found('privilege-escalation', `user guard on #… ${rules} +config|set`)).toContain('warning')
  expect(await found('privilege-escalation', `user guard on #… ~* +get ${rules}`)).toContain('error')
})

test('diagnostics that say the same of several users are shown once a file', async () => {
  const file = ['a', 'b', 'c']
    .map((name) => `user ${name} on #… ~${name}:* &${name}:* +@all -@admin -@dangerous -@scripting`)
    .join('\n')
  for (const code of ['keys-command-leaks', 'psubscribe-literal', 'dangerous-residue']) {
    const text = await found(code, file)
    expect(text.match(/^(?:info|warning) /gm), code).toHaveLength(1)
    expect(text, code).toContain('The same goes for b and c.')
  }
  const fixes = (await found('keys-command-leaks', file)).split('\n').filter((line) => line.includes('→'))
  expect(fixes).toHaveLength(2)
  expect(fixes[1]).toContain('for all 3 users')
})

test('users who differ in what they can learn are told separately', async () => {
  const file = 'user a on #… ~a:* +get +scan\nuser b on #… ~b:* +get +scan +flushall\nuser c on #… ~c:* +get +scan'
  const text = await found('keys-command-leaks', file)
  expect(text.match(/^warning /gm)).toHaveLength(2)
  expect(text).toContain('The same goes for c.')
})

test('the users of redis.conf are told once as well', async () => {
  const conf = 'user a on nopass ~a:* +get +scan\nuser b on nopass ~b:* +get +scan\n'
  expect(await foundInConf('keys-command-leaks', conf)).toContain('The same goes for b.')
})

test('a selector whose commands a later rule takes back is reported once', async () => {
  expect(await found('keys-no-commands', 'user app on #… ~app:* +get +set -@all')).toBe('')
  expect(await found('order-cancels', 'user app on #… ~app:* +get +set -@all')).toContain('+get and +set')
  expect(await found('keys-no-commands', 'user app on #… ~app:* -@all')).toContain('No command')
  expect(await found('keys-no-commands', 'user app on #… ~app:* +get (~b:* +set -@all)')).toBe('')
})

test('a user without a password who may only ping is no open door', async () => {
  expect(await found('nopass', 'user health on nopass -@all +ping')).toBe('')
  expect(await found('nopass', 'user default on nopass -@all +ping +echo')).toBe('')
  expect(await found('nopass', 'user health on nopass -@all +ping +info')).toContain('Any password')
  expect(await found('nopass', 'user health on nopass -@all +ping (~a +get)')).toContain('Any password')
})

test('denials that have no effect are reported once a line', async () => {
  const text = await found('always-allowed', 'user app on #… ~* +@all -auth -hello -reset -quit')
  expect(text.match(/^warning /gm)).toHaveLength(1)
  expect(text).toContain('AUTH, HELLO, RESET and QUIT')
})

test('-@dangerous: clients that are given INFO know what they ask for', async () => {
  const user = 'user app on #… ~app:* +@all -@dangerous -@scripting'
  expect(await found('dangerous-residue', user)).toContain('INFO')
  expect(await found('dangerous-residue', `${user} +info`)).toBe('')
})

test('that a user who reads may use DUMP goes without saying', async () => {
  expect(await found('split-access', 'user app on #… %R~jobs:* +@read')).toBe('')
  expect(await found('split-access', 'user app on #… %R~jobs:* +@read +xreadgroup')).toContain('XREADGROUP')
})
