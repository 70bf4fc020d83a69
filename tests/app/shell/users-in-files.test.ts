import { expect, test } from 'vitest'
import { usersNamed } from '../../../src/app/shell/users-in-files'

const named = (acl: string, conf: string, query: string, most = 20): string[] =>
  usersNamed({ acl, conf }, query, most).map(({ name, span }) => {
    const text = span.source === 'users.acl' ? acl : conf
    return `${span.source}:${span.line} ${name} ${text.slice(span.from, span.to)}`
  })

test('a user is found by a part of the name, those that begin with it first', () => {
  const acl = '# app\nuser my-app on\n\n  user app on +@read\nuser Apple off\n'
  expect(named(acl, '', 'app')).toEqual(['users.acl:4 app app', 'users.acl:5 Apple Apple', 'users.acl:2 my-app my-app'])
  expect(named(acl, '', ' Go to user my')).toEqual(['users.acl:2 my-app my-app'])
  expect(named(acl, '', 'user ')).toEqual([])
  expect(named(acl, '', 'Go to user ')).toEqual([])
  expect(named(acl, '', '')).toEqual([])
})

test('a role is found like a user', () => {
  expect(named('role app on\nuser ann on', '', 'Go to role a')).toEqual(['users.acl:1 app app', 'users.acl:2 ann ann'])
})

test('users of redis.conf are found, by the name between quotes', () => {
  expect(named('', 'port 6379\nuser "a b" on\nUSER c on\nuser \'d\' on', 'user ')).toEqual([])
  const conf = 'port 6379\nuser "a b" on\nUSER cab on\n'
  expect(named('', conf, 'a')).toEqual(['redis.conf:2 a b "a b"', 'redis.conf:3 cab cab'])
})

test('one of 10,000 users is found, and no more than asked for are returned', () => {
  const acl = Array.from(
    { length: 10_000 },
    (_, i) => `user tenant-${String(i).padStart(5, '0')} on ~t:${i}:* +get\n`,
  ).join('')
  expect(named(acl, '', 'tenant-05000')).toEqual(['users.acl:5001 tenant-05000 tenant-05000'])
  expect(named(acl, '', 'tenant', 3)).toHaveLength(3)
})
