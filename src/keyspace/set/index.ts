import type { HandlerTable } from '../context'
import { setAlgebraCommands } from './algebra'
import { setCommands as single } from './commands'

export { SetValue } from './value'

/** Every set command. */
export const setCommands: HandlerTable = { ...single, ...setAlgebraCommands }
