import { expect, test } from 'vitest'
import { foundInConf } from './found'

test('requirepass-ignored', async () => {
  const conf = 'aclfile users.acl\nrequirepass secret\nport 6379\n'
  expect(await foundInConf('requirepass-ignored', conf, 'user default off\n')).toMatchInlineSnapshot(`
    "error 2:1 requirepass secret
    The ACL file overrides requirepass: this password is not in effect.
    (Give default its password in users.acl.)
    safe: Remove requirepass → aclfile users.acl
    port 6379"
  `)
  expect(await foundInConf('requirepass-ignored', conf, 'user app on nopass\n')).toMatchInlineSnapshot(`
    "error 2:1 requirepass secret
    The ACL file overrides requirepass: default is open to everybody, without this password.
    (Give default its password in users.acl.)
    safe: Remove requirepass → aclfile users.acl
    port 6379"
  `)
  expect(await foundInConf('requirepass-ignored', 'requirepass secret\n')).toBe('')
})

test('requirepass-weak', async () => {
  expect(await foundInConf('requirepass-weak', 'requirepass "se cret"')).toMatchInlineSnapshot(`
    "warning 1:13 "se cret"
    The password is in plain text and has 7 characters. A random password of 32 or more cannot be guessed.
    (In an ACL file a password can be written as its hash.)"
  `)
  expect(await foundInConf('requirepass-weak', 'requirepass ${REDIS_PASSWORD}')).toMatchInlineSnapshot(`
    "warning 1:13 \${REDIS_PASSWORD}
    The password is \${REDIS_PASSWORD} as written: the server replaces nothing in redis.conf.
    (Render the file before the server reads it, say envsubst < redis.conf.in > redis.conf, and check what comes out.)"
  `)
  expect(await foundInConf('requirepass-weak', 'requirepass changeme')).toContain('in plain text')
  expect(await foundInConf('requirepass-weak', `requirepass ${'x'.repeat(32)}`)).toBe('')
})

test('rename-command', async () => {
  expect(await foundInConf('rename-command', 'rename-command CONFIG c0nf1g\nrename-command FLUSHALL ""\n'))
    .toMatchInlineSnapshot(`
      "warning 1:1 rename-command CONFIG c0nf1g
      rename-command is deprecated. Rules still call this command config.
      (Write -config in the lines of users who should not have it, then remove this line.)

      warning 2:1 rename-command FLUSHALL ""
      rename-command is deprecated. The rule -flushall denies FLUSHALL to one user and can leave it to an administrator.
      (Write -flushall in the lines of users who should not have it, then remove this line.)"
    `)
})

test('bind-everywhere', async () => {
  expect(await foundInConf('bind-everywhere', 'bind * -::*\n')).toMatchInlineSnapshot(`
    "warning 1:1 bind * -::*
    The server listens on every network interface.
    (List only the addresses that clients connect to, and never expose the server to the internet.)
    Listen on the loopback interface only → bind 127.0.0.1 -::1"
  `)
  expect(await foundInConf('bind-everywhere', 'bind 127.0.0.1 -::1\n')).toBe('')
})

test('protected-mode-off', async () => {
  expect(await foundInConf('protected-mode-off', 'protected-mode no\n')).toMatchInlineSnapshot(`
    "error 1:1 protected-mode no
    Protected mode is off and default needs no password: whoever can reach the port has all permissions of default.
    (Give default a password or turn it off first.)
    Turn protected mode on → protected-mode yes"
  `)
  expect(await foundInConf('protected-mode-off', 'protected-mode no\nrequirepass x\n')).toBe('')
  expect(await foundInConf('protected-mode-off', 'protected-mode no\naclfile users.acl\n', 'user default off\n')).toBe(
    '',
  )
})

test('protected-directives', async () => {
  expect(await foundInConf('protected-directives', 'enable-debug-command yes\nenable-module-command local\n'))
    .toMatchInlineSnapshot(`
      "warning 1:1 enable-debug-command yes
      This allows DEBUG, which can crash the server, from any address, to every user whose rules allow it.
      (local limits it to connections from the server’s own host; no disables it.)
      Write enable-debug-command local → enable-debug-command local
      enable-module-command local
      Write enable-debug-command no → enable-debug-command no
      enable-module-command local"
    `)
})

test('not-replicated', async () => {
  expect(await foundInConf('not-replicated', 'replicaof 10.0.0.1 6379\n')).toMatchInlineSnapshot(`
    "info 1:1 replicaof 10.0.0.1 6379
    ACL rules are not replicated: a replica has its own users.
    (Copy the same users.acl to every replica and run ACL LOAD there.)"
  `)
  expect(await foundInConf('not-replicated', 'cluster-enabled yes\n')).toMatchInlineSnapshot(`
    "info 1:1 cluster-enabled yes
    ACL rules are not shared in a cluster: every node has its own users.
    (Copy the same users.acl to every node and run ACL LOAD there.)"
  `)
})

test('user lines are looked at as in an ACL file', async () => {
  const password = 'secret'.repeat(6)
  expect(await foundInConf('plaintext-password', `# users\nuser app on >${password} ~app:* +get\n`))
    .toMatchInlineSnapshot(`
      "warning 2:13 >secretsecretsecretsecretsecretsecret
      The password is in plain text: whoever reads this file knows it.
      (Write its SHA-256 hash instead: the same password still logs in.)
      safe: Replace the password with its hash → # users
      user app on #4f6247d3302488b2e483cdc67a5027a6de127b09903954787428e30faf83eb49 ~app:* +get"
    `)
  expect(await foundInConf('plaintext-password', '# users\nuser app on >secret ~app:* +get\n')).toBe('')
  expect(await foundInConf('plaintext-password', 'user app on ">secret" ~app:* +get\n')).toBe('')
})

test('a password of redis.conf that CONFIG GET prints to a user of few rights', async () => {
  const acl =
    'user default off\nuser admin on >secret ~* &* +@all\nuser replica on >copy +psync +replconf +ping\nuser monitor on >m +config|get\nuser app on >a ~app:* +get\n'
  const conf = (line: string): Promise<string> =>
    foundInConf('privilege-escalation', `aclfile users.acl\n${line}\n`, acl)
  expect(await conf('masterauth secret')).toMatchInlineSnapshot(`
    "warning 2:1 masterauth secret
    monitor can get every permission: monitor> CONFIG GET masterauth, then monitor> AUTH admin <masterauth>.
    (Deny CONFIG GET (-config|get), or give this directive a password of a user who may do little.)"
  `)
  expect(await conf('masterauth copy')).toMatchInlineSnapshot(`
    "warning 2:1 masterauth copy
    monitor can copy all data: monitor> CONFIG GET masterauth, then monitor> AUTH replica <masterauth>, then replica> PSYNC ? -1.
    (Deny CONFIG GET (-config|get), or give this directive a password of a user who may do little.)"
  `)
  expect(await conf('masterauth a')).toBe('')
  expect(await conf('masterauth other')).toBe('')
  expect(await conf('masterauth secret\nrename-command CONFIG ""')).toBe('')
})
