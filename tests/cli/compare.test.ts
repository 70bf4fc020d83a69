import { expect, test } from 'vitest'
import { files, plainChapter, run } from './program'

test('who gained and lost what, from standard input as git gives it', async () => {
  const paths = files({
    'users.acl': plainChapter.replace('-@dangerous', '').replace('user worker on', 'user worker off'),
  })
  const { code, out } = await run(['compare', '-', paths['users.acl'], '-t', 'redis-7.2'], { stdin: plainChapter })
  expect(code).toBe(1)
  expect(out).toContain(`stdin → ${paths['users.acl']} on Redis 7.2 (7.2.6)\n`)
  expect(out).toMatch(/\nuser app\n {2}\+ can also run .*FLUSHALL/)
  expect(out).toMatch(/\nuser worker\n {2}- /)
  expect(out).not.toContain('user monitor')
})

test('nothing changes', async () => {
  const paths = files({ 'users.acl': plainChapter })
  const { code, out } = await run(['compare', paths['users.acl'], '-'], {
    stdin: plainChapter.replace('+@read +@write', '+@write +@read'),
  })
  expect([code, out.includes('No user’s rules or log-in changed in effect')]).toEqual([0, true])
})

test('an upgrade: what changes, and the rules that keep it as it was', async () => {
  const paths = files({ 'users.acl': 'user default off\nuser app on >pw ~app:* +@all\n' })
  const { code, out } = await run(['compare', paths['users.acl'], '--target', 'redis-6.2', '--to', 'redis-7.2'])
  expect(code).toBe(1)
  expect(out).toContain('SUBSCRIBE on &*, such as PUBLISH x x')
  expect(out).toMatch(/Rules to add so that nothing changes\n {2}user app: .*&\*/)
  const json = JSON.parse(
    (await run(['compare', paths['users.acl'], '--target', 'redis-6.2', '--to', 'redis-7.2', '-f', 'json'])).out,
  ) as { acl: string; complete: boolean }
  // No rule short of %R~* gives SORT BY back, which 7.0 denies to users who may not read every key.
  expect([json.complete, json.acl.includes('&*')]).toEqual([false, true])
  expect(out).toMatch(
    /Changes that rules cannot prevent\n(?: {2}.*\n)* {2}app: - can no longer run SORT, such as SORT app: BY w_\*/,
  )
})

test('markdown, for a pull request', async () => {
  const { out } = await run(['compare', files({ 'a.acl': plainChapter })['a.acl'], '-', '-f', 'markdown'], {
    stdin: plainChapter.replace('~app:*', '~app:* ~x*y'),
  })
  expect(out).toMatch(/^### /)
  expect(out).toContain('**user** `app`\n\n```diff\n+ can also run ')
})

test('what cannot be compared', async () => {
  const paths = files({ 'a.acl': plainChapter })
  expect(await run(['compare', paths['a.acl']])).toMatchObject({
    code: 2,
    err: 'Give a second file, or a second server version, such as --to valkey-8.1\n',
  })
  const { code, err } = await run(['compare', paths['a.acl'], '-'], { stdin: 'nonsense\n' })
  expect([code, err.includes('refuses stdin: stdin:1 should start with user')]).toEqual([2, true])
  const bad = files({ 'bad.acl': 'user app on +@raed\n' })['bad.acl']
  for (const words of [
    [bad, paths['a.acl']],
    [paths['a.acl'], bad],
    [bad, '--to', 'valkey-8.1'],
  ])
    expect((await run(['compare', ...words])).err).toContain(`refuses ${bad}: ${bad}:1: Error`)
})

test('JSON says for each user whether it may do the same, and shows a command line where not', async () => {
  const paths = files({ 'a.acl': 'user default off\nuser app on >pw ~app:* +get\nuser w off ~* +@all\n' })
  const after = 'user default off\nuser app on >pw ~app:* (~b:* +get)\nuser w off ~* +@all\n'
  const { out } = await run(['compare', paths['a.acl'], '-', '-f', 'json'], { stdin: after })
  const { users } = JSON.parse(out) as {
    users: { user: string; equivalent: boolean; relation: string; witness: unknown }[]
  }
  expect(users.map(({ user, equivalent, relation, witness }) => [user, equivalent, relation, witness])).toEqual([
    ['app', false, 'other', { gained: { argv: ['get', 'b:'], db: 0 }, lost: { argv: ['get', 'app:'], db: 0 } }],
  ])
})

test('the configuration counts, and modules where the release has them', async () => {
  const paths = files({
    'a.acl': 'user default off\nuser app on >pw +publish\n',
    'redis.conf': 'acl-pubsub-default allchannels\n',
  })
  const stdin = 'user default off\nuser app on >pw allchannels +publish\n'
  expect((await run(['compare', paths['a.acl'], '-'], { stdin })).code).toBe(1)
  expect((await run(['compare', paths['a.acl'], '-', '--conf', paths['redis.conf']], { stdin })).code).toBe(0)
  const upgrade = files({ 'a.acl': 'user default off\nuser app on >pw ~* +@read\n' })['a.acl']
  const { code, out } = await run(['compare', upgrade, '-t', 'redis-7.4', '--to', 'redis-8.0', '--modules'])
  expect([code, /new on this server: BF\./.test(out)]).toEqual([1, true])
  expect(await run(['compare', upgrade, '-t', 'redis-7.2', '--to', 'redis-7.4', '--modules'])).toMatchObject({
    code: 2,
    err: 'Neither server has bundled modules: omit --modules.\n',
  })
})

test('users that change alike are grouped, each part of a name that differs as {id}', async () => {
  const line = (i: number, rules: string): string => `user tenant-${i} on >p${i} ~tenant:${i}:* ${rules}\n`
  const numbers = Array.from({ length: 100 }, (_, i) => i + 1)
  const old = numbers.map((i) => line(i, '+get')).join('')
  const paths = files({ 'new.acl': numbers.map((i) => line(i, i === 7 ? '+get +set' : '+get +del')).join('') })
  const { out } = await run(['compare', '-', paths['new.acl']], { stdin: old })
  expect(out.slice(out.indexOf('\n') + 1)).toBe(`
99 users: tenant-1, tenant-2 and 97 more
  + can also run DEL, such as DEL tenant:{id}:
  = {id} is the part of each name that differs

user tenant-7
  + can also run SET, such as SET tenant:7: x
`)
  const json = JSON.parse((await run(['compare', '-', paths['new.acl'], '-f', 'json'], { stdin: old })).out) as {
    users: unknown[]
    groups: { users: string[]; lines: string[] }[]
  }
  expect(json.users).toHaveLength(100)
  expect(json.groups.map(({ users, lines }) => [users.length, lines])).toEqual([
    [99, ['+ can also run DEL, such as DEL tenant:{id}:']],
    [1, ['+ can also run SET, such as SET tenant:7: x']],
  ])
})

test('where a version changes nothing, that is proved for the commands that both have', async () => {
  const paths = files({ 'users.acl': 'user default off\nuser app on >x ~app:* +get\n' })
  const { code, out } = await run(['compare', paths['users.acl'], '--target', 'redis-7.2', '--to', 'redis-8.0'])
  expect(code).toBe(0)
  expect(out).toContain('proved over all keys and channels, and the commands that both versions have')
  expect(out).not.toContain('over all commands')
})
