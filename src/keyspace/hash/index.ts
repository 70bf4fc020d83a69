import type { HandlerTable } from '../context'
import { plainHashCommands } from './commands'
import { hashExpiryCommands } from './expiry'
import { timedHashCommands } from './timed-values'

export { HashValue } from './value'

/** Every hash command. */
export const hashCommands: HandlerTable = { ...plainHashCommands, ...hashExpiryCommands, ...timedHashCommands }
