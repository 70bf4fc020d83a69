import { toText, type Bytes } from '../../acl/bytes'
import { quote } from '../../resp/render'
import { isError, type Reply } from '../../resp/reply'
import { defaultTargetId, targetInfos } from '../../targets/infos'
import type { TargetId } from '../../targets/list'
import { loadTarget } from '../../targets/load'
import { chosenTarget, type VersionOptions } from '../chosen-target'
import type { Debug } from '../debug'
import { CannotRun, sourceOf, type Io, type Source } from '../input'
import { onOneLine } from '../printable'
import { withServer, type ConnectOptions, type ServerConnection } from './connection'
import { connectionsOf, type Connected } from './connections'
import { ListedUsers } from './listed-users'
import { wordsOf } from './problems'
import { exactRelease } from './exact-release'
import { chooseTarget, describeRelease, releaseIn, type Release } from './release'

/** The users and the configuration of a running server, as files. */
export interface ServerPolicy {
  /** With hashed passwords. */
  readonly users: ListedUsers
  /** The directives that matter for access, as redis.conf; null where CONFIG GET is not allowed. */
  readonly conf: Source | null
  /** The reason why the configuration was not read; null where it was. */
  readonly configurationGap: string | null
  /** The names of the modules that the server has loaded; null where it does not tell them. */
  readonly loadedModules: readonly string[] | null
  /** Says that the server's release is not the target's; null where it is, or the user chose the target. */
  readonly releaseWarning: string | null
  readonly target: TargetId
  /** The exact release of the target to decide as: the one that the user chose, or the server's; null where it is neither. */
  readonly version: string | null
  /** True where the server has the modules that are bundled with Redis 8, and the target has them too. */
  readonly modules: boolean
  /** The user that is logged in. */
  readonly user: string
  /** The clients and replicas that are connected; null where they were not read. */
  readonly connections: readonly Connected[] | null
  /** Reads the users again, as they are then. */
  readonly readAgain: (connection: ServerConnection) => Promise<ListedUsers>
}

/** The server version is the one that the user chose; absent: the server's own release. */
export interface ReadOptions extends ConnectOptions, VersionOptions {
  /** True to read the connections too. */
  readonly connections?: boolean
}

/** The directives that decide about access and whose values are no secrets. */
export const directives: readonly Bytes[] = [
  'acl-pubsub-default',
  'databases',
  'bind',
  'port',
  'protected-mode',
  'unixsocket',
  'unixsocketperm',
  'enable-protected-configs',
  'enable-debug-command',
  'enable-module-command',
]

/** Reads the policy of a server, by ACL LIST, CONFIG GET and INFO, and tells which target stands for it. */
export function readPolicy(argument: string, options: ReadOptions, io: Io, debug: Debug): Promise<ServerPolicy> {
  return withServer(argument, options, io, debug, (connection) => policyOf(connection, options, io))
}

/** Reads the policy by a connection. */
export async function policyOf(connection: ServerConnection, options: ReadOptions, io: Io): Promise<ServerPolicy> {
  const { target, version, modules, own, warning } = await targetOfServer(connection, options, io)
  const listed = await listUsers(connection)
  const { conf, gap } = await readConfiguration(connection, io)
  const loaded = await loadTarget(own.id, { modules: own.modules })
  const allChannels = /^acl-pubsub-default (\w+)$/m.exec(conf?.text ?? '')?.[1]
  const isAllChannels =
    allChannels === undefined ? loaded.behaviours.allChannelsByDefault : allChannels === 'allchannels'
  const users = ListedUsers.read(connection.name, listed, loaded, isAllChannels)
  const connections = options.connections === true ? await connectionsOf(connection) : null
  return {
    users,
    conf,
    configurationGap: gap,
    target,
    version,
    modules,
    loadedModules: loadedModules(connection),
    releaseWarning: warning,
    user: connection.user,
    connections,
    readAgain: async (again) => ListedUsers.read(again.name, await listUsers(again), loaded, isAllChannels),
  }
}

interface ChosenTargets {
  readonly target: TargetId
  readonly version: string | null
  readonly modules: boolean
  /** The target of the server's own release, whatever the user chose; the chosen one where none is that release. */
  readonly own: { readonly id: TargetId; readonly modules: boolean }
  /** Says that the server's release is not the target's; null where it is, or the user chose the target. */
  readonly warning: string | null
}

/** Chooses the target and prints the choice. */
async function targetOfServer(connection: ServerConnection, options: ReadOptions, io: Io): Promise<ChosenTargets> {
  const release = await releaseOf(connection)
  const at = onOneLine(connection.name)
  const chosen = release === null ? null : chooseTarget(release)
  const wanted = chosenTarget(options)
  const given = targetInfos.find(({ id }) => id === wanted.target)
  const nearest = targetInfos.find(({ id }) => id === (chosen?.id ?? defaultTargetId))
  const info = given ?? nearest
  if (info === undefined) throw new CannotRun(`There is no target ${options.target ?? ''}.`)
  const hasBundled = loadedModules(connection)?.some((module) => Object.hasOwn(bundledModules, module)) === true
  const modules = info.hasModules && hasBundled
  const isOwn = chosen !== null && chosen.warning === null && chosen.id === info.id
  const exact =
    release !== null && isOwn && wanted.version === undefined
      ? await exactRelease(connection, info.id, release.version)
      : null
  const version = wanted.version ?? exact?.text ?? null
  if (release === null || chosen === null)
    io.err(
      `${at} does not tell its release${given === undefined ? `: treated as ${info.label}. Choose another: --target` : ''}.\n`,
    )
  else if (given === undefined)
    io.err(
      `${at}: ${onOneLine(describeRelease(release))}, target ${info.id}${exact === null || exact.text === release.version ? '' : ` as ${exact.text}`}${modules ? ' with modules' : ''}${chosen.warning === null ? '' : ` (warning: ${chosen.warning})`}\n`,
    )
  const own = chosen !== null && chosen.warning === null ? (nearest ?? info) : info
  const warning = release === null ? 'this release is not known' : (chosen?.warning ?? null)
  return {
    target: info.id,
    version,
    modules,
    own: { id: own.id, modules: own.hasModules && hasBundled },
    warning: (given === undefined ? warning : null) ?? exact?.gap ?? null,
  }
}

/** Returns the release by INFO, or HELLO where INFO is not allowed; null where neither tells it. */
async function releaseOf(connection: ServerConnection): Promise<Release | null> {
  const info = await connection.ask(['INFO', 'server'])
  if (typeof info === 'string') {
    const release = releaseIn(info)
    if (release.version !== '') return release
  }
  const server = connection.hello.get('server')
  const version = connection.hello.get('version')
  if (typeof version !== 'string') return null
  return { product: server === 'valkey' ? 'valkey' : 'redis', version: toText(version), fork: null }
}

/** The modules that Redis 8 bundles, each with a command by which to tell whether a target has it. */
export const bundledModules: Readonly<Record<string, string>> = {
  ReJSON: 'json.get',
  search: 'ft.search',
  timeseries: 'ts.get',
  bf: 'bf.add',
}

/** Returns the names of the loaded modules by HELLO; null where it does not tell them. */
function loadedModules({ hello }: ServerConnection): readonly string[] | null {
  const listed: unknown = hello.get('modules')
  if (!Array.isArray(listed)) return null
  return listed.flatMap((fields: unknown) => {
    if (!Array.isArray(fields)) return []
    const name: unknown = fields[fields.indexOf('name') + 1]
    return typeof name === 'string' ? [toText(name)] : []
  })
}

/** Returns the elements of ACL LIST. */
async function listUsers(connection: ServerConnection): Promise<readonly Reply[]> {
  const reply = await connection.demand(['ACL', 'LIST'])
  const listed = Array.isArray(reply) ? (reply as readonly Reply[]) : []
  if (!listed.some((line) => typeof line === 'string' && line.startsWith('user ')))
    throw new CannotRun(`${onOneLine(connection.name)}: ACL LIST answers something else than users.`)
  return listed
}

/**
 * Reads the directives one by one: before 7.0, CONFIG GET takes one name. Reports, and returns as `gap`, why that is not
 * allowed.
 */
async function readConfiguration(
  connection: ServerConnection,
  io: Io,
): Promise<{ readonly conf: Source | null; readonly gap: string | null }> {
  let conf = ''
  for (const directive of directives) {
    const reply = await connection.ask(['CONFIG', 'GET', directive])
    if (isError(reply)) {
      const why = reply.text.startsWith('NOPERM') ? `${onOneLine(connection.user)} lacks +config|get` : wordsOf(reply)
      io.err(`${onOneLine(connection.name)}: its configuration is not read (${why}): the defaults count.\n`)
      return { conf: null, gap: why }
    }
    const [name, value] = Array.isArray(reply) ? (reply as readonly unknown[]) : []
    if (typeof value !== 'string' || name !== directive) continue
    // A server that listens with TLS alone has no port, which the simulation needs.
    if (directive === 'port' && value === '0') continue
    if (value !== '' || directive === 'bind')
      conf += `${directive} ${/^[\w.:*/ -]+$/.test(value) ? value : quote(value)}\n`
  }
  return { conf: sourceOf(`${connection.name} (CONFIG GET)`, conf), gap: null }
}
