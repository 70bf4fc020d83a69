import type { HandlerTable } from '../context'
import { listCommands as single } from './commands'
import { listPopCommands } from './pop'

export { ListValue } from './value'

/** Every list command. */
export const listCommands: HandlerTable = { ...single, ...listPopCommands }
