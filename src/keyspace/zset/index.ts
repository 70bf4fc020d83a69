import type { HandlerTable } from '../context'
import { zsetAddCommands } from './add'
import { zsetAlgebraCommands } from './algebra'
import { zsetPopCommands } from './pop'
import { zsetRangeCommands } from './range'
import { zsetReadCommands } from './read'

export { ZSetValue } from './value'

/** Every sorted set command. */
export const zsetCommands: HandlerTable = {
  ...zsetAddCommands,
  ...zsetAlgebraCommands,
  ...zsetPopCommands,
  ...zsetRangeCommands,
  ...zsetReadCommands,
}
