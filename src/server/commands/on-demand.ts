import type { Command } from '../../acl/command'
import { databaseCommands } from '../../keyspace/generic/databases'
import { keyCommands } from '../../keyspace/generic/keys'
import { listPushCommands } from '../../keyspace/list/push'
import { setCommands } from '../../keyspace/string/set'
import { textCommands } from '../../keyspace/string/text'
import { type Registry, serverHandler } from '../handler'
import type { SimulatedServer } from '../server'
import { connectionCommands } from './connection'
import { transactionCommands } from './transactions'

/** The commands that are there at once: those of a first session. */
const first: Registry<SimulatedServer> = {
  server: { ...connectionCommands, ...transactionCommands },
  keyspace: { ...keyCommands, ...databaseCommands, ...setCommands, ...textCommands, ...listPushCommands },
}

/**
 * Every command that is simulated, most of them loaded when the first command line needs one of those: everything that is
 * sent to such a server must be prepared first (`Server.prepare`).
 */
export class CommandsOnDemand implements Registry<SimulatedServer> {
  #loaded = first
  #loading: Promise<void> | null = null

  get server(): Registry<SimulatedServer>['server'] {
    return this.#loaded.server
  }

  get keyspace(): Registry<SimulatedServer>['keyspace'] {
    return this.#loaded.keyspace
  }

  get saves(): Registry<SimulatedServer>['saves'] {
    return this.#loaded.saves
  }

  load(command: Command): Promise<void> | null {
    return this.has(command) ? null : this.loadAll()
  }

  has(command: Command): boolean {
    return this.#loaded !== first || serverHandler(first, command) !== undefined || command.name in first.keyspace
  }

  /** Loads the handlers of all commands, once. Rejects where they cannot be loaded; the next call tries again. */
  loadAll(): Promise<void> {
    this.#loading ??= import('./index').then(
      ({ commands }) => {
        this.#loaded = commands
      },
      (reason: unknown) => {
        this.#loading = null
        throw reason
      },
    )
    return this.#loading
  }
}

/** The commands of the page's servers. */
export const commandsOnDemand = new CommandsOnDemand()
