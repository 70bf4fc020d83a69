import type { HandlerTable } from '../context'
import { databaseCommands } from './databases'
import { expireCommands } from './expire'
import { keyCommands } from './keys'
import { objectCommands } from './object'
import { sortCommands } from './sort'

/** Every command that treats keys of all types alike, or whole databases. */
export const genericCommands: HandlerTable = {
  ...keyCommands,
  ...expireCommands,
  ...objectCommands,
  ...sortCommands,
  ...databaseCommands,
}
