import { expect, test } from 'vitest'
import { files, run } from './program'

const acl =
  'user default off\nuser admin on >secret-password ~* &* +@all\nuser app on >other-secret ~app:* resetchannels +@read\n'
const { 'users.acl': path } = files({ 'users.acl': acl })

test('answers who can do something, with the rules and their lines', async () => {
  const { code, out, err } = await run(['ask', 'which users are able to run flushall?', path])
  expect([code, err]).toEqual([0, ''])
  expect(out).toBe(
    `Understood as: who can run FLUSHALL\nOne user can, by the rules as they are.\n  admin: Allowed: +@all lets admin run FLUSHALL.\n      ${path}:2: +@all\n`,
  )
})

test('prints meaning and answer as JSON, with places', async () => {
  const { code, out } = await run(['ask', 'what lets ap run GET app:1', '--acl', path, '--format', 'json'])
  expect(code).toBe(1)
  expect(JSON.parse(out)).toMatchObject({ means: null, answer: null, why: 'There is no user ap.', isAmbiguous: false })
  const found = await run(['ask', 'what lets app run GTE app:1', '--acl', path, '--format', 'json'])
  expect(found.code).toBe(1)
  const { out: answered } = await run(['ask', 'what lets app run GETRNGE app:1 0 1', '--acl', path, '--format', 'json'])
  expect(JSON.parse(answered)).toMatchObject({
    command: 'ask',
    means: 'what lets app run GETRANGE app:1 0 1',
    readAs: [{ written: 'getrnge', as: 'getrange' }],
    answer: {
      verdict: 'yes',
      rules: [
        { rule: '+@read', place: { file: path, line: 3, column: 48, endLine: 3, endColumn: 54 } },
        { rule: '~app:*', place: { file: path, line: 3, column: 27, endLine: 3, endColumn: 33 } },
      ],
    },
  })
})

test('does not guess: says why, and what can be asked', async () => {
  const { code, out, err } = await run(['ask', 'how green is the grass', path])
  expect([code, err]).toEqual([1, ''])
  expect(out).toMatch(/^This question is not understood\.\nDid you mean:\n( {2}\S.*\n){3}$/)
})

test('prints no password, of the file or of the question', async () => {
  const { code, out } = await run(['ask', 'what changes if app gets >new-secret +@write >abc >other-secret', path])
  expect(code).toBe(0)
  expect(out).toMatch(/passwords? added/)
  expect(out).not.toMatch(/new-secret|other-secret|abc/)
})

test('answers about users in other formats without lines, and by the release that is named', async () => {
  const { yaml } = files({ yaml: 'data:\n  users.acl: |\n    user app on nopass ~app:* +get\n' })
  const { code, out } = await run(['ask', 'can app run GET app:1', yaml, '--target', 'redis-6.0'])
  expect(code).toBe(0)
  expect(out).toContain('Yes. Allowed: +get lets app run GET, ~app:* gives app:1.\n  +get\n  ~app:*\n')
})

test('says what cannot be read, with exit code 2', async () => {
  expect(await run(['ask', 'who can run GET', '/nowhere/users.acl'])).toMatchObject({ code: 2, out: '' })
  const { bad } = files({ bad: 'user app +nosuch\n' })
  expect(await run(['ask', 'who can run GET', bad])).toMatchObject({ code: 2, out: '' })
})
