import { expect, test } from 'vitest'
import { files, run } from './program'

const acl = 'user default off\nuser app on >password ~app:* +sort +get\nuser ops on >password ~* +@all\n'

test('check lists the known defects of a release that concern a policy, and passes', async () => {
  const { 'users.acl': file } = files({ 'users.acl': acl })
  const { code, out, err } = await run(['check', file, '--no-diagnostics', '--server-version', '7.4.5'])
  expect({ code, err }).toEqual({ code: 0, err: '' })
  expect(out).toContain(
    'accepted by Redis 7.4 (7.4.5, derived from 7.4.1): 3 users\nRedis 7.4.5: 2 known defects concern these files; 4 more do not\n',
  )
  expect(out)
    .toContain(`      = Concerns app: may run SORT, GEORADIUS, GEORADIUSBYMEMBER, XREAD or XREADGROUP, and not on all keys
      = Fixed in 7.4.11: https://github.com/redis/redis/pull/15478
`)
  expect(out).toContain('  script-other-user (CVE-2025-46818): ')
  expect(out).not.toContain('tracking-key-names')
  const fixed = await run(['check', file, '--no-diagnostics', '--server-version', '8.10.2'])
  expect(fixed.out.split('\n').at(-2)).toBe('Redis 8.10.2: 0 known defects concern these files; 1 more does not')
  expect((await run(['check', file, '--no-diagnostics'])).out).not.toContain('known defect')
})

test('the JSON has all defects of the release, and whom each concerns', async () => {
  const args = ['check', '-', '--no-diagnostics', '--format', 'json', '--server-version', 'valkey-8.0.10']
  const { code, out } = await run(args, { stdin: acl.replace('+sort', '+georadius') })
  expect(code).toBe(0)
  const { files: checked } = JSON.parse(out) as {
    files: { target: { id: string }; knownDefects: { release: string; defects: { id: string; concerns: boolean }[] } }[]
  }
  expect(checked[0]?.target.id).toBe('valkey-8.0')
  const { release, defects } = checked[0]?.knownDefects ?? { defects: [] }
  expect(release).toBe('Valkey 8.0.10')
  expect(defects.map(({ id, concerns }) => [id, concerns])).toEqual([
    ['georadius-store', true],
    ['pfmerge-key', false],
    ['cluster-meet', false],
  ])
  expect(defects[0]).toEqual({
    id: 'georadius-store',
    cve: null,
    what: 'GEORADIUS and GEORADIUSBYMEMBER with two STORE options write to the last key, and only the first is checked.',
    fixedIn: '8.0.11',
    certain: true,
    sources: [
      'https://github.com/valkey-io/valkey/pull/3971',
      'https://github.com/valkey-io/valkey/releases/tag/7.2.15',
      'https://github.com/valkey-io/valkey/releases/tag/9.0.6',
    ],
    concerns: true,
    users: ['app'],
    why: 'may run GEORADIUS or GEORADIUSBYMEMBER, and not on all keys',
  })
})

test('a file that the server rejects is judged by the part that it accepts', async () => {
  const { code, out } = await run(['check', '-', '--no-diagnostics', '--server-version', '7.4.5'], {
    stdin: `${acl}user bad on +nosuch\n`,
  })
  expect(code).toBe(1)
  expect(out).toContain('Concerns app: ')
})

test('a name cannot send control sequences to a terminal, and long lists of users are cut', async () => {
  const many = Array.from({ length: 7 }, (_, i) => `user \x1b[3${i}m on >password ~a +sort\n`).join('')
  const { out } = await run(['check', '-', '--no-diagnostics', '--server-version', '7.4.5'], { stdin: many })
  expect(out).not.toContain('\x1b')
  expect(out).toContain(', 2 more: may run SORT')
})

test('a version that is no release, has no target or is not of the target is an error', async () => {
  const failed = async (...args: string[]): Promise<string> => {
    const { code, out, err } = await run(['check', '-', ...args], { stdin: acl })
    expect({ code, out }).toEqual({ code: 2, out: '' })
    return err
  }
  expect(await failed('--server-version', '7.4')).toContain('7.4 is no exact release. Write three numbers')
  expect(await failed('--server-version', '5.0.1')).toContain('There is no target for Redis 5.0.1. Choose the nearest')
  expect(await failed('--server-version', '7.4.5', '--target', 'redis-7.2')).toBe(
    'Redis 7.4.5 is no release of the target redis-7.2. Omit the target, or choose redis-7.4.\n',
  )
  expect(await failed('--server-version', 'valkey-9.0.3', '--target', 'redis-8.0')).toContain('of the same product')
  const near = await run(['check', '-', '--server-version', 'valkey-9.0.3', '--target', 'valkey-9.1'], { stdin: acl })
  expect(near.out).toContain('Valkey 9.0.3: ')
})

test('of a release after the last that is known to have a defect, it is said that this is not known', async () => {
  const acl = 'user default off\nuser app on >a-long-password ~app:* +pfmerge +msetex\n'
  const out = async (version: string): Promise<string> =>
    (await run(['check', '-', '--no-diagnostics', '--server-version', version], { stdin: acl })).out
  expect(await out('8.4.6')).toContain(
    'Redis 8.4.6: 0 known defects concern these files; of 1 more it is not known whether it has the fix',
  )
  expect(await out('8.4.6')).toContain('      = 8.4.3 has it; it is not known whether 8.4.6 has the fix: ')
  expect(await out('8.4.3')).toContain('Redis 8.4.3: 2 known defects concern these files')
  const json = await run(['check', '-', '--no-diagnostics', '-f', 'json', '--server-version', '8.4.6'], { stdin: acl })
  const { files } = JSON.parse(json.out) as {
    files: { knownDefects: { defects: { id: string; certain: boolean }[] } }[]
  }
  expect(files[0]?.knownDefects.defects.find(({ id }) => id === 'pfmerge-key')?.certain).toBe(false)
})
