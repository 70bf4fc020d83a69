import type { Bytes } from '../../acl/bytes'
import type { Arguments } from '../../keyspace/arguments'
import { CommandError, map, OK, type Reply } from '../../resp/reply'
import type { Directive } from '../../targets/directives'
import type { Target } from '../../targets/target'
import { allowsProtected } from '../admission'
import { wait } from '../blocking'
import { rewriteConfig } from '../config-rewrite'
import { applyLimit } from '../encoding-limits'
import { countByPolicy } from '../key-frequencies'
import { replies, type Handler, type HandlerTable } from '../handler'
import type { Invocation } from '../invocation'
import { makeRoom } from '../memory-limit'
import type {
  Accounts,
  AclLogging,
  Configuration,
  Counting,
  Data,
  Files,
  Notifications,
  Options,
  Randomness,
  Release,
  Scripts,
  Time,
  Waiting,
} from '../parts'
import { updateDefaultPassword } from '../passwords'
import type { Tls } from '../tls'
import { syntaxError } from './arguments'
import { family, takes } from './family'
import { helpReply } from './help'
import { enginesOf } from '../scripting/engines'

/** The parts of a server that CONFIG touches. */
type ConfigParts = Release &
  Time &
  Accounts &
  AclLogging &
  Configuration &
  Counting &
  Data &
  Files &
  Notifications &
  Options &
  Randomness &
  Scripts &
  Waiting & { readonly tls: Tls; afterCommand(): void }

const get: Handler<Release & Configuration> = ({ argv }, { config, target }) =>
  map(config.matching(argv.slice(2), target.behaviours.configGetEchoesName))

/** A directive that CONFIG SET changes. */
interface Change {
  readonly directive: Directive
  /** Its name as the client wrote it. */
  readonly typed: Bytes
  readonly value: Bytes
}

/** CONFIG SET: sets all directives or none (configSetCommand). */
const set: Handler<ConfigParts> = (invocation, server) => {
  const { argv, args, context } = invocation
  const { target } = server
  const many = target.behaviours.configTakesMany
  if (many && argv.length % 2 !== 0) throw syntaxError()
  const changes = (many ? readMany : readOne)(invocation, server)
  const before = changes.map(({ directive, typed }) => ({
    directive,
    typed,
    value: server.config.stored(directive),
  }))
  const moving = changes.find(
    ({ directive, value }) => listens.has(directive.name) && value !== server.config.stored(directive),
  )
  const tlsChanges = changes.map(({ directive, value }) => ({
    name: directive.name,
    isNew: value !== server.config.stored(directive),
  }))
  change(server, changes)
  const failed = server.tls.apply(server.config, tlsChanges, !many)
  if (failed !== undefined) {
    change(server, before)
    const typed = changes.find(({ directive }) => directive.name === failed)?.typed ?? failed
    throw failure(args, target, typed, 'Unable to update TLS configuration. Check server logs.')
  }
  const { relisten } = server.options
  if (moving === undefined || relisten === undefined || context !== 'toplevel') return OK
  answerLater(invocation, server, async () => {
    if (await relisten()) return OK
    change(server, before)
    await relisten()
    return failure(args, target, moving.typed, moving.directive.name === 'bind' ? UNBINDABLE : UNLISTENABLE).reply
  })
  return replies([])
}

/** The directives of where the server listens. */
const listens = new Set(['port', 'tls-port', 'bind'])
const UNBINDABLE = 'Failed to bind to specified addresses.'
const UNLISTENABLE = 'Unable to listen on this port. Check server logs.'

function change(server: ConfigParts, changes: readonly Change[]): void {
  for (const { directive, value } of changes) {
    server.config.set(directive, value)
    apply(server, directive.name)
  }
}

/** Makes the session wait for a reply that takes time. */
function answerLater(invocation: Invocation, server: ConfigParts, find: () => Promise<Reply>): void {
  const { session } = invocation
  wait(invocation, { keys: [], timeout: 0, onTimeout: OK, attempt: () => undefined }, server)
  const { blocked } = session
  void find().then((reply) => {
    if (session.blocked !== blocked) return
    server.blockedClients.remove(session)
    session.unblock(reply)
    server.afterCommand()
  })
}

/** Returns the error for a value that cannot be set, in the release's words. */
function failure(args: Arguments, { behaviours }: Target, name: Bytes, reason: Bytes): CommandError {
  return new CommandError(
    behaviours.configTakesMany
      ? `ERR CONFIG SET failed (possibly related to argument '${name}') - ${reason}`
      : `ERR Invalid argument '${args.text(3)}' for CONFIG SET '${name}' - ${reason}`,
  )
}

/** Reads several directives (7.0 and newer). Throws an error that names the one at fault. */
function readMany({ session, argv, args }: Invocation, server: ConfigParts): Change[] {
  const fail = (name: Bytes, reason: Bytes): CommandError => failure(args, server.target, name, reason)
  const found: { typed: Bytes; directive: Directive; words: Bytes }[] = []
  let firstError: CommandError | null = null
  for (let i = 2; i < argv.length; i += 2) {
    const typed = args.text(i)
    const directive = server.config.find(typed)
    if (directive === undefined) {
      firstError ??= new CommandError(`ERR Unknown option or number of arguments for CONFIG SET - '${typed}'`)
      continue
    }
    if (directive.immutable) firstError ??= fail(typed, "can't set immutable config")
    else if (directive.protectedConfig && !allowsProtected(server, 'enable-protected-configs', session.origin)) {
      firstError ??= fail(typed, "can't set protected config")
    } else if (found.some((other) => other.directive === directive)) firstError ??= fail(typed, 'duplicate parameter')
    found.push({ typed, directive, words: args.text(i + 1) })
  }
  if (firstError !== null) throw firstError
  return found.map(({ typed, directive, words }) => {
    const read = server.config.read(directive, [words])
    if ('error' in read) throw fail(typed, read.error)
    return { directive, typed, value: read.value }
  })
}

/** Reads one directive (6.x). */
function readOne({ argv, args }: Invocation, { config, target }: ConfigParts): Change[] {
  const [typed = '', words = ''] = argv.slice(2)
  const directive = config.find(typed)
  if (directive === undefined || directive.immutable)
    throw new CommandError(`ERR Unsupported CONFIG parameter: ${typed}`)
  const read = config.read(directive, [words])
  if ('error' in read) throw failure(args, target, typed, read.error)
  return [{ directive, typed, value: read.value }]
}

/** Applies a directive that takes effect at once. */
function apply(server: ConfigParts, name: string): void {
  const { config } = server
  if (name === 'requirepass') updateDefaultPassword(server.users, config.get(name), null)
  else if (name === 'acllog-max-len') server.aclLog.maxLength = config.number(name)
  else if (name === 'acl-pubsub-default') server.users.allChannelsByDefault = config.get(name) === 'allchannels'
  else if (name === 'maxmemory') makeRoom(server)
  else if (name === 'maxmemory-policy') countByPolicy(server)
  else applyLimit(server.keyspace.limits, config, name)
}

const rewrite: Handler<ConfigParts> = (_, server) => {
  const path = server.confPath
  if (path === null) throw new CommandError('ERR The server is running without a config file')
  try {
    server.files.write(path, rewriteConfig(server, server.files.read(path) ?? server.options.conf))
  } catch (thrown) {
    throw new CommandError(`ERR Rewriting config file: ${thrown instanceof Error ? thrown.message : String(thrown)}`)
  }
  return OK
}

/** CONFIG. */
export const configCommands: HandlerTable<ConfigParts> = family<ConfigParts>('config', {
  get: takes(3, 3, get),
  set: takes(4, 4, set),
  rewrite: takes(2, 2, rewrite),
  resetstat: takes(2, 2, (_, { statistics, keyspace, scripting }) => {
    statistics.reset()
    keyspace.expiredKeys = keyspace.expiredFields = keyspace.freedLazily = 0
    enginesOf(scripting).scripts.evicted = 0
    return OK
  }),
  help: takes(2, 2, helpReply('config')),
})
