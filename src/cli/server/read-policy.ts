import { toText, type Bytes } from '../../acl/bytes'
import { loadAclFile } from '../../acl/load'
import { Users } from '../../acl/users'
import { quote } from '../../resp/render'
import { isError } from '../../resp/reply'
import { defaultTargetId, targetInfos } from '../../targets/infos'
import type { TargetId } from '../../targets/list'
import { loadTarget } from '../../targets/load'
import type { Target } from '../../targets/target'
import { importText } from '../../workspace/import'
import type { Debug } from '../debug'
import { CannotRun, sourceOf, type Io, type Source } from '../input'
import { onOneLine } from '../printable'
import { withServer, type ConnectOptions, type ServerConnection } from './connection'
import { chooseTarget, describeRelease, releaseIn, type Release } from './release'

/** The users and the configuration of a running server, as files. */
export interface ServerPolicy {
  /** users.acl, with hashed passwords. */
  readonly acl: Source
  /** The directives that matter for access, as redis.conf; null where CONFIG GET is not allowed. */
  readonly conf: Source | null
  readonly target: TargetId
  /** True where the server has the modules that are bundled with Redis 8, and the target has them too. */
  readonly modules: boolean
  /** The user that is logged in. */
  readonly user: string
  /** Users whose rules the target does not print as the server does: they are not read exactly. */
  readonly inexact: readonly Bytes[]
}

export interface ReadOptions extends ConnectOptions {
  /** The target that the user chose; absent: that of the server's release. */
  readonly target?: string
}

/** The directives that decide about access and whose values are no secrets. */
const directives: readonly Bytes[] = [
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
  const { target, modules } = await targetOfServer(connection, options, io)
  const loaded = await loadTarget(target, { modules })
  const lines = await listUsers(connection)
  const conf = await readConfiguration(connection, io)
  const acl = await usersFile(connection, lines, loaded, io)
  const inexact = differing(acl, lines, loaded, conf)
  for (const name of inexact.slice(0, 5))
    io.err(
      `${connection.name}: user ${onOneLine(toText(name))} is not read exactly: ${loaded.label} would print other rules. Check what is said of it on the server.\n`,
    )
  return { acl, conf, target, modules, user: connection.user, inexact }
}

/** Chooses the target and prints the choice. */
async function targetOfServer(
  connection: ServerConnection,
  options: ReadOptions,
  io: Io,
): Promise<{ readonly target: TargetId; readonly modules: boolean }> {
  const release = await releaseOf(connection)
  const at = onOneLine(connection.name)
  const chosen = release === null ? null : chooseTarget(release)
  const given = targetInfos.find(({ id }) => id === options.target)
  const info = given ?? targetInfos.find(({ id }) => id === (chosen?.id ?? defaultTargetId))
  if (info === undefined) throw new CannotRun(`There is no target ${options.target ?? ''}.`)
  const target = info.id
  const modules = info.hasModules && hasBundledModules(connection)
  if (release === null || chosen === null)
    io.err(
      `${at} does not tell its release${given === undefined ? `: treated as ${info.label}. Choose another: --target` : ''}.\n`,
    )
  else if (given === undefined)
    io.err(
      `${at}: ${onOneLine(describeRelease(release))}, target ${target}${modules ? ' with modules' : ''}${chosen.warning === null ? '' : ` (warning: ${chosen.warning})`}\n`,
    )
  return { target, modules }
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

/** Returns true where HELLO lists a module that Redis 8 bundles. */
function hasBundledModules({ hello }: ServerConnection): boolean {
  return /"(?:ReJSON|search|timeseries|bf)"/.test(
    JSON.stringify(hello.get('modules') ?? [], (_, value: unknown) =>
      typeof value === 'bigint' ? String(value) : value,
    ),
  )
}

/** Returns the lines of ACL LIST. */
async function listUsers(connection: ServerConnection): Promise<readonly Bytes[]> {
  const reply = await connection.demand(['ACL', 'LIST'])
  const lines = Array.isArray(reply) ? reply.filter((line): line is Bytes => typeof line === 'string') : []
  if (lines.length === 0 || !lines.every((line) => line.startsWith('user ')))
    throw new CannotRun(`${onOneLine(connection.name)}: ACL LIST answers something else than users.`)
  return lines
}

/** Writes the lines of ACL LIST as users.acl: what memory holds is quoted as files need it. */
async function usersFile(
  connection: ServerConnection,
  lines: readonly Bytes[],
  target: Target,
  io: Io,
): Promise<Source> {
  const listing = lines.map((line, i) => `${i + 1}) ${quote(withPlainStar(line))}`).join('\n')
  const outcome = await importText(listing, { behaviours: target.behaviours, format: 'acl-file' })
  const name = connection.name
  if (!outcome.ok) throw new CannotRun(`${onOneLine(name)}: ${outcome.message}`)
  for (const { user, message } of outcome.result.notes)
    io.err(`${onOneLine(name)}: ${user === null ? '' : `user ${onOneLine(user)}: `}${onOneLine(message)}\n`)
  return sourceOf(name, outcome.result.acl)
}

/** Distinguishes the pattern `*` among others (`%RW~*`), which servers print as `~*`, from the rule that replaces all. */
function withPlainStar(line: Bytes): Bytes {
  const [root = ''] = line.split(' (')
  const isAmongOthers = root.split(' ').filter((word) => /^[~%]/.test(word)).length > 1
  return isAmongOthers ? root.replace(/ ~\*(?= |$)/, ' %RW~*') + line.slice(root.length) : line
}

/** Reads the directives one by one: before 7.0, CONFIG GET takes one name. Reports where that is not allowed. */
async function readConfiguration(connection: ServerConnection, io: Io): Promise<Source | null> {
  let conf = ''
  for (const directive of directives) {
    const reply = await connection.ask(['CONFIG', 'GET', directive])
    if (isError(reply)) {
      io.err(
        `${onOneLine(connection.name)}: its configuration is not read (${onOneLine(connection.user)} lacks +config|get): the defaults count.\n`,
      )
      return null
    }
    const [name, value] = Array.isArray(reply) ? (reply as readonly unknown[]) : []
    if (typeof value !== 'string' || name !== directive) continue
    // A server that listens with TLS alone has no port, which the simulation needs.
    if (directive === 'port' && value === '0') continue
    if (value !== '' || directive === 'bind')
      conf += `${directive} ${/^[\w.:*/ -]+$/.test(value) ? value : quote(value)}\n`
  }
  return sourceOf(`${connection.name} (CONFIG GET)`, conf)
}

/** Returns the users that the target prints differently from the server. */
function differing(acl: Source, lines: readonly Bytes[], target: Target, conf: Source | null): Bytes[] {
  const users = new Users(target.table, target.behaviours)
  if (conf !== null && /^acl-pubsub-default /m.test(conf.text))
    users.allChannelsByDefault = /^acl-pubsub-default allchannels$/m.test(conf.text)
  const loaded = loadAclFile(users, acl.bytes, 'users.acl')
  if (!loaded.ok) return []
  const printed = new Set([...loaded.users.values()].map((user) => user.describe()))
  return lines.filter((line) => !printed.has(line)).map((line) => line.split(' ')[1] ?? '')
}
