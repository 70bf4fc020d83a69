import { onOneLine } from '../printable'
import type { Target } from '../../targets/target'
import { bundledModules, type ServerPolicy } from './read-policy'

/** Modules whose commands are part of some targets, and a command by which to tell. */
const known: Readonly<Record<string, string>> = { ...bundledModules, vectorset: 'vadd' }

/**
 * Returns, as sentences, what statements about the users of a server leave out: what was not read from it, and what it
 * has that the target has not. Empty: they hold without reserve.
 * @param hasConf true where a redis.conf was given in place of what the server tells
 */
export function limitsOf(server: ServerPolicy, target: Target, hasConf: boolean): string[] {
  const { loadedModules, configurationGap, releaseWarning } = server
  const foreign = loadedModules?.filter((module) => !isPartOf(module, target)) ?? []
  return [
    ...(releaseWarning === null ? [] : [`${releaseWarning.charAt(0).toUpperCase()}${releaseWarning.slice(1)}.`]),
    ...(configurationGap === null || hasConf
      ? []
      : [`The configuration was not read (${configurationGap}): the defaults of ${target.label} are assumed.`]),
    ...(foreign.length === 0
      ? []
      : [
          `The commands of the loaded ${foreign.length === 1 ? 'module' : 'modules'} ${foreign.map(onOneLine).join(', ')} are not covered.`,
        ]),
    ...(loadedModules === null
      ? ['The server does not tell its modules (HELLO): commands of modules are not covered.']
      : []),
  ]
}

function isPartOf(module: string, target: Target): boolean {
  const command = Object.hasOwn(known, module) ? known[module] : undefined
  return command !== undefined && target.table.find(command) !== undefined
}
