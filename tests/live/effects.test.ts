import { describe, expect, test } from 'vitest'
import { READ, WRITE } from '../../src/acl/command'
import rows from '../../src/targets/effects.json'
import { loadDocs, loadTarget } from '../../src/targets/load'
import { seededRandom } from '../conformance/replay'
import { apart, EffectLines, EffectsRecorder } from './effects'
import { installedOracles, LiveServer } from './oracle'

/** `LINES=100000 npm run test:live -- tests/live/effects.test.ts` takes some minutes; each run has a seed of its own. */
const onDemand = process.env.npm_lifecycle_event === 'test:live'
const seed = Number(process.env.SEED ?? (onDemand ? Date.now() % 1_000_000_000 : 1))
const lines = Number(process.env.LINES ?? (onDemand ? 2000 : 200))

const accesses: Readonly<Record<string, number>> = { read: READ, write: WRITE, cache: WRITE, encoding: WRITE }

describe.each(installedOracles())('$target', ({ program, target: id }) => {
  test('does what each row of the table of effects says', async () => {
    const target = await loadTarget(id)
    const server = await LiveServer.start(program)
    const recorder = await EffectsRecorder.open(server.port, target)
    try {
      for (const { line, does } of rows) {
        const argv = line.split(' ')
        if (target.table.resolve(argv) === undefined) continue
        const done = await recorder.run(argv, line.startsWith('SORT') && line.includes('GET *') ? ['%R~*'] : [])
        const shown = Object.entries(does).map(([key, what]) => {
          if (what === 'name') return done?.names
          const other = key === '*' ? '@string:2' : key
          return ((done?.all.get(other) ?? 0) & (accesses[what] ?? 0)) !== 0
        })
        expect([line, done?.reply, shown]).toEqual([line, done?.reply, shown.map(() => true)])
      }
    } finally {
      recorder.close()
      await server.stop()
    }
  })

  test(
    `does nothing beyond its access check that the table does not have, in ${lines} random lines`,
    { timeout: 3_600_000 },
    async () => {
      const target = await loadTarget(id)
      const known = new Map<unknown, number>()
      for (const { line, does } of rows) {
        const command = target.table.resolve(line.split(' '))
        for (const what of Object.values(does)) known.set(command, (known.get(command) ?? 0) | (accesses[what] ?? 0))
      }
      const names = target.table.commands.filter((one) => one.subcommands === null && !apart.test(one.name))
      const server = await LiveServer.start(program)
      const recorder = await EffectsRecorder.open(server.port, target)
      const random = new EffectLines(seededRandom(seed), await loadDocs(id))
      const found: string[] = []
      let effective = 0
      try {
        for (let i = 0; i < lines; i++) {
          const command = names[i % names.length]
          if (command === undefined) break
          const argv = random.line(command.name)
          const done = await recorder.run(argv)
          if ((done?.all.size ?? 0) > 0) effective++
          for (const [key, access] of done?.beyond ?? [])
            if ((access & ~(known.get(command) ?? 0)) !== 0) found.push(`${argv.join(' ')}: ${key} ${access}`)
        }
      } finally {
        recorder.close()
        await server.stop()
      }
      expect({ seed, found }).toEqual({ seed, found: [] })
      // Lines that do nothing would show nothing.
      expect(effective / lines).toBeGreaterThan(0.05)
    },
  )
})
