import type { HandlerTable } from '../context'
import { counterCommands } from './counters'
import { exchangeCommands } from './exchange'
import { increxCommands } from './increx'
import { lcsCommands } from './lcs'
import { rangeCommands } from './ranges'
import { setCommands } from './set'
import { textCommands } from './text'

export const stringCommands: HandlerTable = {
  ...setCommands,
  ...exchangeCommands,
  ...textCommands,
  ...rangeCommands,
  ...counterCommands,
  ...lcsCommands,
  ...increxCommands,
}
