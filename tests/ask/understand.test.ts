import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ask, type Asked } from '../../src/ask'
import { isOneEdit } from '../../src/ask/one-edit'
import { serverOf } from './corpus'

const acl = `user default off
user admin on >a ~* &* +@all
user app on >b ~app:* resetchannels +get +set +del +eval
user get on >c ~get:* resetchannels +get
user tenant-a on >d ~a:* resetchannels +get
user tenant-b on >e ~b:* resetchannels +get
user locked on resetchannels +get
`
const server = await serverOf(acl, 'redis-8.0')
const asked = (question: string): Asked => ask({ server, acl, conf: '' }, question)
const meaning = (question: string): string => {
  const found = asked(question)
  return found.kind === 'answered' ? found.means : found.kind
}

test.each([
  // Negations and exceptions.
  'who cannot run FLUSHALL',
  'which users do not share a password',
  'which users do not log in without a password',
  'which users are not alike',
  'which rules are not redundant',
  'who besides admin can run FLUSHALL',
  'can app not run GET app:1',
  'can app only read app:1',
  'which commands are not in @read',
  // More than one question.
  'who can read and write app:1',
  'can app run GET app:1 and app:2',
  'can app run GET or SET',
  'can app and admin run GET app:1',
  // Words that a command line would take as its arguments.
  'can app run DEL app:1 in production',
  'who can get keys app:*',
  'who can get the key app:1',
  'can app run SET key value',
  // Words that are near a command, and are none.
  'who can run scripts',
  'who can run timer',
  'who can run restart',
  // What rules do not tell.
  'who ran FLUSHALL',
  'can app log in',
  'is app good',
  'why is app denied',
  'can app2 run GET app:1',
  'can apps run GET app:1',
])('%s: is not understood, and not guessed', (question) => {
  expect(meaning(question)).toBe('nothing')
})

test.each([
  ['can tenant-c run GET a:1', 'tenant-a, tenant-b'],
  ['get', 'what can get do, who can run GET'],
  ['who can read logs', 'who can read keys logs'],
  ['who can change passwords', 'who can write keys passwords'],
  ['who can access tenant-a', 'who can access keys tenant-a'],
  ['can app delete keys app:*', 'can app write keys app:*, can app run DEL'],
])('%s: may mean several things, which are named', (question, choices) => {
  const found = asked(question)
  expect(found).toMatchObject({ kind: 'ambiguous', nearest: choices.split(', ') })
})

test.each([
  ['which users are not enabled', 'which users are off'],
  ['what is nopass', 'what does nopass mean'],
  ['resetkeys', 'what does resetkeys mean'],
  ['can app run GET on key app:1', 'can app run GET app:1'],
  ['can app run SET app:1 "or"', 'can app run SET app:1 "or"'],
  ['Can App run get app:1?', 'can app run GET app:1'],
  ["what are app's permissions?", 'what can app do'],
  ['can app run EVAL "return 1" 0', 'can app run EVAL "return 1" 0'],
  ["why can't `app` run `GET user:?`", 'why is GET user:? denied to app'],
  ['who can read keys under app:', 'who can read keys app:*'],
  ['whihc users are off', 'which users are off'],
  ["user app has no permissions to run the 'config|set' command", 'why is CONFIG SET denied to app'],
  [
    "10.0.0.1:6379> DEL user:1\n(error) NOPERM User app has no permissions to access the 'user:1' key",
    'why is DEL user:1 denied to app',
  ],
  ['how do I share a link', 'open links'],
  ['can the app account use the GET command?', 'can app run GET'],
  ['is there anyone who can run SHUTDOWN', 'who can run SHUTDOWN'],
  ['show users with access to app:1', 'who can access keys app:1'],
  ['what users have access to FLUSHALL', 'who can run FLUSHALL'],
  ['who can run dangerous commands', 'who can run @dangerous'],
  ['which keys can app write', 'what can app do'],
  ['app got NOPERM on SET x y', 'why is SET x y denied to app'],
  ['is GET a read command', 'which categories has GET'],
  ['difference between @read and @write', 'what is the difference between +@read and +@write'],
  ['suppose app had ~x:*', 'what changes if app gets ~x:*'],
  ['app GET app:1', 'can app run GET app:1'],
  ['can you check if app can SET to app:1', 'can app run SET app:1'],
  ['does app have write access to app:1', 'can app write keys app:1'],
  ['is it true that app can run GET', 'can app run GET'],
  ['if app had ~x:* what would change', 'what changes if app gets ~x:*'],
  ['open expectations', 'open expectations'],
])('%s: means %s', (question, expected) => {
  expect(meaning(question)).toBe(expected)
})

test('a name that was misspelt is said to be read as another', () => {
  expect(asked('can amdin run FLUSHAL')).toMatchObject({
    means: 'can admin run FLUSHALL',
    taken: [
      { written: 'amdin', as: 'admin' },
      { written: 'flushal', as: 'flushall' },
    ],
  })
})

test('a user that nobody can log in as can do nothing, whatever its rules are', () => {
  expect(asked('can locked run GET')).toMatchObject({
    answer: { verdict: 'no', text: 'No. Nobody can log in as locked: it has no password.' },
  })
  expect(asked('who needs no password')).toMatchObject({
    answer: { text: 'No user. locked has no password at all, so nobody can log in.', users: [] },
  })
})

test('of a category, and of a pattern, some is not all', () => {
  expect(asked('can app run @dangerous')).toMatchObject({ answer: { verdict: 'no' } })
  expect(asked('can app run @scripting')).toMatchObject({ answer: { verdict: 'some' } })
  expect(asked('can app read keys a*')).toMatchObject({ answer: { verdict: 'some' } })
  expect(asked('can app read keys app:1*')).toMatchObject({ answer: { verdict: 'yes' } })
})

test('who can is counted, those that can in part by themselves', () => {
  const textOf = (question: string): string => {
    const found = asked(question)
    return found.kind === 'answered' ? found.answer.text : found.why
  }
  expect(textOf('who can read keys app:1')).toBe('2 users can, by the rules as they are.')
  expect(textOf('who can read keys a*')).toBe('One user can, and 2 more in part, by the rules as they are.')
  expect(textOf('who can run @scripting')).toBe('2 users can in part, by the rules as they are.')
})

test('a part of a command line is not decided where the rest may name keys', () => {
  expect(asked('can app run SET app:1')).toMatchObject({ answer: { verdict: 'yes' } })
  expect(asked('can app run EVAL "return 1"')).toMatchObject({
    answer: { verdict: null, text: expect.stringContaining('not a whole command line') as string },
  })
})

test('a key that looks like a pattern is said to be one key', () => {
  expect(asked('can app run DEL app:*')).toMatchObject({
    answer: { text: expect.stringMatching(/ app:\* is taken as the name of one key\.$/) as string },
  })
})

test('two lines are not read as one question, nor is a part of a long one', () => {
  expect(asked('can app run DEL app:1\nDEL app:2')).toMatchObject({ kind: 'nothing' })
  expect(asked(`can app run DEL ${'app:1 '.repeat(1_000)}`)).toMatchObject({ kind: 'nothing' })
})

test('that nothing changes is said where it is proved', () => {
  expect(asked('what changes if app gets +get')).toMatchObject({
    answer: { text: 'Nothing changes in what app can do: proved over all command lines.' },
  })
})

test('a directive that blocks a command blocks it for everybody', async () => {
  expect(asked('who can run DEBUG SLEEP 1')).toMatchObject({ answer: { users: [] } })
  expect(asked('can admin run MODULE LOAD /x.so')).toMatchObject({ answer: { verdict: 'no' } })
})

test('any text has an answer or a reason why not, with at most three questions that have one', () => {
  const words =
    'who can run read write keys which users why is denied to what lets GET app admin @read +@write ~app:* not and "'.split(
      ' ',
    )
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(fc.constantFrom(...words), { maxLength: 8 }).map((list) => list.join(' ')),
  )
  fc.assert(
    fc.property(text, (question) => {
      const found = asked(question)
      if (found.kind === 'answered') expect(meaning(found.means)).toBe(found.means)
      else expect(found.nearest.length).toBeLessThanOrEqual(3)
    }),
  )
})

test('one edit is one letter more, fewer or another, or two neighbours swapped', () => {
  fc.assert(
    fc.property(
      fc.string({ minLength: 1 }),
      fc.nat(),
      fc.string({ minLength: 1, maxLength: 1 }),
      (word, seed, letter) => {
        const at = seed % word.length
        const removed = word.slice(0, at) + word.slice(at + 1)
        expect(isOneEdit(word, removed) && isOneEdit(removed, word)).toBe(true)
        const replaced = word.slice(0, at) + letter + word.slice(at + 1)
        expect(isOneEdit(word, replaced)).toBe(word !== replaced)
      },
    ),
  )
  expect(isOneEdit('admin', 'amdin')).toBe(true)
  expect(isOneEdit('admin', 'damni')).toBe(false)
})
