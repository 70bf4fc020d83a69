import { toText } from '../../acl/bytes'
import type { KnownChannels } from '../../editor/world'
import type { SimulatedServer } from '../../server/server'
import type { Console } from './Console.svelte'

/** Entries of a console that are looked through, newest first. */
const MOST_ENTRIES = 300

/** The channels that somebody listens to or has used, and the patterns that rules grant or somebody listens to. */
export function knownChannels(server: SimulatedServer | null, consoles: readonly Console[]): KnownChannels {
  const names = new Set<string>()
  const patterns = new Set<string>()
  for (const kind of ['channel', 'shard'] as const)
    for (const name of server?.pubsub.channels(kind, null) ?? []) names.add(toText(name))
  for (const { entries } of consoles) {
    for (const { first } of entries.slice(-MOST_ENTRIES)) {
      for (const { use } of first?.selectors[0]?.channels ?? [])
        (use.isPattern ? patterns : names).add(toText(use.channel))
    }
  }
  for (const { selectors } of server?.users ?? []) {
    for (const { channels } of selectors) {
      for (const { pattern } of channels) (/[*?[\\]/.test(pattern) ? patterns : names).add(toText(pattern))
    }
  }
  return { names: [...names].sort(), patterns: [...patterns].sort() }
}
