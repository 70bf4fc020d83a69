import { bitmapCommands } from './bitmap'
import { arrayCommands } from './array'
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
import { vectorCommands } from './vector'
import { zsetCommands } from './zset'

/** The simulated keyspace commands by full name: lower-case, or as a module spells it. */
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
  ...vectorCommands,
  ...arrayCommands,
  ...genericCommands,
  ...dumpCommands,
}
