import { textAt } from '../../acl/argv'
import { lower } from '../../acl/bytes'
import { cString } from '../../acl/rule-errors'
import { CommandError, OK, verbatim, type Reply } from '../../resp/reply'
import { wait } from '../blocking'
import { replies, type Handler, type HandlerTable } from '../handler'
import type {
  CommandNames,
  Counting,
  Feeding,
  Monitoring,
  Release,
  Replicating,
  SlowCommands,
  Stopping,
  Time,
  Waiting,
} from '../parts'
import { integer, syntaxError } from './arguments'
import { debug } from './debug/index'
import type { DebugParts } from './debug/parts'
import { moduleList } from './connection'
import { monitor } from './client'
import { family, takes } from './family'
import { helpReply } from './help'
import { latencyHistogram } from './latency'

/** The parts of a server that administrators' commands touch. */
type AdminParts = DebugParts & CommandNames & Counting & Feeding & Monitoring & Replicating

/** SLOWLOG GET [count], COMMANDLOG GET count slow. */
const slowlogGet: Handler<Release & SlowCommands> = ({ argv }, { slowlog, target }): Reply => {
  let count = 10
  if (argv[2] !== undefined) {
    count = target.behaviours.slowlogChecksCount
      ? integer(argv[2], 'ERR count should be greater than or equal to -1')
      : integer(argv[2])
    if (target.behaviours.slowlogChecksCount && count < -1)
      throw new CommandError('ERR count should be greater than or equal to -1')
    if (count < 0) count = slowlog.entries.length
  }
  return slowlog.entries
    .slice(0, count)
    .map((entry) => [entry.id, entry.at, entry.microseconds, entry.argv, entry.client, entry.name])
}

/** Returns a subcommand of COMMANDLOG whose type is at `place`, carried out for slow commands only: large ones are never logged. */
const ofType =
  (place: number, slow: Handler<Release & SlowCommands>, other: Reply): Handler<Release & SlowCommands> =>
  (invocation, server) => {
    const type = lower(cString(textAt(invocation.argv, place)))
    if (type === 'slow') return slow(invocation, server)
    if (type === 'large-request' || type === 'large-reply') return other
    throw new CommandError('ERR type should be one of the following: slow, large-request, large-reply')
  }

const slowlogLength: Handler<SlowCommands> = (_, { slowlog }) => slowlog.entries.length

const slowlogReset: Handler<SlowCommands> = (_, { slowlog }) => {
  slowlog.entries = []
  return OK
}

/** COMMANDLOG GET count type: the count is checked first. */
const commandlogGet: Handler<Release & SlowCommands> = (invocation, server) => {
  const slow = slowlogGet(invocation, server)
  return ofType(3, () => slow, [])(invocation, server)
}

/** WAIT replicas timeout: returns how many replicas have got everything. */
const waitForReplicas: Handler<Feeding & Replicating & Time & Waiting> = (invocation, server) => {
  const { argv, context, session } = invocation
  const { feed, blockedClients } = server
  if (server.primary !== null)
    throw new CommandError(
      'ERR WAIT cannot be used with replica instances. Please also note that since Redis 4.0 if a replica is configured to be writable (which is not the default) writes to replicas are just local and are not propagated.',
    )
  const wanted = integer(argv[1])
  const timeout = integer(argv[2], 'ERR timeout is not an integer or out of range')
  if (timeout < 0) throw new CommandError('ERR timeout is negative')
  const offset = feed?.offset ?? 0
  const reached = (): number => feed?.reached(offset) ?? 0
  if (reached() >= wanted || context !== 'toplevel') return reached()
  const request = {
    keys: [],
    timeout,
    attempt: () => undefined,
    get onTimeout() {
      return reached()
    },
  }
  wait(invocation, request, server)
  feed?.await(session, wanted, (count) => {
    blockedClients.remove(session)
    session.unblock(count)
  })
  return replies([])
}

/** SHUTDOWN [NOSAVE | SAVE] …. */
const shutdown: Handler<Release & Pick<Stopping, 'stop'>> = ({ argv }, server) => {
  const { shutdownWords } = server.target.behaviours
  if (argv.slice(1).some((word) => !shutdownWords.has(lower(word)))) throw syntaxError()
  if (argv.length > 2 && !shutdownWords.has('now')) throw syntaxError()
  const asked = new Set(argv.slice(1).map(lower))
  if (asked.has('save') && asked.has('nosave')) throw syntaxError()
  if (asked.has('abort') && asked.size > 1) throw syntaxError()
  if (asked.has('failover')) throw new CommandError('ERR SHUTDOWN FAILOVER is only supported in cluster mode.')
  if (asked.has('abort')) {
    throw new CommandError('ERR No shutdown in progress.')
  }
  server.stop('shutdown')
  return replies([])
}

function loadModule(): Reply {
  throw new CommandError('ERR Error loading the extension. Please check the server logs.')
}

const latencyDisabled: Handler<Release> = (_, { target }): Reply => {
  const { productName: product, latencyDocs } = target.behaviours
  const more =
    latencyDocs === null ? '' : ` If we weren't in a deep space mission I'd suggest to take a look at ${latencyDocs}.`
  return verbatim(
    `I'm sorry, Dave, I can't do that. Latency monitoring is disabled in this ${product} instance. You may use "CONFIG SET latency-monitor-threshold <milliseconds>." in order to enable it.${more}\n`,
  )
}

/** Rejects CLUSTER and the commands for clients of a cluster, as a server without one does. */
const withoutCluster = (): Reply => {
  throw new CommandError('ERR This instance has cluster support disabled')
}

const readOnly: Handler<Release> = (_, { target }) => (target.behaviours.readOnlyWithoutCluster ? OK : withoutCluster())

/** Commands of administrators. */
export const adminCommands: HandlerTable<AdminParts> = {
  monitor,
  debug,
  wait: waitForReplicas,
  shutdown,
  time: (_, { now }) => [String(Math.floor(now / 1000)), String((now % 1000) * 1000)],
  cluster: withoutCluster,
  readonly: readOnly,
  readwrite: readOnly,
  asking: withoutCluster,
  clusterscan: withoutCluster,
  trimslots: withoutCluster,
  lolwut: (_, { target }) => verbatim(`Redis ver. ${target.version}\n`),
  ...family<Release & SlowCommands>('slowlog', {
    help: takes(2, 2, helpReply('slowlog')),
    get: takes(2, 3, slowlogGet),
    len: takes(2, 2, slowlogLength),
    reset: takes(2, 2, slowlogReset),
  }),
  ...family<Release & SlowCommands>('commandlog', {
    help: takes(2, 2, helpReply('commandlog')),
    get: takes(4, 4, commandlogGet),
    len: takes(3, 3, ofType(2, slowlogLength, 0)),
    reset: takes(3, 3, ofType(2, slowlogReset, OK)),
  }),
  ...family<Release & CommandNames & Counting>('latency', {
    help: takes(2, 2, helpReply('latency')),
    histogram: takes(2, Infinity, latencyHistogram),
    latest: takes(2, 2, () => []),
    history: takes(3, 3, () => []),
    reset: takes(2, Infinity, () => 0),
    doctor: takes(2, 2, latencyDisabled),
    graph: takes(3, 3, ({ args }) => {
      throw new CommandError(`ERR No samples available for event '${args.text(2)}'`)
    }),
  }),
  ...family<Release>('module', {
    help: takes(2, 2, helpReply('module')),
    list: takes(2, 2, (_, { target }) => moduleList(target)),
    load: takes(3, Infinity, loadModule),
    loadex: takes(3, Infinity, loadModule),
    unload: takes(3, 3, () => {
      throw new CommandError('ERR Error unloading module: no such module with that name')
    }),
  }),
}
