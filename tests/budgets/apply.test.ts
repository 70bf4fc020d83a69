import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { run } from '../cli/program'
import { after, at, before } from '../live/apply'
import { cleanly, Nodes } from '../live/nodes'
import { installedOracles } from '../live/oracle'

const { folder, stopping } = cleanly('apply-budget')

describe.each(installedOracles())('$target', ({ program }) => {
  const nodes = stopping(new Nodes(program, before))

  test('5,000 users are changed on three nodes within 30 seconds of the processor', async () => {
    const many = (rule: string): string =>
      Array.from({ length: 5000 }, (_, i) => `user app-${i} on >p${i} ~app-${i}:* resetchannels ${rule}\n`).join('')
    const file = join(folder, 'many.acl')
    writeFileSync(file, after + many('+@write'))
    const servers = []
    for (let i = 0; i < 3; i++) servers.push(await nodes.start(before + many('+@read')))
    const started = process.cpuUsage()
    const { code, out } = await run(['apply', file, ...servers.map(at), '--yes', '--journal', join(folder, 'journal')])
    const { user, system } = process.cpuUsage(started)
    expect([code, out]).toEqual([0, expect.stringContaining('Applied and verified.')])
    expect((user + system) / 1e6).toBeLessThan(30)
  })
})
