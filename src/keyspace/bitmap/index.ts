import type { HandlerTable } from '../context'
import { bitfieldCommands } from './bitfield'
import { bitCommands } from './bits'

export const bitmapCommands: HandlerTable = { ...bitCommands, ...bitfieldCommands }
