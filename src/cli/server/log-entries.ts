import { toText, type Bytes } from '../../acl/bytes'
import type { Reply } from '../../resp/reply'
import { CannotRun } from '../input'
import { onOneLine } from '../printable'
import type { ServerConnection } from './connection'

/** The number of entries to ask for: the default length of the log. */
const ENTRIES = '128'

/** An entry of ACL LOG, by field. */
export type Entry = ReadonlyMap<Bytes, Reply>

/** Returns the entries of ACL LOG, the newest first. */
export async function logOf(connection: ServerConnection): Promise<readonly Entry[]> {
  const reply = await connection.demand(['ACL', 'LOG', ENTRIES])
  if (!Array.isArray(reply))
    throw new CannotRun(`${onOneLine(connection.name)}: ACL LOG answers something else than entries.`)
  return (reply as readonly Reply[]).map((item) => {
    const fields = new Map<Bytes, Reply>()
    const flat = Array.isArray(item) ? (item as readonly Reply[]) : []
    for (let i = 0; i + 1 < flat.length; i += 2) {
      const [name, value] = [flat[i], flat[i + 1]]
      if (typeof name === 'string' && value !== undefined) fields.set(name, value)
    }
    return fields
  })
}

/** Returns a field as bytes; empty where the entry lacks it. */
export function textOf(entry: Entry, field: string): Bytes {
  const value = entry.get(field)
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : ''
}

/**
 * Remembers entries by what the server merges them by: reason, context, object and user. Entries have ids only from 7.2
 * on.
 */
export class SeenEntries {
  #counts = new Map<string, number>()

  /**
   * Returns the entries that are new, or have grown since, the oldest first.
   * @param since the seconds since the last call, after another connection: a server that was restarted counts anew, so
   *   that younger entries are new whatever their counts. Null on the same connection
   */
  newOf(entries: readonly Entry[], since: number | null = null): readonly Entry[] {
    const counts = new Map<string, number>()
    const found: Entry[] = []
    for (const entry of [...entries].reverse()) {
      const key = JSON.stringify(
        ['entry-id', 'reason', 'context', 'object', 'username'].map((field) => textOf(entry, field)),
      )
      const total = (counts.get(key) ?? 0) + Number(textOf(entry, 'count'))
      counts.set(key, total)
      const isYounger = since !== null && Number(textOf(entry, 'age-seconds')) < since
      if (isYounger || total > (this.#counts.get(key) ?? 0)) found.push(entry)
    }
    this.#counts = counts
    return found
  }
}

/** Describes an entry in a clause: `may not run flushall`. */
export function describeEntry(entry: Entry): string {
  const shown = (text: Bytes): string => onOneLine(toText(text))
  const object = shown(textOf(entry, 'object'))
  const count = Number(textOf(entry, 'count'))
  const command = /(?:^| )cmd=(\S+)/.exec(textOf(entry, 'client-info'))?.[1] ?? ''
  const context = textOf(entry, 'context')
  const within = context === 'toplevel' || context === '' ? '' : ` in ${shown(context)}`
  const times = count > 1 ? ` (${count} times)` : ''
  switch (textOf(entry, 'reason')) {
    case 'auth':
      return `could not log in${times}`
    case 'command':
      return `may not run ${object}${within}${times}`
    default:
      return `may not use the ${shown(textOf(entry, 'reason'))} ${object} with ${shown(command)}${within}${times}`
  }
}
