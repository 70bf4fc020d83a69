import { expect, test } from 'vitest'
import { namesOf, suggest } from '../../src/ask/suggest'
import { ask } from '../../src/ask'
import { serverOf } from './corpus'

const acl =
  'user default off\nuser admin on >a ~* &* +@all\nuser app on >b ~app:* resetchannels +get\nuser api on >c +ping\n'
const server = await serverOf(acl, 'redis-8.0')
const names = namesOf(server)

test.each([
  ['who can run FLUSHA', ['who can run FLUSHALL']],
  ['who can run flushd', ['who can run FLUSHDB']],
  ['what can ap', ['what can app do', 'what can api do']],
  ['CAN APP READ', ['can app read keys app:*']],
  ['who can read keys user:1', ['who can read keys user:1']],
  ['why is FLUSHALL den', ['why is FLUSHALL denied to default']],
  ['which users sh', ['which users share a password']],
  ['which commands are in @dang', ['which commands are in @dangerous']],
  ['admin', ['what can admin do']],
  ['@fas', ['which commands are in @fast']],
  ['can app run GET app:1', []],
  ['nothing of the kind', []],
])('%s: is completed', (typed, expected) => {
  expect(suggest(names, typed, 3)).toEqual(expected)
})

test('what is suggested goes on from what was typed, and is understood', () => {
  for (const typed of [
    'w',
    'who',
    'which',
    'what',
    'can',
    'can a',
    'why',
    'why is',
    'can app run ',
    'what lets app',
    'flush',
  ]) {
    const found = suggest(names, typed)
    expect(found.length, typed).toBeGreaterThan(0)
    for (const question of found)
      expect(ask({ server, acl, conf: '' }, question)).toMatchObject({ kind: 'answered', means: question })
  }
})
