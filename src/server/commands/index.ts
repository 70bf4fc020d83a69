import { keyspaceCommands } from '../../keyspace/index'
import type { Registry } from '../handler'
import { scriptingCommands } from '../scripting/commands'
import { Saves } from '../saves'
import type { SimulatedServer } from '../server'
import { aclHandlers } from './acl'
import { adminCommands } from './admin'
import { clientCommands } from './client'
import { commandCommands } from './command'
import { configCommands } from './config'
import { connectionCommands } from './connection'
import { himportCommands } from './himport'
import { infoCommands } from './info/command'
import { memoryCommands } from './memory'
import { pubsubCommands } from './pubsub'
import { replicationCommands } from './replication'
import { savingCommands } from './saving'
import { transactionCommands } from './transactions'

/** Every command that is simulated. */
export const commands: Registry<SimulatedServer> = {
  server: {
    ...connectionCommands,
    ...transactionCommands,
    ...pubsubCommands,
    ...aclHandlers,
    ...commandCommands,
    ...configCommands,
    ...clientCommands,
    ...infoCommands,
    ...himportCommands,
    ...memoryCommands,
    ...adminCommands,
    ...replicationCommands,
    ...savingCommands,
    ...scriptingCommands,
  },
  keyspace: keyspaceCommands,
  saves: (server) => new Saves(server),
}
