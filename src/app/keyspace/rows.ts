import { wordAt } from '../../acl/argv'
import { type Bytes, lower, toText } from '../../acl/bytes'
import { Arguments } from '../../keyspace/arguments'
import { keyspaceCommands } from '../../keyspace/index'
import type { Database } from '../../keyspace/database'
import type { Reply } from '../../resp/reply'
import { renderText } from '../../resp/render'
import { random } from '../state/environment'
import type { SimulatedServer } from '../../server/server'

/** The most keys that the table shows; more are found by filtering. */
export const shownKeys = 200
/** A key with what the table tells of it. */
export interface KeyRow {
  readonly id: string
  readonly db: number
  readonly key: Bytes
  readonly type: string
  /** As OBJECT ENCODING reports it. */
  readonly encoding: string
  /** `2 elements`, `5 bytes`. */
  readonly size: string
  /** `∞` where it does not expire. */
  readonly ttl: string
}

function ttl(at: number | null | undefined, now: number): string {
  if (at === null || at === undefined) return '∞'
  const seconds = Math.max(0, Math.ceil((at - now) / 1000))
  return seconds < 3600 ? `${seconds} s` : `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`
}

/** The keys of all databases whose names hold `filter`, in order, as many as are shown. */
export function keyRows(server: SimulatedServer, filter: string): readonly KeyRow[] {
  const wanted = lower(filter)
  const rows: KeyRow[] = []
  for (const db of server.keyspace.databases) {
    if (db.size === 0) continue
    const keys = [...db.keys()].filter((key) => wanted === '' || lower(toText(key)).includes(wanted)).sort()
    for (const key of keys) {
      if (rows.length >= shownKeys) return rows
      const value = db.peek(key)
      if (value === undefined) continue
      const unit =
        value.type === 'string'
          ? 'byte'
          : value.type === 'hash'
            ? 'field'
            : value.type === 'stream'
              ? 'entry'
              : value.type === 'set' || value.type === 'zset'
                ? 'member'
                : 'element'
      rows.push({
        id: `${db.index} ${key}`,
        db: db.index,
        key,
        type: value.type === 'zset' ? 'sorted set' : value.type,
        encoding: toText(textOf(ask(server, db, ['OBJECT', 'ENCODING', key], 'object|encoding'))),
        size: `${value.length} ${value.length === 1 ? unit : unit === 'entry' ? 'entries' : `${unit}s`}`,
        ttl: ttl(db.expiry(key), server.now),
      })
    }
  }
  return rows
}

const readers: Readonly<Record<string, (key: Bytes) => readonly Bytes[]>> = {
  string: (key) => ['GET', key],
  list: (key) => ['LRANGE', key, '0', '99'],
  set: (key) => ['SSCAN', key, '0', 'COUNT', '100'],
  'sorted set': (key) => ['ZRANGE', key, '0', '99', 'WITHSCORES'],
  hash: (key) => ['HGETALL', key],
  stream: (key) => ['XRANGE', key, '-', '+', 'COUNT', '100'],
}

/** Returns a reply that is a string; empty for any other. */
const textOf = (reply: Reply): Bytes => (typeof reply === 'string' ? reply : '')

/** Returns the reply of a command that only reads. Nothing is logged, touched or counted. Throws where the command fails. */
function ask(server: SimulatedServer, db: Database, argv: readonly Bytes[], name = wordAt(argv, 0)): Reply {
  const { id: target, behaviours } = server.target
  const context = {
    keyspace: server.keyspace,
    db,
    target,
    behaviours,
    now: server.now,
    random,
    protocol: 2,
    denyBlocking: true,
  } as const
  const handler = keyspaceCommands[name]
  return handler === undefined
    ? null
    : handler(
        {
          ...context,
          directive: (name) => server.config.number(name),
          readsEveryKey: () => true,
          block: (request) => request.onTimeout,
          notify: () => undefined,
        },
        new Arguments(argv),
      )
}

/** The value as redis-cli would print it, up to its first hundred elements. */
export function valuePreview(server: SimulatedServer, row: KeyRow): string {
  const argv = readers[row.type]?.(row.key)
  const db = server.keyspace.databases[row.db]
  if (argv === undefined || db === undefined) return 'This kind of value is not shown.'
  try {
    return renderText(ask(server, db, argv), 2)
  } catch {
    return 'This value cannot be shown.'
  }
}
