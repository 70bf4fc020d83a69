import type { Bytes } from '../acl/bytes'
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
  return `${seconds}.${micros} [${session.db} ${who}] ${argv.map((arg) => quoted(arg, escapesQuotes)).join(' ')}`
}

const escapes: Readonly<Record<string, string>> = {
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\x07': '\\a',
  '\b': '\\b',
  '"': '\\"',
  '\\': '\\\\',
}

/** Puts a byte string in double quotes and escapes everything unprintable (sdscatrepr). */
export function quoted(bytes: Bytes, escapesQuotes = true): Bytes {
  let out = '"'
  for (const c of bytes) {
    const code = c.charCodeAt(0)
    if (!escapesQuotes && (c === '"' || c === '\\')) out += c
    else out += escapes[c] ?? (code >= 32 && code < 127 ? c : `\\x${code.toString(16).padStart(2, '0')}`)
  }
  return `${out}"`
}
