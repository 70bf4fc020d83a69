import { notSimulated } from '../../command-errors'
import type { HandlerTable } from '../../handler'
import { infoHandler } from './load'
import type { InfoParts } from './parts'

/** INFO, whose code is loaded before it runs. */
export const infoCommands: HandlerTable<InfoParts> = {
  info: (invocation, server) => infoHandler()?.(invocation, server) ?? notSimulated(invocation.command),
}
