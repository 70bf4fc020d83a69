import { describe, expect, test } from 'vitest'
import { loadTarget } from '../../src/targets/load'
import { asRecorded } from '../conformance/compare'
import { installedOracles, LiveServer } from './oracle'
import { WireClient } from './wire'
import { startSimulated } from './simulated'

/** Command lines; `-` waits until no save runs or is scheduled. */
const lines = `SAVE|SAVE x|LASTSAVE x|BGSAVE x|BGSAVE SCHEDULE x|BGREWRITEAOF x|MSET a 1 b 2|INFO|SAVE|INFO|SET c 1|BGSAVE|-|INFO|BGREWRITEAOF|-|INFO
CONFIG SET rdb-key-save-delay 500000|BGSAVE|BGSAVE|BGSAVE SCHEDULE|SAVE|SET d 1|INFO|BGREWRITEAOF|BGREWRITEAOF|INFO|-|INFO
BGREWRITEAOF|BGREWRITEAOF|BGSAVE|BGSAVE SCHEDULE|INFO|-|INFO|BGSAVE CANCEL|CONFIG SET rdb-key-save-delay 0
MULTI|SAVE|DISCARD|MULTI|BGSAVE|BGSAVE SCHEDULE|BGREWRITEAOF|BGREWRITEAOF|EXEC|-|INFO|SET e 1|FLUSHALL|INFO|CONFIG RESETSTAT|INFO
CONFIG GET rdb-key-save-delay|CONFIG GET rdb-key*|CONFIG GET repl-rdb-channel|CONFIG GET repl-rdb*`

const fields =
  /(?:rdb_changes_since_last_save|rdb_bgsave_in_progress|rdb_last_bgsave_status|rdb_saves|aof_rewrite_in_progress|aof_rewrite_scheduled|aof_rewrites|total_forks):\S*/g

describe.each(installedOracles())('$target beside the real server', ({ program, target: id }) => {
  test('SAVE, BGSAVE and BGREWRITEAOF, and what INFO says of them', async () => {
    const target = await loadTarget(id)
    const live = await LiveServer.start(program)
    const server = startSimulated(target, 'save ""\n')
    const real = await WireClient.open(live.port)
    const simulated = server.connect({ kind: 'loopback' }, { push: () => undefined, closed: () => undefined })
    const ours = async (argv: readonly string[]): Promise<unknown> => {
      await server.prepare(argv)
      return asRecorded(simulated.send(argv).replies[0] ?? null, 2)
    }
    const isBusy = (info: unknown): boolean =>
      /(?:rdb_bgsave_in_progress|aof_rewrite_in_progress|aof_rewrite_scheduled):1/.test(JSON.stringify(info))
    /** A scheduled snapshot starts a moment after the rewrite has ended. */
    const settled = async (ask: () => Promise<unknown>): Promise<void> => {
      for (let idle = 0; idle < 8; idle = isBusy(await ask()) ? 0 : idle + 1) {
        await new Promise((resolve) => setTimeout(resolve, 50))
        server.tick()
      }
    }
    const info = ['INFO', 'everything']
    for (const line of lines.split(/[|\n]/)) {
      if (line === '-') {
        await settled(() => real.send(info))
        await settled(() => ours(info))
      } else if (line === 'INFO') {
        const wanted = JSON.stringify(await real.send(info))
          .replaceAll('\\r\\n', ' ')
          .match(fields)
        const got = JSON.stringify(await ours(info))
          .replaceAll('\\r\\n', ' ')
          .match(fields)
        expect([line, got]).toEqual([line, wanted])
      } else {
        const argv = line.split(' ')
        const wanted = await real.send(argv)
        expect([line, await ours(argv)]).toEqual([line, wanted])
      }
    }
    real.close()
    await live.stop()
  }, 60_000)
})
