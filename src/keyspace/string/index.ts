import type { HandlerTable } from '../context'
import { counterCommands } from './counters'
import { increxCommands } from './increx'
import { lcsCommands } from './lcs'
import { setCommands } from './set'
import { textCommands } from './text'

export const stringCommands: HandlerTable = {
  ...setCommands,
  ...textCommands,
  ...counterCommands,
  ...lcsCommands,
  ...increxCommands,
}
