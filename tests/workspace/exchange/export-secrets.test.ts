import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fromText } from '../../../src/acl/bytes'
import { Users } from '../../../src/acl/users'
import { loadTarget } from '../../../src/targets/load'
import { exportFormats, exportUsers } from '../../../src/workspace/export'
import { holdsNone, password } from '../spellings'

test.each(exportFormats.map(({ id }) => id))('no password is exported as %s', async (format) => {
  for (const id of ['redis-6.2', 'valkey-9.1'] as const) {
    const target = await loadTarget(id)
    await fc.assert(
      fc.asyncProperty(password, password, async (kept, removed) => {
        const users = new Users(target.table, target.behaviours)
        const rules = ['on', `>${kept.text}`, `>${removed.text}`, `<${removed.text}`, '~app:*', '+@read']
        expect(users.setUser('app', rules.map(fromText))).toBeNull()
        const exported = await exportUsers(format, { target, users, roles: users.roles.values() })
        for (const secret of [kept, removed]) holdsNone(JSON.stringify(exported), secret)
      }),
      { numRuns: 20 },
    )
  }
})
