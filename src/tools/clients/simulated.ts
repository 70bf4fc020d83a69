import { serve } from '../../cli/serve'
import { freePort } from '../../library/free-port'
import type { TargetId } from '../../targets/target'

/** A server on a port of this machine. */
export interface RunningServer {
  readonly port: number
  stop(): Promise<void>
}

/** Serves a target on a free port. */
export async function simulated(target: TargetId): Promise<RunningServer> {
  const port = await freePort()
  const serving = await serve({
    target,
    modules: false,
    confPath: null,
    extraConf: `port ${port}\nenable-debug-command yes\n`,
    log: () => undefined,
    warn: (line) => console.error(line),
  })
  return { port, stop: () => serving.stop() }
}
