import { expect, test } from 'vitest'
import { KnownOutcomes } from '../../../src/analysis/expectations/known-outcomes'
import { parseExpectations } from '../../../src/analysis/expectations/parse'
import { findInSteps } from '../../../src/analysis/expectations/run-policy'
import { finish } from '../../../src/analysis/steps'
import { startServer } from '../../../src/server/start'
import { loadTarget } from '../../../src/targets/load'

const target = await loadTarget('redis-8.0')

function serverOn(acl: string) {
  const started = startServer({
    target,
    conf: 'aclfile users.acl\n',
    files: { read: (path) => (path === 'users.acl' ? acl : null), write: () => undefined },
    clock: { now: () => 0 },
    random: { bytes: (n) => '\0'.repeat(n), below: () => 0 },
  })
  if (!started.started) throw new Error(started.message)
  return started.server
}

/** Versions of a file, each loaded over the one before. */
const files = [
  'user default off\nuser t-1 on nopass ~t:1:* +@read\nuser t-2 on nopass ~t:2:* +@read\n',
  'user default off\nuser t-1 on nopass ~t:1:* +@read\nuser t-2 on nopass ~t:* +@read\n',
  'user default off\nuser t-1 off nopass ~t:1:* +@read\nuser t-2 on nopass ~t:* +@read\n',
  'user default off\nuser t-1 on ~t:1:* +@read\nuser t-2 on nopass ~t:* +@read\n',
  // The rules of another user change what a user who calls functions can do.
  'user default off\nuser t-1 on nopass ~t:1:* +@read +fcall\nuser t-2 on nopass ~t:2:* +function\n',
  'user default off\nuser t-1 on nopass ~t:1:* +@read\nuser t-2 on nopass ~t:2:* +function\n',
  // The same rules under another name.
  'user default off\nuser t-3 on nopass ~t:1:* +@read\nuser t-2 on nopass ~t:2:* +function\n',
  'user default on nopass ~* &* +@all\nuser t-3 on nopass ~t:1:* +@read\n',
]

const sentences = parseExpectations(
  [
    't-{id} can only access keys t:{id}:*',
    'nobody but t-1 can read keys t:1:*',
    't-{id} can read keys t:{id}:*',
    'everyone can log in',
    'nobody but default can run @dangerous',
  ].join('\n'),
)

test('outcomes that are known are those of a search on the users as they are', () => {
  expect(sentences.problems).toEqual([])
  const server = serverOn(files[0] ?? '')
  const known = sentences.expectations.map(() => new KnownOutcomes())
  for (const file of [...files, ...files.toReversed()]) {
    expect(server.loadAclText(file).ok).toBe(true)
    const fresh = serverOn(file)
    for (const [i, expectation] of sentences.expectations.entries()) {
      if (expectation.kind !== 'policy') throw new Error('It is a line.')
      expect(finish(findInSteps(server, expectation, known[i])), `${expectation.text}\n${file}`).toEqual(
        finish(findInSteps(fresh, expectation)),
      )
    }
  }
})
