import type { Bytes } from './bytes'
import type { ChannelPattern } from './pattern'
import type { User } from './user'

/** The subscriptions of a connection; shard channels count as channels. */
export interface Subscriptions {
  readonly channels: Iterable<Bytes>
  readonly patterns: Iterable<Bytes>
}

/**
 * Returns true if changing a user from `was` to `becomes` closes a connection with these subscriptions: channels were
 * removed and one of the subscriptions is no longer allowed (ACLKillPubsubClientsIfNeeded).
 */
export function endsSubscriptions(was: User, becomes: User, subscriptions: Subscriptions): boolean {
  const granted = lessened(was, becomes)
  if (granted === null) return false
  const lost = (name: Bytes, isPattern: boolean): boolean => !granted.some((pattern) => pattern.grants(name, isPattern))
  for (const pattern of subscriptions.patterns) if (lost(pattern, true)) return true
  for (const channel of subscriptions.channels) if (lost(channel, false)) return true
  return false
}

/** Returns the channels that are granted from now on; null if none that was granted before is missing. */
function lessened(was: User, becomes: User): readonly ChannelPattern[] | null {
  if (becomes.selectors.some((selector) => selector.allChannels)) return null
  const granted = becomes.selectors.flatMap((selector) => selector.channels)
  const names = new Set(granted.map((channel) => channel.pattern))
  const kept = was.selectors.every((s) => !s.allChannels && s.channels.every((channel) => names.has(channel.pattern)))
  return kept ? null : granted
}
