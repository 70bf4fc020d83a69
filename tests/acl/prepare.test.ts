import { expect, test } from 'vitest'
import { loadAclFile } from '../../src/acl/load'
import { prepareAclFile } from '../../src/acl/prepare'
import { Users } from '../../src/acl/users'
import { finish } from '../../src/analysis/steps'
import { loadTarget } from '../../src/targets/load'
import { targetInfos } from '../../src/targets/infos'

const tenants = (count: number, rules = ''): string =>
  Array.from({ length: count }, (_, i) => `user t${i} on nopass ~t:${i}:* +@read${rules}\n`).join('')

/** Files, each loaded after the one before. */
const files = [
  `user default on nopass ~* &* +@all\n${tenants(300)}`,
  `user default on nopass ~* &* +@all\n${tenants(300, ' -get')}`,
  // A line that is refused, and the same lines in another order.
  `user a on +nosuch\n${tenants(120)}user default off\n`,
  `${tenants(200)}user t0 on\nuser t0 on\n\n# comment\nuser b (~x +get\n`,
  tenants(200, ' (~other:* +get)'),
  '',
]

/** Returns the outcome of loading a file, as text. */
function outcome(users: Users, file: string): string {
  const result = loadAclFile(users, file, 'users.acl')
  if (!result.ok) return JSON.stringify(result)
  users.replaceAll(result)
  return [...users].map((user) => JSON.stringify([user.describe(), user.root.rules])).join('\n')
}

test.each(targetInfos.map(({ id }) => id))('%s: a file that was parsed ahead loads as any other', async (id) => {
  const target = await loadTarget(id)
  const [ahead, plain] = [0, 1].map(() => new Users(target.table, target.behaviours)) as [Users, Users]
  for (const file of [...files, ...files.toReversed()]) {
    finish(prepareAclFile(ahead, file))
    expect(outcome(ahead, file)).toBe(outcome(plain, file))
  }
  // Given up midway, and for another file than the one that is loaded.
  for (const file of files) {
    prepareAclFile(ahead, file).next()
    finish(prepareAclFile(ahead, `${file}user other on\n`))
    expect(outcome(ahead, file)).toBe(outcome(plain, file))
  }
})

test('a long file is parsed in many steps', async () => {
  const target = await loadTarget('redis-8.0')
  const steps = [...prepareAclFile(new Users(target.table, target.behaviours), tenants(1_000))]
  expect(steps).toHaveLength(20)
})
