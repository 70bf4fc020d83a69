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
  return granted !== null && !areGranted(granted, subscriptions)
}

/**
 * Returns true if a changed role closes a connection of a user that holds it: one of the subscriptions is not allowed, whether it was
 * before or not (ACLKillPubsubClientsForRole).
 */
export function lacksSubscription(user: User, subscriptions: Subscriptions): boolean {
  const granted = grantedBy(user)
  return granted !== null && !areGranted(granted, subscriptions)
}

function areGranted(granted: readonly ChannelPattern[], { patterns, channels }: Subscriptions): boolean {
  const lost = (name: Bytes, isPattern: boolean): boolean => !granted.some((pattern) => pattern.grants(name, isPattern))
  for (const pattern of patterns) if (lost(pattern, true)) return false
  for (const channel of channels) if (lost(channel, false)) return false
  return true
}

/** Returns the channels of a user; null for all of them. */
function grantedBy({ selectors }: User): readonly ChannelPattern[] | null {
  if (selectors.some((selector) => selector.allChannels)) return null
  return selectors.flatMap((selector) => selector.channels)
}

/** Returns the channels that are granted from now on; null if none that was granted before is missing. */
function lessened(was: User, becomes: User): readonly ChannelPattern[] | null {
  const granted = grantedBy(becomes)
  if (granted === null) return null
  const names = new Set(granted.map((channel) => channel.pattern))
  const kept = was.selectors.every((s) => !s.allChannels && s.channels.every((channel) => names.has(channel.pattern)))
  return kept ? null : granted
}
