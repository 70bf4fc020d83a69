import type { Bytes } from '../acl/bytes'
import { quote } from '../resp/render'
import { addressOf } from './address'
import type { Configuration, Release, Time } from './parts'
import type { Session } from './session'

/** Formats a command as MONITOR shows it: time, database, client, and the quoted words (replication.c, replicationFeedMonitors). */
export function monitorLine(
  session: Session,
  argv: readonly Bytes[],
  fromScript: boolean,
  { now, config, target }: Release & Time & Configuration,
): Bytes {
  const seconds = Math.floor(now / 1000)
  const micros = String((now % 1000) * 1000).padStart(6, '0')
  const who = fromScript
    ? 'lua'
    : session.origin.kind === 'unix'
      ? `unix:${config.get('unixsocket')}`
      : addressOf(session, config)
  const { escapesQuotes } = target.behaviours
  return `${seconds}.${micros} [${session.db} ${who}] ${argv.map((arg) => quote(arg, escapesQuotes)).join(' ')}`
}
