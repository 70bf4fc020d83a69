import { expect, test } from 'vitest'
import { accessOf, type Access } from '../../src/acl/command'
import { loadTarget } from '../../src/targets/load'
import { performedAccess } from '../../src/targets/performed-access'
import { usesOf } from '../../src/targets/uses'

/** Command lines of commands whose keys depend on their arguments. */
const lines: Readonly<Record<string, string>> = {
  bitop: 'bitop and d a b',
  eval: 'eval x 1 a',
  evalsha: 'evalsha x 1 a',
  georadius: 'georadius a 1 1 1 m store d',
  georadiusbymember: 'georadiusbymember a m 1 m store d',
  pfmerge: 'pfmerge d a',
  migrate: 'migrate h 1 a 0 1',
  sort: 'sort a store d',
  xread: 'xread streams a 0',
  xreadgroup: 'xreadgroup group g c streams a 0',
  zunion: 'zunion 1 a',
  zinter: 'zinter 1 a',
  zdiff: 'zdiff 1 a',
  zunionstore: 'zunionstore d 2 a b',
  zinterstore: 'zinterstore d 2 a b',
  zdiffstore: 'zdiffstore d 2 a b',
}

const special = new Set(['set', 'bitfield', 'eval', 'evalsha'])

test('what commands do to their keys before 7.0 is what 7.0 declares', async () => {
  const newer = await loadTarget('redis-7.0', { modules: false })
  for (const id of ['redis-6.0', 'redis-6.2'] as const) {
    const older = await loadTarget(id, { modules: false })
    const differing: unknown[] = []
    let compared = 0
    for (const command of older.table.commands) {
      const declared = newer.table.find(command.name)
      // The parts of commands with subcommands are declared one by one; those of SET and BITFIELD by their arguments. What
      // scripts do is checked as they run.
      if (declared === undefined || declared.subcommands !== null || special.has(command.name)) continue
      const argv = lines[command.name]?.split(' ') ?? [
        command.name,
        ...Array.from({ length: Math.abs(command.arity) - 1 }, (_, i) => String(i + 1)),
      ]
      const { keys } = usesOf(older, command, argv, 0)
      if (keys.length === 0) continue
      const expected = usesOf(newer, declared, argv, 0).keys.map(({ flags }): Access => accessOf(flags))
      compared++
      const performed = performedAccess(older, command, argv, keys)
      if (String(performed) !== String(expected)) differing.push([command.name, performed, expected])
    }
    expect(differing).toEqual([])
    expect(compared).toBeGreaterThan(100)
  }
})
