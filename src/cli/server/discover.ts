import { toText, type Bytes } from '../../acl/bytes'
import type { Reply } from '../../resp/reply'
import { CannotRun } from '../cannot-run'
import { debugTo } from '../debug'
import { renderJson } from '../formats/json'
import { writePieces, type Io } from '../input'
import { onOneLine } from '../printable'
import type { ServerOptions } from '../subject'
import { addressOf, parseAddress, type ServerAddress } from './address'
import { onceAsked } from './asking'
import { ServerConnection } from './connection'
import { ConnectionLost } from './problems'
import { fieldsIn } from './release'

export interface DiscoverOptions extends ServerOptions {
  readonly discover?: boolean
  /** Other addresses, `host:port`, to use for those that nodes announce. */
  readonly map?: ReadonlyMap<string, string>
}

type Role = 'primary' | 'replica'

/** A node that keeps data, and users of its own. */
interface Node {
  readonly address: ServerAddress
  readonly role: Role
}

/** Facts that a server tells of itself and of the others. */
interface Told {
  /** A name that no other server has; null where it is not told. */
  readonly id: Bytes | null
  /** Null for a Sentinel, which is no node. */
  readonly role: Role | null
  /** `host:port` of the others, as announced. */
  readonly others: readonly Bytes[]
}

/** Prints the nodes that servers tell of, replicas first. Throws CannotRun where one of them cannot be asked. */
export async function discover(
  servers: readonly string[],
  options: DiscoverOptions & { readonly format: 'text' | 'json' },
  io: Io,
): Promise<0> {
  const nodes = await findNodes(servers, options, onceAsked(io))
  if (options.format === 'json')
    await writePieces(
      renderJson({ command: 'discover', nodes: nodes.map(({ address, role }) => ({ server: address.name, role })) }),
      io,
    )
  else for (const { address, role } of nodes) io.out(`${onOneLine(address.name)} ${role}\n`)
  return 0
}

/**
 * Returns the servers, or that of ACL_PLAYGROUND_URL where none is named; with --discover, the addresses, credentials
 * included, of all nodes that they tell of. Throws CannotRun where one of them cannot be asked.
 */
export async function nodesOf(given: readonly string[], options: DiscoverOptions, io: Io): Promise<readonly string[]> {
  const servers = given.length === 0 ? [argumentOf(addressOf(undefined, process.env))] : given
  if (options.discover !== true) return servers
  return (await findNodes(servers, options, io)).map(({ address }) => argumentOf(address))
}

/**
 * Runs a task for all servers at once. Where one fails, `stop` is called, so that the others end, and its error is
 * thrown.
 */
export async function onAll(
  servers: readonly string[],
  stop: () => void,
  task: (server: string) => Promise<void>,
): Promise<void> {
  const results = await Promise.allSettled(
    servers.map((server) =>
      task(server).catch((reason: unknown) => {
        stop()
        throw reason
      }),
    ),
  )
  for (const result of results) if (result.status === 'rejected') throw result.reason
}

async function findNodes(servers: readonly string[], options: DiscoverOptions, io: Io): Promise<readonly Node[]> {
  const debug = debugTo(io, options.debug === true)
  const waiting = servers.map((server) => ({ address: addressOf(server, process.env), by: null as string | null }))
  const seen = new Set<string>()
  const ids = new Set<Bytes>()
  const nodes: Node[] = []
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    const { address, by } = next
    if (seen.has(address.name)) continue
    seen.add(address.name)
    const told = await askNode(address, by, options, io, debug)
    if (told.id !== null && ids.has(told.id)) continue
    if (told.id !== null) ids.add(told.id)
    if (told.role !== null) nodes.push({ address, role: told.role })
    for (const other of told.others) waiting.push({ address: announced(other, address, options), by: address.name })
  }
  return [...nodes].sort((a, b) => Number(a.role === 'primary') - Number(b.role === 'primary'))
}

async function askNode(
  address: ServerAddress,
  by: string | null,
  options: DiscoverOptions,
  io: Io,
  debug: ReturnType<typeof debugTo>,
): Promise<Told> {
  let connection: ServerConnection | null = null
  try {
    connection = await ServerConnection.open(address, { ...options, sentinels: true }, io, debug)
    if (connection.isSentinel) return await askSentinel(connection)
    return connection.hello.get('mode') === 'cluster' ? await askCluster(connection) : await askReplication(connection)
  } catch (reason) {
    if (by === null || !(reason instanceof ConnectionLost)) throw reason
    throw new CannotRun(
      `${reason.message} ${onOneLine(by)} announces this address. Where it is reached at another one, give --map ${address.host}:${address.port}=host:port`,
    )
  } finally {
    connection?.close()
  }
}

/** Asks a Sentinel for its primaries and their replicas. */
async function askSentinel(connection: ServerConnection): Promise<Told> {
  const primaries = await listOf(connection, ['SENTINEL', 'MASTERS'])
  const replicas: ReadonlyMap<Bytes, Bytes>[] = []
  for (const primary of primaries)
    replicas.push(...(await listOf(connection, ['SENTINEL', 'REPLICAS', primary.get('name') ?? ''])))
  const others = [...primaries, ...replicas].map((one) => `${one.get('ip') ?? ''}:${one.get('port') ?? ''}`)
  if (others.length === 0) throw new CannotRun(`${onOneLine(connection.name)} watches no primary.`)
  return { id: null, role: null, others }
}

/** Sends a command that is answered by lists of names and values. */
async function listOf(
  connection: ServerConnection,
  argv: readonly Bytes[],
): Promise<readonly ReadonlyMap<Bytes, Bytes>[]> {
  const reply = await connection.demand(argv)
  const items: readonly Reply[] = Array.isArray(reply) ? (reply as readonly Reply[]) : []
  return items.map((item) => {
    const words: readonly unknown[] = Array.isArray(item) ? (item as readonly unknown[]) : []
    const fields = new Map<Bytes, Bytes>()
    for (let i = 0; i + 1 < words.length; i += 2) fields.set(String(words[i]), String(words[i + 1]))
    return fields
  })
}

/** Asks a node of a cluster for all nodes. Those that have no address, or are still joining, are reported as missing. */
async function askCluster(connection: ServerConnection): Promise<Told> {
  const table = await textOf(connection, ['CLUSTER', 'NODES'])
  let id: Bytes | null = null
  let role: Role = 'primary'
  const others: Bytes[] = []
  for (const line of table.split(/\r?\n/)) {
    if (line === '') continue
    const [name = '', place = '', flagText = ''] = line.split(' ')
    const flags = flagText.split(',')
    if (flags.includes('myself')) {
      id = name
      role = flags.includes('slave') ? 'replica' : 'primary'
    } else if (flags.includes('noaddr') || flags.includes('handshake'))
      throw new CannotRun(
        `${onOneLine(connection.name)} knows no address of the node ${onOneLine(toText(name))}. Name the nodes one by one, or CLUSTER FORGET it.`,
      )
    else others.push(place.replace(/[@,].*$/s, ''))
  }
  return { id, role, others }
}

/** Asks a primary for its replicas, or a replica for its primary and its own replicas. */
async function askReplication(connection: ServerConnection): Promise<Told> {
  const server = fieldsIn(await textOf(connection, ['INFO', 'server']))
  const fields = fieldsIn(await textOf(connection, ['INFO', 'replication']))
  const role = fields.get('role') === 'slave' ? 'replica' : 'primary'
  const primary = `${fields.get('master_host') ?? ''}:${fields.get('master_port') ?? ''}`
  const replicas = [...fields].flatMap(([name, value]) => {
    const [, host, port] = /^ip=([^,]*),port=(\d+)/.exec(value) ?? []
    return /^slave\d+$/.test(name) && host !== undefined ? [`${host}:${port ?? ''}`] : []
  })
  return { id: server.get('run_id') ?? null, role, others: [...(role === 'replica' ? [primary] : []), ...replicas] }
}

async function textOf(connection: ServerConnection, argv: readonly Bytes[]): Promise<Bytes> {
  const reply = await connection.demand(argv)
  return typeof reply === 'string' ? reply : ''
}

/** Returns an announced `host:port` as an address, with the scheme and the credentials of the one who announces it. */
function announced(place: Bytes, from: ServerAddress, { map }: DiscoverOptions): ServerAddress {
  const known = toText(place)
  const used = map?.get(known) ?? known
  const colon = used.lastIndexOf(':')
  const host = used.slice(0, colon).replace(/^\[|\]$/g, '') || from.host
  const scheme = from.kind === 'tls' ? 'rediss' : 'redis'
  const { user, password } = from
  return {
    ...parseAddress(`${scheme}://${host.includes(':') ? `[${host}]` : host}:${used.slice(colon + 1)}`),
    user,
    password,
  }
}

/** Returns an address as an argument, with its credentials. */
export function argumentOf({ kind, host, port, path, user, password }: ServerAddress): string {
  const who =
    user === null && password === null
      ? ''
      : `${encodeURIComponent(user ?? '')}${password === null ? '' : `:${encodeURIComponent(password)}`}@`
  if (kind === 'unix') return `unix://${who}${path}`
  return `${kind === 'tls' ? 'rediss' : 'redis'}://${who}${host.includes(':') ? `[${host}]` : host}:${port}`
}
