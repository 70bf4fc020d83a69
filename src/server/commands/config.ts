import type { Bytes } from '../../acl/bytes'
import { CommandError, map, OK, type Reply } from '../../resp/reply'
import type { Directive } from '../../targets/directives'
import { allowsProtected } from '../admission'
import { replies, type Call, type Replies, type ServerHandlerTable } from '../command'
import { rewriteConfig } from '../config-rewrite'
import { wait } from '../dispatch'
import { updateDefaultPassword } from '../passwords'
import type { SimulatedServer } from '../server'
import { tlsProblem } from '../tls'
import { syntaxError } from './arguments'
import { family, takes } from './family'
import { helpReply } from './help'

const get = ({ server, argv }: Call): Reply =>
  map(server.config.matching(argv.slice(2), server.target.behaviours.configGetEchoesName))

/** One directive that CONFIG SET is to change. */
interface Change {
  readonly directive: Directive
  /** Its name as the client wrote it. */
  readonly typed: Bytes
  readonly value: Bytes
}

/** CONFIG SET: all of it or nothing (configSetCommand). */
function set(call: Call): Reply | Replies {
  const { server, argv, context } = call
  const many = server.target.behaviours.configTakesMany
  if (many && argv.length % 2 !== 0) throw syntaxError()
  const changes = (many ? readMany : readOne)(call)
  const before = changes.map(({ directive, typed }) => ({
    directive,
    typed,
    value: server.config.stored(directive),
  }))
  const moving = changes.find(
    ({ directive, value }) => listens.has(directive.name) && value !== server.config.stored(directive),
  )
  change(server, changes)
  const tls = changes.find(({ directive }) => directive.name.startsWith('tls-'))
  if (tls !== undefined && tlsProblem(server.config) !== null) {
    change(server, before)
    throw failure(call, tls.typed, 'Unable to update TLS configuration. Check server logs.')
  }
  const { relisten } = server.options
  if (moving === undefined || relisten === undefined || context !== 'toplevel') return OK
  answerLater(call, async () => {
    if (await relisten()) return OK
    change(server, before)
    await relisten()
    return failure(call, moving.typed, moving.directive.name === 'bind' ? UNBINDABLE : UNLISTENABLE).reply
  })
  return replies([])
}

/** Where the server listens. */
const listens = new Set(['port', 'bind'])
const UNBINDABLE = 'Failed to bind to specified addresses.'
const UNLISTENABLE = 'Unable to listen on this port. Check server logs.'

function change(server: SimulatedServer, changes: readonly Change[]): void {
  for (const { directive, value } of changes) {
    server.config.set(directive, value)
    apply(server, directive.name)
  }
}

/** Makes the connection wait for a reply that takes time to find out. */
function answerLater({ server, session, command, argv }: Call, find: () => Promise<Reply>): void {
  wait(session, { keys: [], timeout: 0, onTimeout: OK, attempt: () => undefined }, command, argv)
  const { blocked } = session
  void find().then((reply) => {
    if (session.blocked !== blocked) return
    server.blockedClients.remove(session)
    session.unblock(reply)
    server.afterCommand()
  })
}

/** The error of a value that cannot be set, as the release words it. */
function failure({ server, argv }: Call, name: Bytes, reason: Bytes): CommandError {
  return new CommandError(
    server.target.behaviours.configTakesMany
      ? `ERR CONFIG SET failed (possibly related to argument '${name}') - ${reason}`
      : `ERR Invalid argument '${argv[3] ?? ''}' for CONFIG SET '${name}' - ${reason}`,
  )
}

/** 7.0 and newer: several directives, and errors that name the one at fault. */
function readMany(call: Call): Change[] {
  const { server, session, argv } = call
  const fail = (name: Bytes, reason: Bytes): CommandError => failure(call, name, reason)
  const found: { typed: Bytes; directive: Directive; words: Bytes }[] = []
  let firstError: CommandError | null = null
  for (let i = 2; i < argv.length; i += 2) {
    const typed = argv[i] ?? ''
    const directive = server.config.find(typed)
    if (directive === undefined) {
      firstError ??= new CommandError(`ERR Unknown option or number of arguments for CONFIG SET - '${typed}'`)
      continue
    }
    if (directive.immutable) firstError ??= fail(typed, "can't set immutable config")
    else if (directive.protectedConfig && !allowsProtected(server, 'enable-protected-configs', session.origin)) {
      firstError ??= fail(typed, "can't set protected config")
    } else if (found.some((other) => other.directive === directive)) firstError ??= fail(typed, 'duplicate parameter')
    found.push({ typed, directive, words: argv[i + 1] ?? '' })
  }
  if (firstError !== null) throw firstError
  return found.map(({ typed, directive, words }) => {
    const read = server.config.read(directive, [words])
    if ('error' in read) throw fail(typed, read.error)
    return { directive, typed, value: read.value }
  })
}

/** 6.x: one directive. */
function readOne(call: Call): Change[] {
  const { server, argv } = call
  const [typed = '', words = ''] = argv.slice(2)
  const directive = server.config.find(typed)
  if (directive === undefined || directive.immutable)
    throw new CommandError(`ERR Unsupported CONFIG parameter: ${typed}`)
  const read = server.config.read(directive, [words])
  if ('error' in read) throw failure(call, typed, read.error)
  return [{ directive, typed, value: read.value }]
}

/** What takes effect at once. */
function apply(server: SimulatedServer, name: string): void {
  const { config } = server
  if (name === 'requirepass') updateDefaultPassword(server.users, config.get(name), null)
  else if (name === 'acllog-max-len') server.aclLog.maxLength = config.number(name)
  else if (name === 'acl-pubsub-default') server.users.allChannelsByDefault = config.get(name) === 'allchannels'
}

function rewrite({ server }: Call): Reply {
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
export const configCommands: ServerHandlerTable = family('config', {
  get: takes(3, 3, get),
  set: takes(4, 4, set),
  rewrite: takes(2, 2, rewrite),
  resetstat: takes(2, 2, ({ server }) => {
    server.statistics.reset()
    return OK
  }),
  help: takes(2, 2, helpReply('config')),
})
