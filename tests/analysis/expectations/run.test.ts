import { expect, test } from 'vitest'
import { parseExpectations } from '../../../src/analysis/expectations/parse'
import { runExpectations } from '../../../src/analysis/expectations/run'
import { startServer } from '../../../src/server/start'
import { loadTarget } from '../../../src/targets/load'
import type { TargetId } from '../../../src/targets/target'

const acl = `user default on >strong ~* &* +@all
user app on >pw ~app:* resetchannels +@read +@write -@dangerous
user pubsub on >pw resetchannels &news:* +@pubsub
user worker off >pw ~jobs:* +@list
user bare on ~* +@all
user open on nopass ~* +@all
`

/** Each line's state and message. */
async function results(
  lines: string,
  options: { conf?: string; acl?: string; target?: TargetId } = {},
): Promise<string[]> {
  const started = startServer({
    target: await loadTarget(options.target ?? 'redis-7.2'),
    conf: `${options.conf ?? ''}\naclfile users.acl\n`,
    files: { read: () => options.acl ?? acl, write: () => undefined },
    clock: { now: () => 0 },
    random: { bytes: (n) => 'a'.repeat(n), below: () => 0 },
  })
  if (!started.started) throw new Error('the server does not start')
  const { expectations, problems } = parseExpectations(lines)
  expect(problems).toEqual([])
  return runExpectations(started.server, expectations).map(({ state, message }) => `${state}: ${message}`)
}

test('what holds and what does not, with the reason', async () => {
  expect(
    await results(`app can GET app:1
app cannot SET secret:1 x because key
app cannot FLUSHALL because command
pubsub cannot SUBSCRIBE other because channel
app can SET secret:1 x
app cannot GET app:1
app cannot FLUSHALL because key
`),
  ).toEqual([
    'holds: Allowed: +@read lets app run GET, ~app:* gives app:1.',
    'holds: Denied because key: no rule lets app write secret:1.',
    'holds: Denied because command: -@dangerous denies FLUSHALL.',
    'holds: Denied because channel: no rule lets pubsub use the channel other.',
    'fails: Denied because key: no rule lets app write secret:1.',
    'fails: Allowed: +@read lets app run GET, ~app:* gives app:1.',
    'fails: Denied, but because command, not key: -@dangerous denies FLUSHALL.',
  ])
})

test('who cannot log in can do nothing', async () => {
  expect(
    await results(`worker cannot log in because off
worker can LPUSH jobs:1 x
bare cannot log in because no-password
bare cannot PING because command
open can log in
ghost cannot log in because no-user
ghost cannot GET a because no-user
app can log in
`),
  ).toEqual([
    'holds: Denied because off: worker is off, so nobody can log in as worker.',
    'fails: Denied because off: worker is off, so nobody can log in as worker.',
    'holds: Denied because no-password: bare has no password, so no password logs in as bare.',
    'fails: Denied, but because no-password, not command: bare has no password, so no password logs in as bare.',
    'holds: Allowed: open is on and needs no password.',
    'holds: Denied because no-user: there is no user ghost.',
    'holds: Denied because no-user: there is no user ghost.',
    'holds: Allowed: app is on and logs in with its password.',
  ])
})

test('a misspelt name is no refusal', async () => {
  expect(
    await results(`ap cannot GET secret
app cannot FLUSHAL
app cannot CONFIG GTE maxmemory
app can SET app:1
app can GET app:1 in db 99
app cannot JSON.GET app:1 because no-command
app cannot GET app:1 because no-command
app cannot GET app:1 because no-user
`),
  ).toEqual([
    'invalid: There is no user ap.',
    'invalid: Redis 7.2 has no command FLUSHAL.',
    'invalid: Redis 7.2 has no command CONFIG GTE.',
    'invalid: SET has too few arguments here: the server rejects it before checking the rules.',
    'invalid: There is no database 99: the server has 16, from 0 to 15.',
    'holds: Denied because no-command: Redis 7.2 has no command JSON.GET.',
    'fails: Allowed: +@read lets app run GET, ~app:* gives app:1.',
    'fails: Allowed: +@read lets app run GET, ~app:* gives app:1.',
  ])
})

test('where a connection comes from: protected mode, bind, sockets, TLS only', async () => {
  const open = acl.replace('>strong', 'nopass')
  const lines = `app can GET app:1 from 203.0.113.5
app can GET app:1 from localhost
app can GET app:1 from unix
`
  expect(await results(lines, { acl: open, conf: 'bind *' })).toEqual([
    'fails: Denied because protected-mode: protected mode rejects 203.0.113.5, since the user default needs no password.',
    'holds: Allowed: +@read lets app run GET, ~app:* gives app:1.',
    'fails: Denied because unreachable: a connection from the Unix socket fails (Could not connect: no unixsocket is configured).',
  ])
  expect((await results(lines, { acl: open, conf: 'bind *\nprotected-mode no' }))[0]).toMatch(/^holds/)
  expect((await results(lines, { conf: 'bind 127.0.0.1' }))[0]).toMatch(/^fails: Denied because unreachable/)
  expect(
    (
      await results(lines, {
        conf: 'bind *\nport 0\ntls-port 6380\ntls-cert-file a\ntls-key-file b\ntls-ca-cert-file c',
      })
    )[0],
  ).toMatch(/^holds/)
  expect((await results('app can log in from 203.0.113.5', { acl: open, conf: 'bind *' }))[0]).toMatch(
    /^fails: Denied because protected-mode/,
  )
})

test('databases, where the server has rules for them', async () => {
  const lines = 'app can GET app:1 in db 3\napp cannot GET app:1 in db 4 because database\n'
  const rules = 'user default off\nuser app on >pw ~* +@all db=3\n'
  expect(await results(lines, { target: 'valkey-9.1', acl: rules })).toEqual([
    'holds: Allowed: +@all lets app run GET, ~* gives app:1.',
    'holds: Denied because database: no rule lets app use database 4.',
  ])
})

test('a command goes by the name that rename-command gave it', async () => {
  expect(
    await results('default can SECRET-CONFIG GET port\ndefault cannot CONFIG GET port because no-command', {
      conf: 'rename-command CONFIG SECRET-CONFIG',
    }),
  ).toEqual([expect.stringMatching(/^holds: Allowed/), expect.stringMatching(/^holds: Denied because no-command/)])
})

test('BY and GET of SORT are denied to a user who may not read every key', async () => {
  const lines = `sorter cannot SORT app:1 BY w_* because key
sorter cannot SORT app:1 LIMIT 0 1 GET # because key
sorter cannot SORT_RO app:1 DESC GET w_* because key
sorter can SORT app:1 BY nosort STORE app:2
sorter can SORT app:1 BY w_*
all can SORT app:1 BY w_* GET w_*
`
  const rules = 'user sorter on >pw ~app:* +@all\nuser all on >pw %R~* ~app:* +@all\n'
  const byNeedsEveryKey =
    'Denied because key: BY reads keys that the command does not name, which only read access to every key (%R~* or ~*) allows.'
  expect(await results(lines, { acl: rules })).toEqual([
    `holds: ${byNeedsEveryKey}`,
    expect.stringMatching(/^holds: Denied because key: GET reads keys/),
    expect.stringMatching(/^holds: Denied because key: GET reads keys/),
    expect.stringMatching(/^holds: Allowed/),
    `fails: ${byNeedsEveryKey}`,
    expect.stringMatching(/^holds: Allowed/),
  ])
  const before7 = 'user sorter on >pw ~app:* +@all'
  expect(await results('sorter can SORT app:1 BY w_*', { acl: before7, target: 'redis-6.2' })).toEqual([
    expect.stringMatching(/^holds: Allowed/),
  ])
})

test('protected directives deny what the rules allow', async () => {
  const lines = `default cannot MODULE LOAD x.so because configuration
default cannot DEBUG SLEEP 0 because configuration
default cannot CONFIG SET dir /tmp because configuration
default can CONFIG SET maxmemory 1
default can MODULE LIST
default cannot MODULE LOAD x.so from 10.0.0.1 because configuration
`
  const on7 = await results(lines, { conf: 'bind *' })
  expect(on7.map((line) => line.slice(0, 5))).toEqual(['holds', 'holds', 'holds', 'holds', 'holds', 'holds'])
  expect(on7[0]).toBe('holds: Denied because configuration: enable-module-command no blocks it.')
  expect(on7[2]).toBe(
    'holds: Denied because configuration: dir is a protected directive, and enable-protected-configs no blocks it.',
  )
  const local = await results('default can MODULE LOAD x.so from localhost\n' + lines, {
    conf: 'bind *\nenable-module-command local\nenable-protected-configs yes\nenable-debug-command yes',
  })
  expect(local.map((line) => line.slice(0, 5))).toEqual(['holds', 'fails', 'fails', 'fails', 'holds', 'holds', 'holds'])
})

test('a command that rename-command disables or renames is not suggested as its own replacement', async () => {
  expect(
    await results('default cannot FLUSHALL\ndefault can CONFIG GET port\ndefault cannot FLUSHAL', {
      conf: 'rename-command FLUSHALL ""\nrename-command CONFIG SECRET-CONFIG',
    }),
  ).toEqual([
    'invalid: rename-command in redis.conf disables FLUSHALL, so the server has no such command.',
    'invalid: rename-command in redis.conf renames CONFIG, so the server has no command of that name.',
    'invalid: Redis 7.2 has no command FLUSHAL.',
  ])
})
