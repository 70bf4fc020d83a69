import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { files, run } from './program'

const acl = '\nuser app on >secret-password ~app:* ~app:1 +get +mget +@read\nuser ops on nopass ~* +@all\n'

test('prints shorter rules, the steps and the proof, and no password', async () => {
  const paths = files({ 'users.acl': acl })
  const path = paths['users.acl'] ?? ''
  const { code, out, err } = await run(['simplify', path, '--target', 'redis-8.0'])
  expect([code, err]).toEqual([0, ''])
  expect(out).toContain('Line 2, user app: 18 characters shorter; no shorter command rules allow the same commands.\n')
  expect(out).toContain(' ~app:* +@read\n')
  expect(out).toContain('  ~app:1 removed: ')
  expect(out).toContain('Line 3, user ops: no shorter rules found.\n')
  expect(out).toContain('Proved equal on Redis 8.0')
  expect(out).toContain('On other versions a category can hold other commands.')
  expect(out).not.toContain('secret-password')
  expect(readFileSync(path, 'utf8')).toBe(acl)
})

test('writes the file with --write, and changes nothing a second time', async () => {
  const paths = files({ 'users.acl': acl })
  const path = paths['users.acl'] ?? ''
  expect((await run(['simplify', path, '--write'])).out).toContain(`users.acl: 1 line changed.\n`)
  const written = readFileSync(path, 'utf8')
  expect(written).toBe('\nuser app on >secret-password ~app:* +@read\nuser ops on nopass ~* +@all\n')
  expect((await run(['simplify', path, '--write', '--user', 'app'])).out).toBe(
    'Line 2, user app: no shorter rules found.\n',
  )
  expect(readFileSync(path, 'utf8')).toBe(written)
})

test('keeps roles, and says that their rules count in the proof', async () => {
  const paths = files({ 'users.acl': 'role reader ~a* +get\nuser app on ~a ~b +get role=reader\n' })
  const { out } = await run(['simplify', paths['users.acl'] ?? '', '--target', 'valkey-9.2', '--write'])
  expect(out).toContain('The roles stay, and count with the rules that they have now.')
  expect(readFileSync(paths['users.acl'] ?? '', 'utf8')).toBe('role reader ~a* +get\nuser app on ~b +get role=reader\n')
})

test('says what it cannot do', async () => {
  const paths = files({ 'users.acl': acl })
  expect(await run(['simplify', paths['users.acl'] ?? '', '--user', 'nobody'])).toMatchObject({ code: 2, out: '' })
  expect(await run(['simplify', '-', '--write'], { stdin: acl })).toMatchObject({
    code: 2,
    err: '--write needs a file.\n',
  })
  expect(await run(['simplify', '-'], { stdin: 'user a +nosuch\n' })).toMatchObject({ code: 2, out: '' })
})
