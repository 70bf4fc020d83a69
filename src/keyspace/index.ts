import type { HandlerTable } from './context'

/** Every keyspace command that is simulated, by full lower-case name. */
export const keyspaceCommands: HandlerTable = {}
