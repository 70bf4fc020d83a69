import { expect, test } from 'vitest'
import { files, run } from './program'

/** The lines of a trace, without the times. */
const steps = (err: string): string[] =>
  err
    .trimEnd()
    .split('\n')
    .map((line) => line.replace(/^debug: [\d.]+ ms: /, ''))

test('--debug traces how a file is loaded and how each line was decided, without passwords', async () => {
  const named = files({
    'users.acl': 'user default off\nuser app on >correct-horse ~app:* +get (%R~b:* +@read)\n',
    'users.expect': 'app can GET app:1\napp cannot SET app:1 x\nnobody can log in without a password\n',
  })
  const { code, out, err } = await run([
    'test',
    named['users.acl'],
    named['users.expect'],
    '--debug',
    '--target',
    'redis-8.0',
  ])
  expect(code).toBe(0)
  expect(out).toContain('all 3 expectations hold')
  expect(err).not.toContain('correct-horse')
  const lines = steps(err)
  expect(lines[0]).toMatch(/^target redis-8\.0: Redis 8\.0 .*, \d+ commands$/)
  expect(lines.filter((line) => line.startsWith('user '))).toHaveLength(2)
  expect(lines).toContain('line 1: allowed: +get lets app run GET, ~app:* gives app:1')
  expect(lines.find((line) => line.includes('key app:1'))).toMatch(/root: key .*: yes, by ~app:\* \(line 2\)/)
  expect(lines.find((line) => line.startsWith('line 2: denied'))).toBeDefined()
  expect(lines).toContain('line 3: the rules are not asked')
  const plain = await run(['test', named['users.acl'], named['users.expect']])
  expect(plain.err).toBe('')
})

test('--debug of check says why a file is refused', async () => {
  const { code, err } = await run(['check', '-', '--debug'], { stdin: 'user app +gte\n' })
  expect(code).toBe(1)
  expect(steps(err)[1]).toContain('is refused: ')
})
