import type { ServerHandlerTable } from '../command'
import { aclHandlers } from './acl'
import { adminCommands } from './admin'
import { clientCommands } from './client'
import { commandCommands } from './command'
import { configCommands } from './config'
import { connectionCommands } from './connection'
import { infoCommands } from './info'
import { memoryCommands } from './memory'
import { pubsubCommands } from './pubsub'
import { scriptingCommands } from '../scripting/commands'
import { transactionCommands } from './transactions'

/** Every server-level command that is simulated, by full lower-case name. */
export const serverCommands: ServerHandlerTable = {
  ...connectionCommands,
  ...transactionCommands,
  ...pubsubCommands,
  ...aclHandlers,
  ...commandCommands,
  ...configCommands,
  ...clientCommands,
  ...infoCommands,
  ...memoryCommands,
  ...adminCommands,
  ...scriptingCommands,
}
