import type { Bytes } from '../acl/bytes'
import { compileGlob, type Glob } from '../acl/glob'
import { push, type Push } from '../resp/reply'
import type { Session } from './session'

/** The three kinds of subscription, each named as its messages and commands are. */
export type SubscriptionKind = 'channel' | 'pattern' | 'shard'

interface KindWords {
  readonly subscribe: string
  readonly unsubscribe: string
  readonly message: string
}

const words: Readonly<Record<SubscriptionKind, KindWords>> = {
  channel: { subscribe: 'subscribe', unsubscribe: 'unsubscribe', message: 'message' },
  pattern: { subscribe: 'psubscribe', unsubscribe: 'punsubscribe', message: 'pmessage' },
  shard: { subscribe: 'ssubscribe', unsubscribe: 'sunsubscribe', message: 'smessage' },
}

/** The subscriptions of all sessions. */
export class PubSub {
  readonly #listeners: Readonly<Record<SubscriptionKind, Map<Bytes, Set<Session>>>> = {
    channel: new Map(),
    pattern: new Map(),
    shard: new Map(),
  }
  /** Subscribed patterns, compiled when a message first arrives. */
  readonly #globs = new Map<Bytes, Glob>()

  /** Subscribes and returns the confirmation, which a second subscription gets again. */
  subscribe(session: Session, kind: SubscriptionKind, name: Bytes): Push {
    subscriptionsOf(session, kind).add(name)
    const listeners = this.#listeners[kind]
    let set = listeners.get(name)
    if (set === undefined) listeners.set(name, (set = new Set()))
    set.add(session)
    return push([words[kind].subscribe, name, countOf(session, kind)])
  }

  /** Unsubscribes and returns the confirmation, which is sent even where there was no subscription. */
  unsubscribe(session: Session, kind: SubscriptionKind, name: Bytes): Push {
    this.#drop(session, kind, name)
    return push([words[kind].unsubscribe, name, countOf(session, kind)])
  }

  /** Ends all subscriptions of a kind and returns a confirmation for each; where there are none, a single one without a name. */
  unsubscribeAll(session: Session, kind: SubscriptionKind): Push[] {
    const names = [...subscriptionsOf(session, kind)]
    if (names.length === 0) return [push([words[kind].unsubscribe, null, countOf(session, kind)])]
    return names.map((name) => this.unsubscribe(session, kind, name))
  }

  /** Ends all subscriptions of a session that is closed or reset. */
  forget(session: Session): void {
    for (const kind of ['channel', 'pattern', 'shard'] as const) {
      for (const name of [...subscriptionsOf(session, kind)]) this.#drop(session, kind, name)
    }
  }

  /** Delivers a message and returns the number of deliveries. */
  publish(channel: Bytes, message: Bytes): number {
    let count = this.#deliver(this.#listeners.channel.get(channel), push([words.channel.message, channel, message]))
    for (const [pattern, sessions] of this.#listeners.pattern) {
      if (this.#glob(pattern).matches(channel))
        count += this.#deliver(sessions, push([words.pattern.message, pattern, channel, message]))
    }
    return count
  }

  /** Delivers a message on a shard channel and returns the number of receivers. */
  publishToShard(channel: Bytes, message: Bytes): number {
    return this.#deliver(this.#listeners.shard.get(channel), push([words.shard.message, channel, message]))
  }

  /** Returns the channels with a subscriber, as PUBSUB CHANNELS and SHARDCHANNELS list them. */
  channels(kind: 'channel' | 'shard', pattern: Bytes | null): Bytes[] {
    const names = [...this.#listeners[kind].keys()]
    if (pattern === null) return names
    const glob = compileGlob(pattern)
    return names.filter((name) => glob.matches(name))
  }

  /** Returns the number of subscribers of a channel. */
  listenerCount(kind: 'channel' | 'shard', name: Bytes): number {
    return this.#listeners[kind].get(name)?.size ?? 0
  }

  /** The number of different patterns that are subscribed to. */
  get patternCount(): number {
    return this.#listeners.pattern.size
  }

  #drop(session: Session, kind: SubscriptionKind, name: Bytes): void {
    subscriptionsOf(session, kind).delete(name)
    const set = this.#listeners[kind].get(name)
    set?.delete(session)
    if (set?.size !== 0) return
    this.#listeners[kind].delete(name)
    if (kind === 'pattern') this.#globs.delete(name)
  }

  #glob(pattern: Bytes): Glob {
    const known = this.#globs.get(pattern)
    if (known !== undefined) return known
    const glob = compileGlob(pattern)
    this.#globs.set(pattern, glob)
    return glob
  }

  #deliver(sessions: ReadonlySet<Session> | undefined, message: Push): number {
    if (sessions === undefined) return 0
    for (const session of [...sessions]) session.push(message)
    return sessions.size
  }
}

function subscriptionsOf(session: Session, kind: SubscriptionKind): Set<Bytes> {
  return kind === 'channel' ? session.channels : kind === 'pattern' ? session.patterns : session.shardChannels
}

/** Returns the count that a confirmation gives: channels and patterns together, shard channels by themselves. */
function countOf(session: Session, kind: SubscriptionKind): number {
  return kind === 'shard' ? session.shardChannels.size : session.channels.size + session.patterns.size
}
