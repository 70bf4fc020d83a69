import { expect, test } from 'vitest'
import { found } from './found'

test('overridden-flag: the last of on and off counts', async () => {
  expect(await found('overridden-flag', 'user app on #… ~app:* +get off')).toMatchInlineSnapshot(`
    "warning 1:91 off
    off overrides on before it: nobody can log in as this user.
    Remove on → user app #… ~app:* +get off
    Remove off → user app on #… ~app:* +get"
  `)
  expect(await found('overridden-flag', 'user app off #… ~app:* +get on')).toMatchInlineSnapshot(`
    "warning 1:92 on
    on overrides off before it: this user is on.
    Remove off → user app #… ~app:* +get on
    Remove on → user app off #… ~app:* +get"
  `)
  expect(await found('overridden-flag', 'user app on #… off reset on #… ~app:* +get')).toBe('')
  expect(await found('overridden-flag', 'user app on on #… ~app:* +get')).toBe('')
})

test('disturbs-others: by rule, with what suffices', async () => {
  expect(await found('disturbs-others', 'user app on #… ~app:* +script +evalsha')).toMatchInlineSnapshot(`
    "info 1:86 +script
    SCRIPT FLUSH drops the scripts of all users, and SCRIPT KILL ends those that run.
    (Clients that run scripts need no more than SCRIPT LOAD and SCRIPT EXISTS.)
    Write +script|load +script|exists → user app on #… ~app:* +script|load +script|exists +evalsha
    Remove this rule → user app on #… ~app:* +evalsha"
  `)
  expect(await found('disturbs-others', 'user app on #… ~app:* +client|pause')).toMatchInlineSnapshot(`
    "info 1:86 +client|pause
    CLIENT PAUSE holds up the commands of all clients.
    (Only failover tools need it.)
    Remove this rule → user app on #… ~app:*"
  `)
  expect(await found('disturbs-others', 'user app on #… ~app:* +script -script')).toBe('')
  expect(await found('disturbs-others', 'user ops on #… ~* +@all +save')).toBe('')
})

test('unchecked-restore: only where RESTORE is allowed', async () => {
  expect(await found('unchecked-restore', 'user app on #… skip-sanitize-payload ~* +restore')).toMatchInlineSnapshot(`
    "warning 1:79 skip-sanitize-payload
    Where sanitize-dump-payload is clients, RESTORE does not check this user’s payloads: a crafted one can crash the server.
    (Only tools that copy data between servers need this.)
    Remove this rule → user app on #… ~* +restore"
  `)
  expect(await found('unchecked-restore', 'user app on #… skip-sanitize-payload ~* +get')).toBe('')
})

test('shell-glob: patterns with commas between them, and the wildcard of SQL', async () => {
  expect(await found('shell-glob', 'user app on #… ~a:*,~b:* +get')).toMatchInlineSnapshot(`
    "warning 1:79 ~a:*,~b:*
    A comma does not separate patterns: it is matched literally, with all that follows.
    Write ~a:* ~b:* → user app on #… ~a:* ~b:* +get"
  `)
  expect(await found('shell-glob', 'user app on #… ~%app% +get')).toMatchInlineSnapshot(`
    "warning 1:79 ~%app%
    % is not a wildcard in a pattern: it is matched literally.
    Write ~*app* → user app on #… ~*app* +get"
  `)
  expect(await found('shell-glob', 'user app on #… ~a,b +get')).toBe('')
})

test('dangerous-residue: -@admin leaves commands that affect all data', async () => {
  expect(await found('dangerous-residue', 'user app on #… ~app:* +@all -@admin')).toMatchInlineSnapshot(`
    "info 1:92 -@admin
    It still allows FLUSHALL, FLUSHDB, SWAPDB, KEYS, MIGRATE, RESTORE and 2 more, which are not in @admin.
    (To deny them as well, write -@dangerous, and allow +info again for clients.)"
  `)
  expect(await found('dangerous-residue', 'user app on #… ~app:* +@read -@admin')).toBe('')
})
