import { expect, test } from 'vitest'
import { files, plainChapter, run } from './program'

test('who gained and lost what, from standard input as git gives it', async () => {
  const paths = files({
    'users.acl': plainChapter.replace('-@dangerous', '').replace('user worker on', 'user worker off'),
  })
  const { code, out } = await run(['compare', '-', paths['users.acl'], '-t', 'redis-7.2'], { stdin: plainChapter })
  expect(code).toBe(1)
  expect(out).toContain(`stdin → ${paths['users.acl']} on Redis 7.2 (7.2.6)\n`)
  expect(out).toMatch(/\nuser app\n {2}\+ can run .*FLUSHALL/)
  expect(out).toMatch(/\nuser worker\n {2}- /)
  expect(out).not.toContain('user monitor')
})

test('nothing changes', async () => {
  const paths = files({ 'users.acl': plainChapter })
  const { code, out } = await run(['compare', paths['users.acl'], '-'], {
    stdin: plainChapter.replace('+@read +@write', '+@write +@read'),
  })
  expect([code, out.includes('Nothing changes in what anybody may do.')]).toEqual([0, true])
})

test('an upgrade: what changes, and the rules that keep it as it was', async () => {
  const paths = files({ 'users.acl': 'user default off\nuser app on >pw ~app:* +@all\n' })
  const { code, out } = await run(['compare', paths['users.acl'], '--target', 'redis-6.2', '--to', 'redis-7.2'])
  expect(code).toBe(1)
  expect(out).toContain('- can no longer use &*')
  expect(out).toMatch(/Rules to add so that nothing changes\n {2}user app: .*&\*/)
  const json = JSON.parse(
    (await run(['compare', paths['users.acl'], '--target', 'redis-6.2', '--to', 'redis-7.2', '-f', 'json'])).out,
  ) as { acl: string; complete: boolean }
  expect([json.complete, json.acl.includes('&*')]).toEqual([true, true])
})

test('markdown, for a pull request', async () => {
  const { out } = await run(['compare', files({ 'a.acl': plainChapter })['a.acl'], '-', '-f', 'markdown'], {
    stdin: plainChapter.replace('~app:*', '~app:* ~x*y'),
  })
  expect(out).toMatch(/^### /)
  expect(out).toContain('**user app**\n\n```diff\n+ can read and write ~x*y')
})

test('what cannot be compared', async () => {
  const paths = files({ 'a.acl': plainChapter })
  expect(await run(['compare', paths['a.acl']])).toMatchObject({
    code: 2,
    err: 'Name a second file to compare with, or a second target: --to redis-8.0\n',
  })
  const { code, err } = await run(['compare', paths['a.acl'], '-'], { stdin: 'nonsense\n' })
  expect([code, err.includes('refuses stdin')]).toEqual([2, true])
})
