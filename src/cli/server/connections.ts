import type { Bytes } from '../../acl/bytes'
import type { ServerConnection } from './connection'

/** A connection of a server, as CLIENT LIST tells of it. */
export interface Connected {
  readonly user: Bytes
  readonly address: Bytes
  /** The name that the client gave itself, or its library; empty where it gave none. */
  readonly name: Bytes
  /** The last command, as `get` or `config|get`; `NULL` where there was none. */
  readonly command: Bytes
  readonly isReplica: boolean
  /** True for a client that is subscribed to channels or patterns. */
  readonly subscribes: boolean
}

/** Returns the connections of a server, without its own and those of servers that it follows; null where that is not allowed. */
export async function connectionsOf(connection: ServerConnection): Promise<readonly Connected[] | null> {
  const reply = await connection.ask(['CLIENT', 'LIST'])
  if (typeof reply !== 'string') return null
  const lines = reply.split('\n').map(fieldsOf)
  // The newest one of this user that asks for the list.
  const own = lines
    .filter((line) => line.get('user') === connection.user && /^client(?:\|list)?$/.test(line.get('cmd') ?? ''))
    .reduce((newest, line) => Math.max(newest, Number(line.get('id'))), -1)
  return lines.flatMap((line): Connected[] => {
    const user = line.get('user')
    const flags = line.get('flags') ?? ''
    if (user === undefined || flags.includes('M') || Number(line.get('id')) === own) return []
    return [
      {
        user,
        address: line.get('addr') ?? '',
        name: line.get('name') || (line.get('lib-name') ?? ''),
        command: line.get('cmd') ?? 'NULL',
        isReplica: flags.includes('S'),
        subscribes: ['sub', 'psub', 'ssub'].some((field) => Number(line.get(field) ?? 0) > 0),
      },
    ]
  })
}

function fieldsOf(line: Bytes): ReadonlyMap<Bytes, Bytes> {
  return new Map(
    line
      .trim()
      .split(' ')
      .map((field): [Bytes, Bytes] => {
        const equals = field.indexOf('=')
        return [field.slice(0, equals), field.slice(equals + 1)]
      }),
  )
}
