import { expect, test } from 'vitest'
import { ask } from '../../src/ask'
import { serverOf } from './corpus'

const rest = '?'.repeat(24)
const acl = `user default off
user app on >b ~app:* resetchannels +get +set
user hard on >c ~k*a${rest} ~k*[^a]${rest} resetchannels +get
`
const server = await serverOf(acl, 'redis-8.0')

/** The text and the list that answer a question. */
function told(question: string): readonly unknown[] {
  const asked = ask({ server, acl, conf: '' }, question)
  return asked.kind === 'answered' ? [asked.answer.text, asked.answer.list] : [asked.kind]
}

test('what a rule adds and takes away is listed', () => {
  expect(told('what changes if app gets +del')).toEqual(['app changes.', ['+ can also run DEL, such as DEL app:']])
  expect(told('what changes if app gets -set')).toEqual([
    'app changes.',
    ['- can no longer run SET, such as SET app: x'],
  ])
  expect(told('what changes if app gets nopass')).toEqual([
    'app changes.',
    ['+ needs no password any more (nopass)', '- a password removed'],
  ])
})

test('a rule that the user has already changes nothing, which is proved', () => {
  expect(told('what changes if app gets +get')).toEqual([
    'Nothing changes in what app can do: proved over all command lines.',
    undefined,
  ])
})

test('what was not decided is no proof that nothing changes', () => {
  expect(told(`what changes if hard gets ~k*?${rest} +get`)).toEqual(['hard may change.', ['? not decided: GET']])
})

test('a rule that the server rejects is said to be rejected', () => {
  expect(told('what changes if app gets +nosuch')[0]).toBe(
    "The server rejects this: users.acl:2: Error in applying operation '+nosuch': Unknown command or category name in ACL. WARNING: ACL errors detected, no change to the previously active ACL rules was performed",
  )
})
