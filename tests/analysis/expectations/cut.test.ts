import { expect, test } from 'vitest'
import { fixOf } from '../../../src/analysis/expectations/fix'
import { parseExpectations } from '../../../src/analysis/expectations/parse'
import { runExpectations } from '../../../src/analysis/expectations/run'
import { applyFix } from '../../../src/analysis/diagnostic'
import { startServer } from '../../../src/server/start'
import type { SimulatedServer } from '../../../src/server/server'
import { fromText } from '../../../src/acl/bytes'
import { loadTarget } from '../../../src/targets/load'
import { seededRandom } from '../../conformance/replay'

const target = await loadTarget('redis-8.0')

function serverOn(acl: string, conf: string): SimulatedServer | null {
  const started = startServer({
    target,
    conf: `${conf}\naclfile users.acl\n`,
    files: { read: () => fromText(acl), write: () => undefined },
    clock: { now: () => 0 },
    random: seededRandom(1),
  })
  return started.started ? started.server : null
}

/** The fix of the first sentence, after which all sentences hold; null where there is none. */
function cut(acl: string, sentences: string, conf = ''): string | null {
  const server = serverOn(acl, conf)
  if (server === null) throw new Error('the server does not start')
  const results = runExpectations(server, parseExpectations(sentences).expectations)
  const [failing] = results
  if (failing === undefined) throw new Error('no sentence')
  expect(failing.state).toBe('fails')
  const fix = fixOf({ server, acl, results, start: (text) => serverOn(text, conf) }, failing)
  if (fix === null) return null
  const after = serverOn(applyFix(acl, fix), conf)
  if (after === null) throw new Error('the server does not start after the fix')
  for (const { state } of runExpectations(after, parseExpectations(sentences).expectations)) expect(state).toBe('holds')
  return fix.label
}

const admin = 'user default off\nuser admin on >a ~* &* +@all\n'

test('the rule that is granted by name is removed', () => {
  expect(
    cut(`${admin}user app on >b +get ~app:* +config|get\n`, 'nobody but admin can become admin', 'masterauth a'),
  ).toBe('app: remove +config|get')
})

test('of many ways, the one rule that grants them all is removed or denied', () => {
  const sentence = 'nobody but admin can become admin\napp can run GET SET on keys app:*'
  expect(cut(`${admin}user app on >b ~app:* +@all\n`, sentence)).toBe('app: add -@admin')
  expect(cut(`${admin}user app on >b ~app:* +get +set +@admin\n`, sentence)).toBe('app: remove +@admin')
  expect(cut(`${admin}user app on >b ~app:* +get +set +acl|setuser +replicaof\n`, sentence)).toBe('app: add -@admin')
})

test('a step that all users take is cut once', () => {
  const users = ['a', 'b', 'c'].map((name) => `user ${name} on >${name}-password ~${name}:* +get\n`).join('')
  expect(
    cut(
      `${admin}${users}user ops on nopass ~ops:* +get +acl|setuser\n`,
      'nobody but admin can become admin\nops can read keys ops:*',
    ),
  ).toBe('ops: remove +acl|setuser')
})

test('a way without a command is closed by the credential, where no other change does', () => {
  expect(cut(`${admin}user app on >b ~app:* +get\nuser ops on >b >c ~ops:* +get\n`, 'app cannot become ops')).toBe(
    'ops: remove >b',
  )
  expect(
    cut(`${admin}user app on >b ~app:* +get\nuser old on nopass ~secret:* +get\n`, 'app cannot reach keys secret:*'),
  ).toBe('old: remove nopass')
})

test('what a sentence that holds needs is not taken away', () => {
  const acl = `${admin}user app on >b ~app:* +get +config|get\n`
  expect(cut(acl, 'app cannot become admin\napp can CONFIG GET maxmemory', 'masterauth a')).toBeNull()
})
