import { expect, test } from 'vitest'
import { loadTarget } from '../../src/targets/load'
import { asRecorded, matches } from '../conformance/compare'
import { seededRandom } from '../conformance/replay'
import { masked, VectorCommands } from '../keyspace/vector/generate'
import { installedOracles, LiveServer } from './oracle'
import { WireClient } from './wire'
import { startSimulated } from './simulated'

const seed = Number(process.env.SEED ?? 1)
const commands = Number(process.env.COMMANDS ?? 3000)
const oracle = installedOracles().find(({ target }) => target === 'redis-8.0')

test.runIf(oracle !== undefined)(
  `${commands} random commands on vector sets beside redis-8.0 (SEED=${seed})`,
  async () => {
    const live = await LiveServer.start(oracle!.program)
    const target = await loadTarget('redis-8.0')
    const server = startSimulated(target, '', seed)
    const simulated = server.connect({ kind: 'loopback' }, { push: () => {}, closed: () => {} })
    const real = await WireClient.open(live.port)
    const generator = new VectorCommands(seededRandom(seed))
    try {
      for (let i = 0; i < commands; i++) {
        const argv = generator.next()
        await server.prepare(argv)
        const got = masked(argv, asRecorded(simulated.send(argv).replies[0]!, simulated.protocol))
        const wanted = masked(argv, await real.send(argv))
        expect({ argv, reply: matches(wanted, got) ? wanted : got }).toEqual({ argv, reply: wanted })
      }
    } finally {
      real.close()
      await live.stop()
    }
  },
)
