import type { HandlerTable } from '../context'
import { streamClaimCommands } from './claims'
import { streamGroupCommands } from './groups'
import { streamInfoCommands } from './info'
import { streamIdempotenceCommands } from './producers'
import { streamReadCommands } from './read'
import { streamReferenceCommands } from './references'
import { streamWriteCommands } from './write'

export { StreamValue } from './value'

/** Every stream command. */
export const streamCommands: HandlerTable = {
  ...streamWriteCommands,
  ...streamReadCommands,
  ...streamGroupCommands,
  ...streamClaimCommands,
  ...streamInfoCommands,
  ...streamReferenceCommands,
  ...streamIdempotenceCommands,
}
