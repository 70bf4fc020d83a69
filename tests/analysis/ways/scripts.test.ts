import { expect, test } from 'vitest'
import { startServer } from '../../../src/library/server'
import { aclOf, engineOn, follow, goalOf, rows, textOf, wayOf } from './rows'

test.each(rows)('$name: the script runs in serve', async (row) => {
  const [target = 'redis-8.0'] = row.targets ?? []
  const engine = await engineOn(target, aclOf(row), row.conf)
  expect(textOf(engine, wayOf(engine, 'app', goalOf(row)))).toEqual(row.script)
  const server = await startServer({ target, acl: aclOf(row), conf: (row.conf ?? []).join('\n') })
  try {
    await follow(row, engine, server.port)
  } finally {
    await server.close()
  }
})
