import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { hideSecrets } from '../../src/workspace/secrets'
import { hiddenPassword } from '../../src/workspace/secrets/hidden-password'
import { replayOf } from '../../src/workspace/secrets/replay'
import { standInPassword } from '../../src/workspace/secrets/command'
import { blankState } from '../../src/workspace/state'

const sha = (text: string): string => createHash('sha256').update(text).digest('hex')
const hidden = (acl: string, conf = '', line = ''): { acl: string; conf: string; line: string } => {
  const state = hideSecrets({ ...blankState('redis-8.0'), files: { acl, conf }, entries: [{ on: 0, line }] })
  return { ...state.files, line: state.entries[0]?.line ?? '' }
}
const acl = (text: string): string => hidden(text).acl
const conf = (text: string): string => hidden('', text).conf
const line = (text: string, conf = ''): string => hidden('', conf, text).line

describe('users.acl', () => {
  test('passwords become hashes, all else stays', () =>
    expect(acl('user a on >pw ~>x +get\r\n\nuser b <old  (+set ~y)\n')).toBe(
      `user a on #${sha('pw')} ~>x +get\r\n\nuser b !${sha('old')}  (+set ~y)\n`,
    ))
  test('hashes are left alone', () => expect(acl(`user a #${sha('x')}`)).toBe(`user a #${sha('x')}`))
  test('an empty password, and one that is not ASCII', () =>
    expect(acl('user a > >pä')).toBe(`user a #${sha('')} #${sha('pä')}`))
  test('in what servers refuse: comments, tabs, quotes, selectors', () => {
    expect(acl('# user a >pw')).toBe(`# user a #${sha('pw')}`)
    expect(acl('user a\t>pw')).toBe(`user a\t#${sha('pw')}`)
    expect(acl('user a ">p w" +get')).not.toContain('p w')
    expect(acl('user a (>pw +get)')).toBe(`user a (#${sha('pw')} +get)`)
  })
})

test('lines of roles, which no password belongs in, hide one all the same', () => {
  expect(acl('role r >pw +get')).toBe(`role r #${sha('pw')} +get`)
  expect(conf('role r ">p w" +get')).toBe(`role r #${sha('p w')} +get`)
  expect(line('ACL SETROLE r >pw +get')).toBe(`ACL SETROLE r #${sha('pw')} +get`)
  expect(acl('role >x +get role=a')).not.toContain('>x')
})

describe('redis.conf', () => {
  test('user lines, quotes as servers read them', () =>
    expect(conf('user a on ">p\\x20w" ~x')).toBe(`user a on #${sha('p w')} ~x`))
  test('requirepass and the like', () =>
    expect(conf('requirepass "a b"\nMASTERAUTH x\n# requirepass old\nport 6379\nrequirepass ""')).toBe(
      `requirepass ${standInPassword}\nMASTERAUTH ${standInPassword}\n# requirepass ${standInPassword}\nport 6379\nrequirepass ""`,
    ))
  test('quotes that do not close', () => expect(conf('requirepass "secret')).toBe(`requirepass "${standInPassword}`))
})

describe('command lines', () => {
  test.each([
    ['AUTH pw', `AUTH ${hiddenPassword}`],
    ['auth app "p w"', `auth app ${hiddenPassword}`],
    ['HELLO 3 AUTH app pw SETNAME x', `HELLO 3 AUTH app ${hiddenPassword} SETNAME x`],
    ['ACL SETUSER a on >pw <old ~k', `ACL SETUSER a on #${sha('pw')} !${sha('old')} ~k`],
    ['ACL DRYRUN a AUTH b pw', `ACL DRYRUN a AUTH b ${hiddenPassword}`],
    ['CONFIG SET maxclients 10 requirepass pw', `CONFIG SET maxclients 10 requirepass ${standInPassword}`],
    ['MIGRATE h 1 k 0 1 AUTH2 u pw', `MIGRATE h 1 k 0 1 AUTH2 u ${hiddenPassword}`],
    ['COMMAND GETKEYS AUTH pw', `COMMAND GETKEYS AUTH ${hiddenPassword}`],
    ['3 AUTH pw', `3 AUTH ${hiddenPassword}`],
    ['AUTH "pw', `AUTH "${hiddenPassword}`],
    ['SET k >x', 'SET k >x'],
    ['GET  "a b"', 'GET  "a b"'],
  ])('%s', (typed, shared) => expect(line(typed)).toBe(shared))
  test('a renamed command', () =>
    expect(line('LOGIN pw', 'rename-command AUTH login\n')).toBe(`LOGIN ${hiddenPassword}`))
})

test('a log-in is carried out again by name', () => {
  expect(replayOf({ on: 0, line: `AUTH app ${hiddenPassword}`, login: 'app' })).toMatchObject({
    kind: 'login',
    user: 'app',
    then: null,
  })
  expect(replayOf({ on: 0, line: `HELLO 3 AUTH app ${hiddenPassword} SETNAME x`, login: 'app' })).toMatchObject({
    user: 'app',
    then: 'HELLO 3  SETNAME x',
  })
  expect(replayOf({ on: 0, line: `AUTH app ${hiddenPassword}`, login: null })).toMatchObject({ kind: 'run' })
  expect(replayOf({ on: 0, line: 'AUTH app typed', login: 'app' })).toMatchObject({
    kind: 'run',
    line: 'AUTH app typed',
  })
})

test('no password survives, wherever its rule stands', () => {
  const secret = fc
    .string({ minLength: 6, maxLength: 20 })
    .filter((text) => /^[^\s"'()\\\0]+$/.test(text))
    .map((text) => `S3CR${text}`)
  const junk = fc.constantFrom('user', 'app', 'on', '~a', '(', ')', '"', '\t', '  ', '+@all', '#', '\r', '%R~')
  fc.assert(
    fc.property(
      secret,
      fc.array(junk),
      fc.array(junk),
      fc.constantFrom('>', '<', '(>'),
      (password, before, after, sign) => {
        expect(acl([...before, sign + password, ...after].join(' '))).not.toContain(password)
      },
    ),
  )
})

test('hiding twice is hiding once', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('u', ' ', '>', '"', "'", '\\', '\n', 'p', '(', '#', '\t') }),
      (text) => {
        const once = hidden(text, text, text.replaceAll('\n', ' '))
        expect(hidden(once.acl, once.conf, once.line)).toEqual(once)
      },
    ),
  )
})

test('expectations stay, without the passwords in their commands', () => {
  const expectLines =
    '# what holds\napp can GET app:1\n\napp cannot ACL SETUSER bob >secret because command\nbob can AUTH bob "my secret" from ::1\napp can GET "app:1" from unix\nworker cannot log in because off\n'
  const { expect: hidden } = hideSecrets({
    ...blankState('redis-8.0'),
    files: { acl: '', conf: '', expect: expectLines },
  }).files
  expect(hidden).toBe(expectLines.replace('>secret', `#${sha('secret')}`).replace('"my secret"', hiddenPassword))
})
