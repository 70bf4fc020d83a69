import type { Bytes } from '../../acl/bytes'
import type { LogEntry } from '../../acl/log'
import { type CapturedLine, readCapture } from '../../analysis/replay'
import type { Target } from '../../targets/target'
import type { Console } from '../state/Console.svelte'
import type { Entry } from '../state/Entry.svelte'
import { logText } from '../state/log-text'

/** A line of a console that was denied, with its console. */
export interface AskedLine {
  readonly console: Console
  readonly entry: Entry
}

/** Returns the newest line of the consoles that made an entry of ACL LOG; null where none of them did. */
export function askedIn(consoles: readonly Console[], { reason, object, username }: LogEntry): AskedLine | null {
  const isIt = (entry: Entry): boolean =>
    entry.kind === 'command' &&
    !entry.wasAllowed &&
    (reason === 'auth'
      ? entry.login === null
      : entry.user === username && entry.first?.reason === reason && entry.first.object === object)
  let found: AskedLine | null = null
  for (const console of consoles) {
    const entry = console.entries.findLast(isIt)
    if (entry !== undefined && (found === null || entry.id > found.entry.id)) found = { console, entry }
  }
  return found
}

/**
 * Returns the command line that an entry of ACL LOG determines: its command and one key or channel. Null for a log-in,
 * and for what a script did, of which the entry does not name the command.
 */
export function askedByLog(entry: LogEntry, now: number, target: Target): CapturedLine | null {
  if (entry.context === 'lua' && entry.reason !== 'command') return null
  return readCapture(logText([entry], now, target), target).lines[0] ?? null
}

/** A fact about the client of an entry. */
export interface ClientFact {
  readonly name: string
  readonly value: string
}

const facts: readonly (readonly [string, string])[] = [
  ['id', 'Connection'],
  ['addr', 'Address'],
  ['name', 'Name'],
  ['lib-name', 'Library'],
  ['lib-ver', 'Version'],
  ['db', 'Database'],
  ['resp', 'Protocol'],
  ['cmd', 'Command'],
]

/** Returns what the line of CLIENT INFO in an entry says about the client. */
export function clientFacts(clientInfo: Bytes): readonly ClientFact[] {
  const fields = new Map(
    [...clientInfo.matchAll(/(?:^| )([a-z-]+)=(\S*)/g)].map(([, name = '', value = '']) => [name, value]),
  )
  return facts.flatMap(([field, name]) => {
    const value = fields.get(field) ?? ''
    return value === '' || value === 'NULL' ? [] : [{ name, value: field === 'resp' ? `RESP${value}` : value }]
  })
}
