import { EditorState } from '@codemirror/state'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Users } from '../../src/acl/users'
import { explainExpectationWord } from '../../src/editor/explain-expectation'
import { commandHoverAt, hoverAt } from '../../src/editor/hover'
import type { Hover } from '../../src/editor/hover-text'
import { aclLanguage, confLanguage } from '../../src/editor/languages'
import type { World } from '../../src/editor/world'
import { loadDocs, loadTarget } from '../../src/targets/load'
import type { TargetId } from '../../src/targets/target'

const ids = ['redis-6.0', 'redis-8.0', 'redis-8.8', 'valkey-9.2'] as const
const targets = new Map(await Promise.all(ids.map(async (id) => [id as TargetId, await loadTarget(id)] as const)))
await loadDocs('redis-8.0')

function world(id: TargetId = 'redis-8.0'): World {
  const target = targets.get(id)
  if (!target) throw new Error(id)
  const users = new Users(target.table, target.behaviours)
  users.setUser('app', ['on', '>p', '~app:*', '&news:*', '+@read'])
  users.setUser('worker', ['%W~jobs:*', '+@write'].slice(target.behaviours.hasSelectors ? 0 : 1))
  return {
    target,
    users: ['default', 'app', 'worker'],
    keys: ['app:1', 'jobs:7'],
    channels: { names: ['news:1'], patterns: ['news:*'] },
    userOf: (name) => users.get(name),
  }
}

/** What a hover says, after the word that it is about. */
function text(hover: Hover | null, doc: string): string[] {
  if (!hover) return []
  const { summary, more, points } = hover.explained
  return [
    doc.slice(hover.from, hover.to),
    summary,
    ...(more === null ? [] : [more]),
    ...points.map((point) => (point.label === '' ? point.text : `${point.label}: ${point.text}`)),
  ]
}

function over(language: typeof aclLanguage, marked: string, id?: TargetId): string[] {
  const at = marked.lastIndexOf('|')
  const doc = marked.slice(0, at) + marked.slice(at + 1)
  return text(
    hoverAt(EditorState.create({ doc, extensions: language }), at, 1, () => world(id)),
    doc,
  )
}
const acl = (marked: string, id?: TargetId): string[] => over(aclLanguage, marked, id)
const conf = (marked: string, id?: TargetId): string[] => over(confLanguage, marked, id)
function line(marked: string, id?: TargetId): string[] {
  const at = marked.lastIndexOf('|')
  const doc = marked.slice(0, at) + marked.slice(at + 1)
  return text(
    commandHoverAt(doc, at, () => world(id)),
    doc,
  )
}

describe('users.acl', () => {
  test('a rule', () =>
    expect(acl('user app +@all |-info')).toEqual([
      '-info',
      'Denies INFO.',
      'In @slow @dangerous.',
      expect.any(String),
      'Takes no keys.',
    ]))
  test('what a later rule does to it', () =>
    expect(acl('user app |+get on -@read')[3]).toBe('-@read after it denies it again.'))
  test('inside a selector, only its own rules count', () => {
    expect(acl('user app -get (|+get ~a)').join()).not.toContain('-get')
    expect(acl('user app (|+get -get ~a)')[3]).toBe('-get after it denies it again.')
  })
  test('the bracket is the selector', () =>
    expect(acl('user app |(+get ~a)')[1]).toBe('A selector: a second set of permissions.'))
  test('a user: what it can do', () =>
    expect(acl('user |app on >p ~app:* +get')[1]).toMatch(
      /^app can log in with its password; can run 1 of \d+ commands/,
    ))
  test('a user whose line is refused', () =>
    expect(acl('user |app nonsense')[1]).toBe('The rules on this line are those of app.'))
  test('a pattern of channels, with known ones', () =>
    expect(acl('user app |&news:*').slice(3)).toEqual([
      'Matches: news:1  news:a:b  news:',
      'Does not match: news  news2:1  News:1',
    ]))
  test('a pattern, with existing keys', () =>
    expect(acl('user app |~jobs:*').slice(2)).toEqual([
      'Matches: jobs:7  jobs:1  jobs:a:b',
      'Does not match: jobs  jobs2:1  Jobs:1',
    ]))
  test('a comment', () => {
    expect(acl('# |x')).toEqual(['# x', 'Redis 8.0 refuses a file with comments.'])
    expect(acl('# |x', 'redis-8.8')[1]).toContain('drops it on ACL SAVE')
  })
  test('the word user', () => expect(acl('us|er app')[1]).toContain('This line is a user'))
  test('nothing while there is no target', () =>
    expect(hoverAt(EditorState.create({ doc: 'user a on', extensions: aclLanguage }), 8, 1, () => null)).toBe(null))
})

describe('redis.conf', () => {
  test('a directive', () =>
    expect(conf('|Protected-Mode yes')).toEqual([
      'Protected-Mode',
      'protected-mode: without a password, serve this host only.',
      'Takes yes or no. Without it: yes.',
    ]))
  test('a directive that the simulator does not act on', () =>
    expect(conf('|appendfsync no').slice(1)).toEqual([
      'appendfsync.',
      'Takes everysec, always or no. Without it: everysec.',
    ]))
  test('a value', () => expect(conf('bind |0.0.0.0')[1]).toBe('Every IPv4 address of the machine.'))
  test('an unknown directive', () =>
    expect(conf('|nosuch 1')).toEqual(['nosuch', 'Redis 8.0 has no directive nosuch.']))
  test('a quoted rule of a user line', () =>
    expect(conf('user app "|~app:*"')[1]).toBe('Grants keys that start with app:, for reading and writing.'))
  test('a comment needs no words', () => expect(conf('# |x')).toEqual([]))
})

describe('the console', () => {
  test('a command', () =>
    expect(line('G|ET app:1')).toEqual([
      'GET',
      expect.stringMatching(/^GET: /),
      'In @read @string @fast.',
      'Reads a key.',
    ]))
  test('a container and its subcommand', () => {
    expect(line('C|ONFIG GET x').at(-1)).toMatch(/^5 subcommands: .*REWRITE/)
    expect(line('CONFIG G|ET x')[1]).toMatch(/^CONFIG GET: /)
  })
  test('an unknown command', () => expect(line('n|osuch')).toEqual(['nosuch', 'Redis 8.0 has no command nosuch.']))
  test('a key: the access it needs, and who has it', () =>
    expect(line('GET a|pp:1')).toEqual([
      'app:1',
      'A key that GET reads.',
      'Can read it, as far as patterns go: default (~*), app (~app:*)',
    ]))
  test('a key that is written', () =>
    expect(line('LPUSH jobs|:7 x').at(-1)).toBe(
      'Can write it, as far as patterns go: default (~*), worker (%W~jobs:*)',
    ))
  test('a channel', () =>
    expect(line('PUBLISH new|s:1 x')).toEqual([
      'news:1',
      'A channel that PUBLISH uses.',
      'Granted to: default (&*), app (&news:*)',
    ]))
  test('a pattern of channels', () => expect(line('PSUBSCRIBE new|s:1*').at(-1)).toBe('Granted to: default (&*)'))
  test('users', () => {
    expect(line('AUTH a|pp p')[1]).toMatch(/^app can log in/)
    expect(line('ACL GETUSER no|body')[1]).toBe('There is no user nobody.')
  })
  test('passwords are not repeated', () => expect(line('AUTH app se|cret').slice(1).join()).not.toContain('secret'))
  test('rules of ACL SETUSER', () => {
    expect(line('ACL SETUSER app +g|et -get')[3]).toBe('-get after it denies it again.')
    expect(line('ACL SETUSER app -get (+g|et ~a)').at(-1)).toContain('In a selector')
    expect(line('ACL SETUSER app "~|a b"')[0]).toBe('"~a b"')
  })
  test('categories and directives', () => {
    expect(line('ACL CAT transac|tion')[1]).toBe('@transaction: 5 commands.')
    expect(line('CONFIG GET max|clients')[1]).toBe('maxclients: connections at once.')
    expect(line('CONFIG GET max*|')).toEqual([])
  })
  test('the command that ACL DRYRUN tries', () =>
    expect(line('ACL DRYRUN app GET app|:1')[1]).toBe('A key that GET reads.'))
  test('places in a line that is not ASCII', () => expect(line('GET é|é')[0]).toBe('éé'))
  test('Redis 6 tells no reading from writing', () =>
    expect(line('GET a|pp:1', 'redis-6.0')[1]).toBe('A key. GET asks only that some pattern matches it.'))
})

describe('expectations', () => {
  const expectation = (marked: string): string[] => {
    const at = marked.lastIndexOf('|')
    const doc = marked.slice(0, at) + marked.slice(at + 1)
    return text(explainExpectationWord(doc, at, world()), doc)
  }
  test('the user', () => expect(expectation('  a|pp can GET app:1')[1]).toMatch(/^app can log in with its password/))
  test('the verb', () =>
    expect(expectation('app can|not GET app:1').slice(0, 2)).toEqual([
      'cannot',
      expect.stringMatching(/^Holds where the server refuses it/),
    ]))
  test('the command', () =>
    expect(expectation('app can G|ET app:1').slice(0, 2)).toEqual(['GET', expect.stringMatching(/^GET: /)]))
  test('a key, in its place in the line', () =>
    expect(expectation('app can GET ap|p:1')).toEqual([
      'app:1',
      'A key that GET reads.',
      'Can read it, as far as patterns go: default (~*), app (~app:*)',
    ]))
  test('logging in', () => expect(expectation('app can log| in')[0]).toBe('log in'))
  test('why', () => {
    expect(expectation('app cannot SET x 1 because k|ey')[1]).toBe('Denied because key: no pattern covers a key.')
    expect(expectation('app cannot log in because o|ff').slice(1)).toEqual(['Denied because off: the user is off.'])
  })
  test('where from, and which database', () => {
    expect(expectation('app can PING from 203.0.|113.5')[1]).toContain('bind and protected mode')
    expect(expectation('app can PING in db |3')[1]).toBe('The connection is in database 3.')
  })
  test('nothing in comments and lines that cannot be read', () => {
    expect(expectation('# ap|p')).toEqual([])
    expect(expectation('ap|p may GET x')).toEqual([])
  })
})

test('anywhere in any text', () => {
  const piece = fc.constantFrom(
    'user',
    'app',
    ' ',
    '+get',
    '-@all',
    '(',
    ')',
    '"',
    '~a*',
    '%R~',
    '\n',
    '#',
    'é',
    'ACL',
    'SETUSER',
    'AUTH',
    'bind',
    '\\',
    'CONFIG',
    'GET',
    '&',
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 20 }), fc.nat(), (pieces, at) => {
      const doc = pieces.join('')
      const marked = `${doc.slice(0, at % (doc.length + 1))}|${doc.slice(at % (doc.length + 1))}`
      acl(marked)
      conf(marked)
      line(marked)
    }),
    { numRuns: 60 },
  )
})

test('roles: the keyword, the name and role=', () => {
  const file = 'role reader ~cache:* +get\nuser app on >p role=reader,nobody'
  expect(acl(`|${file}`, 'valkey-9.2')).toEqual([
    'role',
    'This line is a role: its name follows, then the rules that it adds to those of the users who hold it, by role=.',
  ])
  const allows = 'Who holds the role reader may read keys that start with cache:*, and run only GET.'.replace(':*', ':')
  expect(acl(file.replace('reader', 'rea|der'), 'valkey-9.2')).toEqual(['reader', allows])
  expect(acl(file.replace('=reader', '=rea|der'), 'valkey-9.2')).toEqual([
    'role=reader,nobody',
    'Gives the user the roles reader, nobody.',
    'A role allows more than the user’s own rules: these cannot deny what it allows. It replaces an earlier role=.',
    allows,
    'No role nobody is defined.',
  ])
  expect(acl('ro|le reader +get')).toEqual(['role', 'Redis 8.0 has no roles.'])
  expect(conf('ro|le "reader" +get', 'valkey-9.2')[0]).toBe('role')
})
