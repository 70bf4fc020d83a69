import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Diagnostic } from '../../src/analysis/diagnostic'
import { outlineOf } from '../../src/app/outline/outline'

const at = (line: number, severity: Diagnostic['severity'], also: readonly number[] = []): Diagnostic => ({
  code: 'weak-password',
  severity,
  message: 'said',
  hint: null,
  span: { source: 'users.acl', line, from: 0, to: 0 },
  also: also.map((one) => ({ source: 'users.acl', line: one, from: 0, to: 0 })),
  fixes: [],
})

test('users come in the order of their lines, each with the diagnostics of its line', () => {
  const acl = '# first\nuser default off\n\nuser app on nopass ~app:* +get\nuser b on\n'
  const diagnostics = [at(4, 'error'), at(4, 'warning'), at(4, 'warning'), at(2, 'info', [5]), at(1, 'info')]
  const found = outlineOf([
    { text: acl, source: 'users.acl', diagnostics },
    { text: 'port 6379\nuser "c d" on', source: 'redis.conf', diagnostics: [] },
  ])
  expect(found.map(({ name, span, errors, warnings, infos }) => [name, span.line, errors, warnings, infos])).toEqual([
    ['default', 2, 0, 0, 1],
    ['app', 4, 1, 2, 0],
    ['b', 5, 0, 0, 1],
    ['c d', 2, 0, 0, 0],
  ])
})

test('roles are listed among the users', () => {
  const found = outlineOf([{ text: 'role reader +get\nuser a role=reader', source: 'users.acl', diagnostics: [] }])
  expect(found.map(({ kind, name }) => `${kind} ${name}`)).toEqual(['role reader', 'user a'])
})

test('each name stands where its entry says, in any text', () => {
  const word = fc.constantFrom('user', 'a', '"b', '\n', ' ', '\t', '\r\n', '#', 'USER', 'é', "'")
  fc.assert(
    fc.property(fc.array(word, { maxLength: 40 }), (words) => {
      const text = words.join('')
      for (const { name, span } of outlineOf([{ text, source: 'users.acl', diagnostics: [] }])) {
        expect(text.slice(span.from, span.to)).toBe(name)
        expect(text.slice(0, span.from).split('\n')).toHaveLength(span.line)
      }
    }),
  )
})
