import type { Command } from '../acl/command'

/** The modules that come with Redis 8, by how their commands' names start. */
const prefixes: readonly (readonly [RegExp, string])[] = [
  [/^_?ft\.|^search\./i, 'search'],
  [/^json\./i, 'ReJSON'],
  [/^ts\.|^timeseries\./i, 'timeseries'],
  [/^(?:bf|cf|cms|topk|tdigest)\./i, 'bf'],
  [/^v/i, 'vectorset'],
]

/** The module that a command belongs to, or null for one of the server's own. */
export function moduleOf(command: Command): string | null {
  if (!command.flags.has('module')) return null
  return prefixes.find(([prefix]) => prefix.test(command.name))?.[1] ?? null
}
