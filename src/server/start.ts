import { commands } from './commands/index'
import { startWith, type StartResult } from './start-with'
import type { ServerOptions } from './types'

export type { StartResult } from './start-with'

/** Starts a server that has every simulated command; see `startWith`. */
export function startServer(options: ServerOptions): StartResult {
  return startWith(commands, options)
}
