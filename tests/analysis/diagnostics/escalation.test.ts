import { expect, test } from 'vitest'
import { found, verdicts } from './found'

const code = 'privilege-escalation'

test('a container that is left by -@dangerous gives nothing', async () => {
  for (const rules of ['+@all -@dangerous', '+@all -@admin', '+@read +slowlog|len', '+@all -@dangerous -@admin']) {
    const file = `user app on #… ~app:* ${rules}`
    expect(await found(code, file), rules).toBe('')
    expect(await verdicts(file, ['SLOWLOG GET 1', 'CONFIG GET x', 'ACL SETUSER app +@all'])).toBe(
      'SLOWLOG GET 1: command\nCONFIG GET x: command\nACL SETUSER app +@all: command',
    )
  }
})

test('+@all within key patterns is an error: the user gives itself the other keys', async () => {
  const file = 'user app on #… ~app:* +@all'
  expect(await found(code, file)).toMatchInlineSnapshot(`
    "error 1:86 +@all
    app can change its own rules, and everybody else’s (ACL SETUSER); change the configuration, requirepass (the password of default) included (CONFIG SET); make the server a replica of any other, which then replaces all data and sends it any command (REPLICAOF).
    (With these commands the user can lift every other limit of its rules.)
    Deny administration (-@admin) → user app on #… ~app:* +@all -@admin"
  `)
  expect(await verdicts(file, ['GET secret:1', 'ACL SETUSER app ~*'])).toBe(
    'GET secret:1: key\nACL SETUSER app ~*: allowed',
  )
})

test('an administrator is none, whatever one takes away an escalation', async () => {
  expect(await found(code, 'user admin on #… ~* &* +@all')).toBe('')
  expect(await found(code, 'user admin on #… ~* &* +@all db=0', 'valkey-9.1')).toContain('error')
  expect(await found(code, 'user admin on #… ~* &* +@all -flushall')).toContain('error')
})

test('commands that stay within the rules of the user are none', async () => {
  for (const rule of ['+migrate', '+config|rewrite', '+acl|save', '+acl|whoami', '+eval', '+@write', '+@scripting'])
    expect(await found(code, `user app on #… ~app:* +get ${rule}`), rule).toBe('')
  expect(await verdicts('user app on #… ~app:* +migrate', ['MIGRATE h 1 secret:1 0 9'])).toBe(
    'MIGRATE h 1 secret:1 0 9: key',
  )
  expect(await verdicts('user app on #… ~app:* +config|rewrite', ['CONFIG SET requirepass x'])).toBe(
    'CONFIG SET requirepass x: command',
  )
})

test('graded by what the user gains', async () => {
  const graded = async (rules: string): Promise<string> =>
    (await found(code, `user app on #… ${rules}`)).split('\n').slice(0, 3).join('\n')
  expect(await graded('~app:* +get +config|set')).toMatchInlineSnapshot(`
    "error 1:91 +config|set
    app can change the configuration, requirepass (the password of default) included (CONFIG SET).
    (With these commands the user can lift every other limit of its rules.)"
  `)
  expect(await graded('~app:* +get +replicaof')).toMatchInlineSnapshot(`
    "error 1:91 +replicaof
    app can make the server a replica of any other, which then replaces all data and sends it any command (REPLICAOF).
    (With these commands the user can lift every other limit of its rules.)"
  `)
  expect(await graded('~app:* +get +psync')).toMatchInlineSnapshot(`
    "error 1:91 +psync
    app can copy the whole data set as a replica would (PSYNC).
    (Key patterns do not limit these commands: deny them, or guard the password like an administrator’s.)"
  `)
  expect(await graded('~app:* +get +monitor')).toMatchInlineSnapshot(`
    "error 1:91 +monitor
    app can watch the commands of other clients, with keys and values (MONITOR).
    (Key patterns do not limit these commands: deny them, or guard the password like an administrator’s.)"
  `)
  expect(await graded('~app:* +get +slowlog')).toMatchInlineSnapshot(`
    "warning 1:91 +slowlog
    app can read arguments of other clients’ slow commands (SLOWLOG GET).
    (Deny these commands unless the user monitors the server.)"
  `)
  expect(await graded('~app:* +get +config|get')).toMatchInlineSnapshot(`
    "warning 1:91 +config|get
    app can read the passwords that the configuration holds in clear (requirepass, masterauth) (CONFIG GET).
    (Deny these commands unless the user monitors the server.)"
  `)
  expect(await graded('~app:* +get +debug')).toMatchInlineSnapshot(`
    "warning 1:91 +debug
    app can crash the server or change its data where enable-debug-command allows it (DEBUG).
    (Deny these commands unless the user monitors the server.)"
  `)
  expect(await graded('~app:* +get +acl|load')).toMatchInlineSnapshot(`
    "warning 1:91 +acl|load
    app can undo changes to users that were not saved to the file (ACL LOAD).
    (Deny these commands unless the user operates the server.)"
  `)
  expect(await graded('~app:* +get +client')).toMatchInlineSnapshot(`
    "warning 1:91 +client
    app can end other clients’ connections (CLIENT KILL).
    (Deny these commands unless the user operates the server.)"
  `)
})

test('a user without keys that a replica or an exporter needs', async () => {
  expect(await found(code, 'user replica on #… +psync +replconf +ping')).toMatchInlineSnapshot(`
    "info 1:83 +psync
    replica can copy the whole data set as a replica would (PSYNC).
    (A replica needs this. Guard the password like an administrator’s.)"
  `)
  expect(await found(code, 'user exporter on #… +info +slowlog|get +client|kill')).toBe('')
  expect(await found(code, 'user exporter on #… +config|get +info +slowlog|get +client|kill')).toMatchInlineSnapshot(`
    "info 1:84 +config|get
    exporter can read the passwords that the configuration holds in clear (requirepass, masterauth) (CONFIG GET).
    (Check redis.conf, too: a password there that is also a user’s is a way to become that user. Guard the password like that user’s.)"
  `)
  expect(await found(code, 'user ops on #… +@admin')).toContain('warning')
})

test('functions count where another limited user may call them', async () => {
  const loader = 'user deploy on #… ~app:* +@write'
  expect(await found(code, `${loader}\nuser admin on #… ~* +@all`)).toBe('')
  expect(await found(code, `${loader}\nuser app off #… ~app:* +fcall`)).toBe('')
  expect(await found(code, `${loader}\nuser app on ~app:* +fcall`)).toBe('')
  expect(await found(code, `user deploy on #… ~app:* +@write +fcall`)).toBe('')
  expect(await found(code, `${loader}\nuser app on #… ~app:* ~secret:* +get +fcall`)).toMatchInlineSnapshot(`
    "info 1:89 +@write
    deploy can change functions (FUNCTION LOAD) that app may call: they run with the caller’s permissions.
    (Deny FUNCTION (-function) to users that do not deploy functions.)
    Deny FUNCTION (-function) → user deploy on #… ~app:* +@write -function
    user app on #… ~app:* ~secret:* +get +fcall"
  `)
  expect(await verdicts(loader, ['FUNCTION LOAD x', 'FCALL f 0'])).toBe('FUNCTION LOAD x: allowed\nFCALL f 0: command')
})

test('Redis 6 checks the first argument', async () => {
  expect(await found(code, 'user app on #… ~app:* +get +config|get', 'redis-6.2')).toContain('(CONFIG GET)')
  expect(await found(code, 'user app on #… ~app:* +get +client|id', 'redis-6.2')).toBe('')
  expect(await found(code, 'user app on #… ~app:* +get +acl', 'redis-6.2')).toContain('(ACL SETUSER)')
})
