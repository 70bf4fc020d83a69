import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Users } from '../../../src/acl/users'
import { catalogue } from '../../../src/analysis/diagnostics/catalogue'
import { checkLine } from '../../../src/analysis/diagnostics/checked-line'
import { readUserLine } from '../../../src/analysis/diagnostics/line'
import { loadTarget } from '../../../src/targets/load'
import type { TargetId } from '../../../src/targets/target'
import { userLine } from './lines'
import { runs } from '../../runs'

test.each<TargetId>(['redis-6.0', 'redis-8.0', 'valkey-9.1'])(
  'diagnostics that is not asked would have said nothing: %s',
  async (id) => {
    const target = await loadTarget(id)
    const users = new Users(target.table, target.behaviours)
    fc.assert(
      fc.property(userLine, fc.constantFrom(null, 'celery' as const), (text, client) => {
        const line = readUserLine(text, users, target, client)
        const all =
          line === null
            ? []
            : catalogue.flatMap((diagnostics) =>
                diagnostics.check(line).map(({ message }) => `${diagnostics.code}: ${message}`),
              )
        expect(
          checkLine(text, users, target, client).reports.map(({ code, message }) => `${code}: ${message}`),
        ).toEqual(all)
      }),
      { numRuns: runs(200) },
    )
  },
)
