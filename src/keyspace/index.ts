import { bitmapCommands } from './bitmap'
import type { HandlerTable } from './context'
import { dumpCommands } from './dump'
import { genericCommands } from './generic'
import { geoCommands } from './geo'
import { hashCommands } from './hash'
import { hyperloglogCommands } from './hyperloglog'
import { listCommands } from './list'
import { setCommands } from './set'
import { streamCommands } from './stream'
import { stringCommands } from './string'
import { zsetCommands } from './zset'

/** The simulated keyspace commands by full lower-case name. */
export const keyspaceCommands: HandlerTable = {
  ...stringCommands,
  ...bitmapCommands,
  ...hyperloglogCommands,
  ...hashCommands,
  ...listCommands,
  ...setCommands,
  ...zsetCommands,
  ...geoCommands,
  ...streamCommands,
  ...genericCommands,
  ...dumpCommands,
}
