import { describe, expect, test } from 'vitest'
import { loadTarget } from '../../src/targets/load'
import type { Recorded } from '../conformance/recordings'
import { seededRandom } from '../conformance/replay'
import { Both } from './both'
import { installedOracles, LiveServer } from './oracle'
import { WireClient } from './wire'
import { startSimulated } from './simulated'

/** Milliseconds that a reply which must come is waited for. */
const PATIENCE = 10_000
const seed = Number(process.env.SEED ?? 1)
const scenarios = Number(process.env.SCENARIOS ?? 25)

/** What a connection waits for. */
const waiting = `BLPOP k 0|BLPOP k q 0|BRPOP q k 0|BLMOVE k q LEFT RIGHT 0|BRPOPLPUSH q k 0|BLMPOP 0 2 k q LEFT COUNT 2
BZPOPMIN k 0|BZPOPMAX q k 0|BZMPOP 0 2 q k MAX COUNT 3|XREAD BLOCK 0 STREAMS k $|XREAD BLOCK 0 STREAMS k q 0 $
XREADGROUP GROUP g c BLOCK 0 STREAMS k >|XREADGROUP GROUP g d BLOCK 0 COUNT 1 STREAMS k >|XREADGROUP GROUP g d BLOCK 0 NOACK STREAMS q k > >`

/** What happens meanwhile. */
const happening = `RPUSH k a b c|LPUSH q x|RPUSH q y z|ZADD k 1 a 2 b|ZADD q 3 c|XADD k 1-* f v|XADD q 2-* f v|XADD k * f v
DEL k|DEL q|DEL k q|UNLINK k|RENAME k q|RENAME q k|COPY q k REPLACE|SET k 1|SET q 1|FLUSHDB|SWAPDB 0 1|SWAPDB 0 1
XGROUP CREATE k g 0 MKSTREAM|XGROUP CREATE k g $ MKSTREAM|XGROUP CREATE q g $ MKSTREAM|XGROUP DESTROY k g|XGROUP SETID k g 0|XGROUP SETID k g $
XDEL k 1-0|XTRIM k MAXLEN 0|XTRIM k MAXLEN ~ 0|XGROUP DELCONSUMER k g c|XACK k g 1-0|LPOP k|SORT q STORE k|LMOVE q k LEFT LEFT|ZPOPMIN k|EXPIRE k 0|PERSIST k
XINFO GROUPS k|XPENDING k g|LLEN k|TYPE k|TYPE q|EXISTS k q|CLIENT NO-EVICT on`

const lines = (text: string): string[] => text.split(/[|\n]/)

/** IDs of the clock and idle times differ by nature. */
const masked = (reply: unknown): string => JSON.stringify(reply).replace(/\d{12,}-\d+/g, 'id')

describe.each(installedOracles())('$target beside the real server', ({ program, target: id }) => {
  test(`${scenarios} random waits (SEED=${seed})`, async () => {
    const random = seededRandom(seed)
    const pick = <T>(items: readonly T[]): T => items[random.below(items.length)]!
    const live = await LiveServer.start(program)
    const server = startSimulated(await loadTarget(id), '', seed)
    const control = await WireClient.open(live.port)
    const send = async (both: Both, line: string): Promise<void> => {
      const argv = line.split(' ')
      both.real.write(argv)
      both.simulate(argv)
      // The real server answers this after what was sent before it, on whatever connection.
      await control.send(['PING'])
    }
    const differences: unknown[] = []
    for (let scenario = 0; scenario < scenarios && differences.length === 0; scenario++) {
      const asked: string[] = []
      const open = async (): Promise<Both> => new Both(await WireClient.open(live.port), server)
      const [writer, ...others] = [await open(), await open(), await open(), await open()]
      await send(writer!, 'FLUSHALL')
      for (let step = 0; step < 20 && differences.length === 0; step++) {
        const idle = others.filter(({ simulated }) => (simulated as unknown as { blocked: unknown }).blocked === null)
        const waits = idle.length > 0 && random.below(3) === 0
        const both = waits ? pick(idle) : writer!
        const line = pick(lines(waits ? waiting : happening))
        asked.push(`${[writer, ...others].indexOf(both)}> ${line}`)
        await send(both, line)
        server.tick()
        for (const [name, one] of [writer!, ...others].entries()) {
          const wanted = one.received.splice(0)
          const got: Recorded[] = []
          for (let i = 0; i < wanted.length; i++)
            got.push(
              await Promise.race([one.real.next(), new Promise<null>((ok) => setTimeout(() => ok(null), PATIENCE))]),
            )
          if (masked(got) !== masked(wanted))
            differences.push({ scenario, asked, on: name, real: masked(got), simulated: masked(wanted) })
        }
      }
      for (const one of [writer!, ...others]) {
        one.real.close()
        one.simulated.close()
      }
    }
    control.close()
    await live.stop()
    expect(differences).toEqual([])
  })
})
