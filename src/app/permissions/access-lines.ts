import { type Bytes, toText } from '../../acl/bytes'
import type { Users } from '../../acl/users'
import { type Bypass, bypassesOf } from '../../analysis/escalation'
import { commandTitle } from '../../analysis/command-title'
import { type Way, eachChannelAccess, eachKeyAccess } from '../../analysis/key-access'
import type { Target } from '../../targets/target'
import type { Pace } from '../state/pace'

/** A user's access to one key or channel. */
export interface AccessLine {
  readonly name: string
  readonly enabled: boolean
  /** The ways to read and write a key, or to publish to a channel and to receive from it. */
  readonly ways: readonly (readonly Way[])[]
  readonly bypasses: readonly Bypass[]
  /** The user's powers over the key whatever its patterns are. */
  readonly also: readonly string[]
}

/**
 * Returns the access of every user to a key or channel, with pauses: those first that reach it, then those that get around their
 * rules. Resolves to null where `pace` was stopped.
 */
export async function accessLines(
  kind: 'key' | 'channel',
  target: Target,
  users: Users,
  name: Bytes,
  pace: Pace,
): Promise<readonly AccessLine[] | null> {
  const lines: AccessLine[] = []
  for (const line of kind === 'key' ? keyLines(target, users, name) : channelLines(target, users, name)) {
    lines.push(line)
    if (pace.isDue) await pace.breath()
    if (pace.stopped) return null
  }
  return lines
    .map((line) => ({ line, rank: rankOf(line) }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ line }) => line)
}

const rankOf = ({ ways, bypasses, also }: AccessLine): number =>
  ways.some((way) => way.length > 0) ? 0 : bypasses.length + also.length > 0 ? 1 : 2

const titles = (commands: readonly { readonly name: string }[]): string =>
  commands.map(({ name }) => commandTitle(name)).join(', ')

function* keyLines(target: Target, users: Users, key: Bytes): Generator<AccessLine, void> {
  for (const { user, read, write, names, wipes, escalations } of eachKeyAccess(target, users, key))
    yield {
      name: toText(user.name),
      enabled: user.enabled,
      ways: [read, write],
      bypasses: bypassesOf(escalations),
      also: [
        ...(names.length > 0 ? [`learns its name (${titles(names)})`] : []),
        ...(wipes.length > 0 ? [`wipes or swaps it (${titles(wipes)})`] : []),
      ],
    }
}

function* channelLines(target: Target, users: Users, channel: Bytes): Generator<AccessLine, void> {
  for (const { user, publish, subscribe, psubscribe, escalations } of eachChannelAccess(target, users, channel))
    yield {
      name: toText(user.name),
      enabled: user.enabled,
      ways: [publish, subscribe, psubscribe],
      bypasses: bypassesOf(escalations),
      also: [],
    }
}
