import type { Bytes } from '../acl/bytes'
import type { Session } from './session'
import { addressOf } from './client-info'

/** A command as MONITOR shows it: time, database, who, and the quoted words (replication.c, replicationFeedMonitors). */
export function monitorLine(session: Session, argv: readonly Bytes[], now: number, fromScript: boolean): Bytes {
  const seconds = Math.floor(now / 1000)
  const micros = String((now % 1000) * 1000).padStart(6, '0')
  const who = fromScript
    ? 'lua'
    : session.origin.kind === 'unix'
      ? `unix:${session.server.config.get('unixsocket')}`
      : addressOf(session)
  const { escapesQuotes } = session.server.target.behaviours
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

/** A byte string in double quotes, everything unprintable escaped (sdscatrepr). */
export function quoted(bytes: Bytes, escapesQuotes = true): Bytes {
  let out = '"'
  for (const c of bytes) {
    const code = c.charCodeAt(0)
    if (!escapesQuotes && (c === '"' || c === '\\')) out += c
    else out += escapes[c] ?? (code >= 32 && code < 127 ? c : `\\x${code.toString(16).padStart(2, '0')}`)
  }
  return `${out}"`
}
