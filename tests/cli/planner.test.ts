import { expect, test } from 'vitest'
import { sourceOf } from '../../src/cli/input'
import { Planner } from '../../src/cli/server/plan'
import type { ServerPolicy } from '../../src/cli/server/read-policy'
import { readSubject, type Subject } from '../../src/cli/subject'
import { loadTarget } from '../../src/targets/load'
import { files } from './program'

const quiet = {
  out: () => undefined,
  err: () => undefined,
  stdin: () => Buffer.from(''),
  color: false,
  errColor: false,
}

test('servers with the same users and release are compared once, those of different releases each for itself', async () => {
  const path = files({ 'users.acl': 'user ops on nopass ~* &* +@all\nuser app on nopass ~a +get\n' })['users.acl']
  const read = await readSubject(path, { target: 'redis-8.0' }, quiet)
  const of = async (version: string, port: number): Promise<Subject> => ({
    ...read,
    target: await loadTarget('redis-8.0', { version }),
    conf: sourceOf('redis.conf', `port ${port}\n`),
  })
  const server: Pick<ServerPolicy, 'user' | 'connections'> = { user: 'ops', connections: [] }
  const planner = new Planner()
  const comparisonFor = async (version: string, port: number): Promise<unknown> => {
    const before = await of(version, port)
    const after = { ...before, acl: sourceOf('users.acl', before.acl.text.replace('+get', '+set')) }
    const planned = planner.plan(`redis://node:${port}`, server as ServerPolicy, before, after)
    return 'comparison' in planned ? planned.comparison : planned.problem
  }
  const first = await comparisonFor('8.0.2', 1)
  expect(first).toBeTypeOf('object')
  expect(await comparisonFor('8.0.2', 2)).toBe(first)
  expect(await comparisonFor('8.0.6', 3)).not.toBe(first)
})
