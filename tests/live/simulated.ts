import type { SimulatedServer } from '../../src/server/server'
import { startServer } from '../../src/server/start'
import type { Target } from '../../src/targets/target'
import { seededRandom } from '../conformance/replay'

/** Milliseconds that a script may run: the comparison is of replies, on however slow a machine. */
const scriptTime = 60_000

/** Starts the simulator that is compared with a real server: it has no files, and the machine's time. */
export function startSimulated(target: Target, conf: string, seed = 1): SimulatedServer {
  const started = startServer({
    target,
    conf,
    files: { read: () => null, write: () => undefined },
    clock: { now: () => Date.now() },
    random: seededRandom(seed),
    confPath: null,
    scriptTime,
  })
  if (!started.started) throw new Error(started.message)
  return started.server
}
