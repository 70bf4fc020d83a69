import type { HandlerTable } from '../context'
import { copyCommands } from './copy'
import { databaseCommands } from './databases'
import { expireCommands } from './expire'
import { keyCommands } from './keys'
import { objectCommands } from './object'
import { sortCommands } from './sort'
import { unlinkCommands } from './unlink'
import { waitCommands } from './wait'

/** Every command that treats keys of all types alike, or whole databases. */
export const genericCommands: HandlerTable = {
  ...keyCommands,
  ...copyCommands,
  ...unlinkCommands,
  ...waitCommands,
  ...expireCommands,
  ...objectCommands,
  ...sortCommands,
  ...databaseCommands,
}
