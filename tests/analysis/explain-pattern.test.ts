import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compileGlob } from '../../src/acl/glob'
import { patternExamples } from '../../src/analysis/explain-pattern'

test.each([
  ['app:*', [], ['app:1', 'app:a:b', 'app:'], ['app', 'apps:1', 'App:1']],
  ['app*', [], ['app1', 'appa:b', 'app'], ['App1', 'myapp1']],
  ['config', [], ['config'], ['config:1', 'configs', 'Config']],
  ['app:*', ['app:7', 'app:8', 'app:9', 'other', 'apply'], ['app:7', 'app:8', 'app:1'], ['app', 'apps:1', 'App:1']],
  ['user:?', [], ['user:1', 'user:x', 'user:-'], ['user:', 'user', 'users:1']],
  ['h[ae]llo', [], ['hallo', 'hello'], ['h0llo', 'Hallo', 'myhallo']],
  ['k[!a]', [], ['ka', 'k!'], ['k0', 'Ka', 'myka']],
  ['a\\*', [], ['a*'], ['a1', 'A*', 'mya*']],
  ['*', ['jobs:7'], ['jobs:7', 'app:1', 'x'], []],
  ['{a,b}', [], ['{a,b}'], ['{a,b}:1', '{a,b}s', '{A,b}']],
  ['', [], [], []],
])('%s', (pattern, names, matches, misses) =>
  expect(patternExamples(pattern, names)).toMatchObject({ matches, misses }),
)

test('counts the names that exist', () => expect(patternExamples('a:*', ['a:1', 'a:2', 'b']).existing).toBe(2))

test('examples are true, whatever the pattern', () => {
  const pattern = fc
    .array(fc.constantFrom('a', ':', '*', '?', '[', ']', '^', '!', '-', '\\', 'é', '0'), { maxLength: 12 })
    .map((parts) => parts.join(''))
  fc.assert(
    fc.property(pattern, fc.array(fc.string({ maxLength: 6 }), { maxLength: 5 }), (one, names) => {
      const { matches, misses } = patternExamples(one, names)
      for (const name of matches) if (!compileGlob(one).matches(name)) throw new Error(name)
      for (const name of misses) if (compileGlob(one).matches(name)) throw new Error(name)
    }),
  )
})
