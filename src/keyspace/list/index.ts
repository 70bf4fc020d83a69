import type { HandlerTable } from '../context'
import { listCommands as single } from './commands'
import { listMoveManyCommands } from './move-many'
import { listPopCommands } from './pop'
import { listPushCommands } from './push'

export { ListValue } from './value'

/** Every list command. */
export const listCommands: HandlerTable = {
  ...listPushCommands,
  ...single,
  ...listPopCommands,
  ...listMoveManyCommands,
}
