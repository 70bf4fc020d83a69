import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { toUint8, type Bytes } from '../../src/acl/bytes'
import { adviceOn, type Advice } from '../../src/cli/server/denial-advice'
import { ListedUsers } from '../../src/cli/server/listed-users'
import { ReplyReader } from '../../src/cli/server/reply-reader'
import { encode } from '../../src/resp/encode'
import { isError, type Reply } from '../../src/resp/reply'
import type { SimulatedServer } from '../../src/server/server'
import { startServer } from '../../src/server/start'
import { loadTarget } from '../../src/targets/load'
import type { Target, TargetId } from '../../src/targets/target'
import { everyKind } from '../acl/targets'
import { runs } from '../runs'

/** A server whose user `app` has these rules. */
function serverWith(target: Target, rules: readonly Bytes[]): SimulatedServer {
  const started = startServer({
    target,
    conf: '',
    files: { read: () => null, write: () => undefined },
    clock: { now: () => 0 },
    random: { bytes: (n) => 'a'.repeat(n), below: () => 0 },
  })
  if (!started.started) throw new Error(started.message)
  started.server.users.setUser('app', ['reset', 'on', '>x'])
  for (const rule of rules) started.server.users.setUser('app', [rule])
  return started.server
}

/** Runs command lines on a new connection, and returns the last reply as RESP2 has it. */
function send(server: SimulatedServer, ...lines: readonly (readonly Bytes[])[]): Reply {
  const connection = server.connect({ kind: 'loopback' }, { push: () => undefined, closed: () => undefined })
  const last = lines.map((line) => connection.send(line).replies.at(-1) ?? null).at(-1) ?? null
  let read: Reply = null
  new ReplyReader((reply) => {
    read = reply
  }).push(toUint8(encode(last, 2)))
  return read
}

function isDenied(server: SimulatedServer, line: readonly Bytes[]): boolean {
  const reply = send(server, ['AUTH', 'app', 'x'], line)
  return isError(reply) && reply.text.startsWith('NOPERM')
}

/** Returns what is said of the newest entry of ACL LOG. */
function adviceIn(server: SimulatedServer): Advice {
  const [newest = []] = send(server, ['ACL', 'LOG', '1']) as readonly (readonly Reply[])[]
  const entry = new Map<Bytes, Reply>()
  for (let i = 0; i + 1 < newest.length; i += 2) entry.set(String(newest[i]), newest[i + 1] ?? null)
  const { target } = server
  const listed = send(server, ['ACL', 'LIST']) as readonly Reply[]
  const users = ListedUsers.read('', listed, target, target.behaviours.allChannelsByDefault)
  return adviceOn(entry, { target, users, server })
}

async function denied(line: string, rules: string, id: TargetId = 'redis-8.0'): Promise<Advice> {
  const server = serverWith(await loadTarget(id), rules.split(' '))
  const argv = line.split(' ')
  expect([line, isDenied(server, argv)]).toEqual([line, true])
  return adviceIn(server)
}

describe('what ACL LOG tells of a command line decides what is said', () => {
  test.each([
    ['PUBLISH secret x', 'resetchannels -@all', false, ['+publish']],
    ['PUBLISH secret x', 'resetchannels -@all +publish', true, ['&secret']],
    ['SUBSCRIBE a b', 'resetchannels -@all +subscribe', false, ['&a']],
    ['GET k', '~a -@all', false, ['+get']],
    ['GET k', '~a +get', true, ['%R~k']],
    ['MGET a k', '~a +mget', false, ['%R~k']],
    ['RENAME k l', '~a +rename', false, ['~k']],
    ['CONFIG GET maxmemory', '-@all', true, ['+config|get']],
    ['FLUSHALL', '-@all', true, ['+flushall']],
  ])('%s with %s', async (line, rules, isWhole, suggested) => {
    expect(await denied(line, rules)).toMatchObject({ kind: 'rules', isWhole, rules: suggested })
  })

  test('a command that a script runs is not known', async () => {
    const server = serverWith(await loadTarget('redis-8.0'), ['~a', '+eval', '+get'])
    const entry = new Map(
      Object.entries({
        count: '1',
        reason: 'key',
        object: 'k',
        username: 'app',
        'age-seconds': '1',
        'client-info': 'cmd=eval',
      }),
    )
    const listed = send(server, ['ACL', 'LIST']) as readonly Reply[]
    const { target } = server
    const users = ListedUsers.read('', listed, target, target.behaviours.allChannelsByDefault)
    const said = (context: string): Advice => adviceOn(entry.set('context', context), { target, users, server })
    expect(said('toplevel')).toMatchObject({ kind: 'rules', isWhole: false })
    expect(said('lua')).toEqual({ kind: 'none', why: 'the entry does not tell enough to suggest a rule' })
  })

  test('rules that were added since allow what the entry names, not what it leaves out', async () => {
    const server = serverWith(await loadTarget('redis-8.0'), ['-@all'])
    expect(isDenied(server, ['PUBLISH', 'secret', 'x'])).toBe(true)
    server.users.setUser('app', ['+publish'])
    expect(adviceIn(server)).toEqual({
      kind: 'none',
      why: 'the present rules of the user allow this part of the command line; ACL LOG does not tell the rest',
    })
  })
})

const rules = fc.array(
  fc.constantFrom(
    '~a',
    '%R~b',
    '%W~k',
    '&a',
    '+@all',
    '-@all',
    '+@read',
    '+@write',
    '+@pubsub',
    '-@dangerous',
    '+get',
    '(~k +set)',
  ),
  { maxLength: 4 },
)
const lines = fc.constantFrom(
  ...[
    'GET k',
    'SET k x',
    'SET k x GET',
    'DEL a k',
    'MSET k 1 a 2',
    'COPY a k',
    'COPY k a DB 1',
    'MOVE k 1',
    'LPUSH k x',
  ],
  ...['XREAD STREAMS k 0', 'SORT k BY w_* GET #', 'SORT k', 'BITOP AND k a b', 'ZUNIONSTORE k 1 a', 'GETEX k EX 10'],
  ...['PUBLISH k x', 'SPUBLISH k x', 'SUBSCRIBE k', 'SUBSCRIBE a k', 'PSUBSCRIBE a k', 'SSUBSCRIBE k'],
  ...[
    'CONFIG GET maxmemory',
    'ACL WHOAMI',
    'CLIENT LIST',
    'KEYS *',
    'DBSIZE',
    'FLUSHALL',
    'SELECT 1',
    'SWAPDB 0 1',
    'SCAN 0',
  ],
  ...[
    'MEMORY USAGE k',
    'OBJECT ENCODING k',
    'XINFO STREAM k',
    'LMPOP 2 a k LEFT',
    'GEORADIUS k 1 1 1 m STORE a',
    'OBJECT HELP',
  ],
)

test.each(everyKind)('%s: what would allow a whole command line allows it', async (id) => {
  const target = await loadTarget(id)
  let whole = 0
  fc.assert(
    fc.property(rules, lines, (given, line) => {
      const server = serverWith(target, given)
      const argv = line.split(' ')
      if (!isDenied(server, argv)) return
      const advice = adviceIn(server)
      if (advice.kind === 'none') return
      server.users.setUser('app', advice.rules)
      if (!advice.isWhole) return
      whole++
      expect([line, isDenied(server, argv)]).toEqual([line, false])
    }),
    { numRuns: runs(400) },
  )
  expect(whole).toBeGreaterThan(20)
})
