import { CompletionContext, type CompletionResult, type CompletionSource } from '@codemirror/autocomplete'
import { EditorState } from '@codemirror/state'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Users } from '../../src/acl/users'
import { completeCommand } from '../../src/editor/complete-command'
import { completeAcl, completeConf } from '../../src/editor/complete-files'
import { loadDocs, loadTarget } from '../../src/targets/load'
import type { TargetId } from '../../src/targets/target'

const targets = new Map(
  await Promise.all(
    (['redis-6.0', 'redis-8.0', 'valkey-9.1', 'valkey-9.2'] as const).map(
      async (id) => [id, await loadTarget(id)] as const,
    ),
  ),
)

await loadDocs('redis-8.0')

const withRoles = await loadTarget('valkey-9.2')
const inMemory = new Users(withRoles.table, withRoles.behaviours)
inMemory.setRole('reader', ['~cache:*', '+@read'])
inMemory.setRole('writer', ['+@write'])

/** Completes at the last `|` of a text; the matches, in the order of the list, are given back with what they replace. */
function complete(
  source: typeof completeAcl,
  text: string,
  id: TargetId = 'redis-8.0',
  explicit = true,
): { list: string[]; replaces: string; details: (string | undefined)[] } {
  const target = targets.get(id as 'redis-8.0')
  if (!target) throw new Error(id)
  const pos = text.lastIndexOf('|')
  const doc = text.slice(0, pos) + text.slice(pos + 1)
  const completion: CompletionSource = source(() => ({
    target,
    users: ['default', 'app', 'worker'],
    roles: inMemory.roles,
    keys: ['app:1', 'jobs:7'],
    channels: { names: ['alerts', 'news:uk'], patterns: ['mail.?', 'news:*'] },
  }))
  const result = completion(
    new CompletionContext(EditorState.create({ doc }), pos, explicit),
  ) as CompletionResult | null
  if (!result) return { list: [], replaces: '', details: [] }
  const replaces = doc.slice(result.from, pos)
  const found = result.options.filter((option) => option.label.toLowerCase().startsWith(replaces.toLowerCase()))
  return { list: found.map((option) => option.label), replaces, details: found.map((option) => option.detail) }
}

const acl = (text: string, id?: TargetId): string[] => complete(completeAcl, text, id).list
const conf = (text: string): string[] => complete(completeConf, text).list
const line = (text: string, id?: TargetId): string[] => complete(completeCommand, text, id).list

describe('users.acl', () => {
  test('a line starts with user', () => expect(acl('us|')).toEqual(['user ']))
  test('user names, but not the one that is typed', () => {
    expect(acl('user a|')).toEqual(['app'])
    expect(acl('user app|')).toEqual([])
  })
  test('commands', () => expect(acl('user app +hge|')).toEqual(['+hget', '+hgetall', '+hgetdel', '+hgetex']))
  test('commands of an older target', () => expect(acl('user app +hge|', 'redis-6.0')).toEqual(['+hget', '+hgetall']))
  test('categories, denied', () => expect(acl('user app -@da|')).toEqual(['-@dangerous']))
  test('categories say how many commands they hold', () =>
    expect(complete(completeAcl, 'user app +@transaction|').details).toEqual(['5 commands']))
  test('subcommands', () => expect(acl('user app +config|re|')).toEqual(['+config|resetstat', '+config|rewrite']))
  test('no subcommands where the target has none', () => expect(acl('user app +config|re|', 'redis-6.0')).toEqual([]))
  test('rules start with a word or a mark', () =>
    expect(acl('user app rese|')).toEqual(['resetpass', 'resetkeys', 'resetchannels', 'reset']))
  test('marks that only newer targets know', () => {
    expect(acl('user app |')).toContain('%R~')
    expect(acl('user app |', 'redis-6.0')).not.toContain('%R~')
    expect(acl('user app |', 'redis-6.0')).not.toContain('&')
    expect(acl('user app |', 'valkey-9.1')).toContain('db=')
    expect(acl('user app |')).not.toContain('db=')
  })
  test('a line starts with role where the target has roles', () => {
    expect(acl('|', 'valkey-9.2')).toEqual(['user ', 'role '])
    expect(acl('ro|')).toEqual([])
  })
  test('roles after role=, without those that are named before', () => {
    expect(acl('user app role=|', 'valkey-9.2')).toEqual(['reader', 'writer'])
    expect(complete(completeAcl, 'user app on role=reader,w|', 'valkey-9.2')).toEqual({
      list: ['writer'],
      replaces: 'w',
      details: ['resetchannels -@all +@write'],
    })
    expect(acl('user app role=reader,|', 'valkey-9.2')).toEqual(['writer'])
    expect(acl('user app (+get role=|', 'valkey-9.2')).toEqual([])
    expect(acl('user app role=|')).toEqual([])
  })
  test('the roles that the file defines come before those in memory', () =>
    expect(acl('role cache +get\nuser app role=|', 'valkey-9.2')).toEqual(['cache']))
  test('a role gets no passwords, flags and roles', () => {
    const list = acl('role reader |', 'valkey-9.2')
    expect(list).toEqual(expect.arrayContaining(['+@', '%R~', 'resetkeys', 'db=']))
    for (const rule of ['on', '>', '#', 'reset', 'role=', 'resetroles', 'nopass']) expect(list).not.toContain(rule)
    expect(acl('role reader |')).toEqual([])
  })
  test('names of roles', () => expect(acl('role rea|', 'valkey-9.2')).toEqual(['reader']))
  test('inside a selector', () => expect(acl('user app (+getd|')).toEqual(['+getdel']))
  test('patterns of keys that exist, then the keys', () => {
    expect(acl('user app ~|')).toEqual(['~app:*', '~jobs:*', '~app:1', '~jobs:7'])
    expect(acl('user app (%R~j|')).toEqual(['%R~jobs:*', '%R~jobs:7'])
    expect(complete(completeAcl, 'user app ~a|').details).toEqual(['1 key', 'this key alone'])
  })
  test('patterns of channels that are known, then the channels', () => {
    expect(acl('user app &|')).toEqual(['&news:*', '&alerts', '&news:uk'])
    expect(complete(completeAcl, 'user app &n|').details).toEqual(['1 channel', 'this channel alone'])
  })
  test('nothing in a pattern of other keys, nor in a comment', () => {
    expect(acl('user app ~ge|')).toEqual([])
    expect(acl('# us|')).toEqual([])
  })
})

describe('redis.conf', () => {
  test('role is a directive where the target has roles', () => {
    expect(complete(completeConf, 'ro|', 'valkey-9.2').list).toEqual(['role'])
    expect(conf('ro|')).toEqual([])
    expect(complete(completeConf, 'user a role=r|', 'valkey-9.2').list).toEqual(['reader'])
  })
  test('directives', () => expect(conf('prot|')).toEqual(['protected-mode', 'proto-max-bulk-len']))
  test('values that are words', () => expect(conf('protected-mode |')).toEqual(['yes', 'no']))
  test('directives of the target, those that count here first', () => {
    expect(conf('acl-|')).toEqual(['acl-pubsub-default'])
    expect(complete(completeConf, 'acl-|', 'redis-6.0').list).toEqual([])
    expect(conf('appendf|')).toEqual(['appendfilename', 'appendfsync'])
    expect(conf('appendfsync |')).toEqual(['everysec', 'always', 'no'])
  })
  test('a number: what it is without being set', () =>
    expect(complete(completeConf, 'maxclients |')).toMatchObject({ list: ['10000'], details: ['without it'] }))
  test('commands to rename', () => expect(conf('rename-command flusha|')).toEqual(['flushall']))
  test('rules of user lines', () => expect(conf('user app +getr|')).toEqual(['+getrange']))
})

describe('the console', () => {
  test('commands, in the case typed', () => {
    expect(line('GETD|')).toEqual(['GETDEL'])
    expect(line('getd|')).toEqual(['getdel'])
  })
  test('subcommands', () => expect(line('ACL GET|')).toEqual(['GETUSER']))
  test('a line of description beside each command and subcommand', () => {
    expect(complete(completeCommand, 'GETD|').details).toEqual(['Reads a string and deletes it.'])
    expect(complete(completeCommand, 'acl who|').details).toEqual(['Tells who this connection is logged in as.'])
  })
  test('the closest name first for a misspelled command', () => {
    const offered = (text: string): string[] => {
      const target = targets.get('redis-8.0')
      if (!target) throw new Error('no target')
      const world = { target, users: [], keys: [], channels: { names: [], patterns: [] } }
      const state = EditorState.create({ doc: text })
      const result = completeCommand(() => world)(new CompletionContext(state, text.length, true)) as CompletionResult
      return result.filter === false ? result.options.map(({ label }) => label) : []
    }
    expect(offered('GTE')[0]).toBe('GET')
    expect(offered('hgetlal')).toEqual(['hgetall'])
    expect(offered('ACL WHOMAI')).toEqual(['WHOAMI'])
    expect(offered('ZRANGBYSCORE').slice(0, 2)).toEqual(['ZRANGEBYSCORE', 'ZREMRANGEBYSCORE'])
    expect(offered('GET')).toEqual([])
    expect(offered('qqqqqq')).toEqual([])
  })
  test('users after AUTH', () => expect(line('AUTH w|')).toEqual(['worker']))
  test('users after ACL GETUSER', () => expect(line('acl getuser a|')).toEqual(['app']))
  test('rules after ACL SETUSER', () => expect(line('ACL SETUSER app +getr|')).toEqual(['+getrange']))
  test('categories after ACL CAT', () => expect(line('ACL CAT dang|')).toEqual(['dangerous']))
  test('directives after CONFIG GET and SET', () => {
    expect(line('CONFIG GET requ|')).toEqual(['requirepass'])
    expect(line('CONFIG SET maxclients 1 requ|')).toEqual(['requirepass'])
    expect(line('CONFIG SET maxclients m|')).toEqual([])
  })
  test('keys', () => expect(line('GET |')).toEqual(['app:1', 'jobs:7']))
  test('a second key', () => expect(line('MGET app:1 j|')).toEqual(['jobs:7']))
  test('no keys where none belong', () => expect(line('SET app:1 |')).toEqual([]))
  test('words of the grammar, in any order and once', () => {
    expect(line('SET app:1 x |')).toEqual(['NX', 'XX', 'GET', 'EX', 'PX', 'EXAT', 'PXAT', 'KEEPTTL'])
    expect(line('set app:1 x ex 10 |')).toEqual(['nx', 'xx', 'get'])
    expect(line('SET app:1 x EX |')).toEqual([])
    expect(complete(completeCommand, 'SET app:1 x E|').details).toEqual(['seconds', 'unix-time-seconds'])
  })
  test('words behind several keys', () =>
    expect(line('ZUNIONSTORE d 2 a b |')).toEqual(['WEIGHTS', 'AGGREGATE', 'app:1', 'jobs:7']))
  test('words behind a word', () => expect(line('ZUNIONSTORE d 1 a AGGREGATE |')).toEqual(['SUM', 'MIN', 'MAX']))
  test('keys that no position tells', () => expect(line('XREAD COUNT 1 STREAMS a|')).toEqual(['app:1']))
  test('channels that are known, and what their patterns start with', () => {
    expect(line('SUBSCRIBE |')).toEqual(['alerts', 'news:uk', 'mail.', 'news:'])
    expect(line('SUBSCRIBE alerts n|')).toEqual(['news:uk', 'news:'])
    expect(line('PUBLISH a|')).toEqual(['alerts'])
    expect(line('PUBLISH alerts |')).toEqual([])
    expect(line('SSUBSCRIBE a|')).toEqual(['alerts'])
    expect(line('UNSUBSCRIBE a|')).toEqual(['alerts'])
    expect(complete(completeCommand, 'PUBLISH news:|').details).toEqual([undefined, 'one of news:*'])
  })
  test('patterns of channels, literally', () => {
    expect(line('PSUBSCRIBE |')).toEqual(['mail.?', 'news:*'])
    expect(line('PUNSUBSCRIBE n|')).toEqual(['news:*'])
    expect(line('SUBSCRIBE a|', 'redis-6.0')).toEqual(['alerts'])
  })
  test('words of subcommands', () => expect(line('CLIENT NO-EVICT |')).toEqual(['ON', 'OFF']))
  test('the command that ACL DRYRUN tries', () => {
    expect(line('ACL DRYRUN app getd|')).toEqual(['getdel'])
    expect(line('ACL DRYRUN app GET a|')).toEqual(['app:1'])
  })
})

test('anything can be typed', () => {
  const piece = fc.constantFrom(
    'user',
    'app',
    ' ',
    '+',
    '-',
    '@',
    'config',
    '|',
    '(',
    ')',
    '"',
    "'",
    '%',
    '~',
    '\t',
    'ACL SETUSER',
    'AUTH',
    'bind',
    '#',
    '\n',
    'é',
  )
  fc.assert(
    fc.property(
      fc.array(piece),
      fc.nat(),
      fc.constantFrom(completeAcl, completeConf, completeCommand),
      (pieces, at, source) => {
        const text = pieces.join('').replaceAll('|', '')
        const pos = at % (text.length + 1)
        complete(source, `${text.slice(0, pos)}|${text.slice(pos)}`)
      },
    ),
  )
})

test('roles in ACL SETROLE, GETROLE, DELROLE and SETUSER', () => {
  expect(line('ACL GETROLE |', 'valkey-9.2')).toEqual(['reader', 'writer'])
  expect(line('ACL SETUSER app role=reader,w|', 'valkey-9.2')).toEqual(['role=reader,writer'])
  const rules = line('ACL SETROLE reader |', 'valkey-9.2')
  expect(rules).toContain('+@')
  expect(rules).not.toContain('on')
})
