import { lower, type Bytes } from '../../acl/bytes'
import { cString } from '../../acl/rule-errors'
import { CommandError, OK, raw, simple, type Reply } from '../../resp/reply'
import { replies, type Handler, type HandlerTable } from '../handler'
import type {
  Clients,
  Configuration,
  Data,
  Feeding,
  Identified,
  Options,
  Release,
  Replicating,
  Scripts,
  Time,
} from '../parts'
import { ReplicaFeed } from '../replication/feed'
import { snapshot } from '../replication/snapshot'
import { notSimulated } from '../command-errors'
import { syntaxError } from './arguments'

/** REPLICAOF host port, REPLICAOF NO ONE. */
const replicaOf: Handler<Replicating> = ({ argv }, server): Reply => {
  const [, name = '', port = ''] = argv
  const host = cString(name)
  if (lower(host) === 'no' && lower(cString(port)) === 'one') {
    if (server.primary !== null) server.follow(null)
    return OK
  }
  if (!/^(0|[1-9][0-9]{0,4})$/.test(port) || Number(port) > 65535) throw new CommandError('ERR Invalid master port')
  const { primary } = server
  if (primary !== null && lower(primary.host) === lower(host) && primary.port === Number(port))
    return simple('OK Already connected to specified master')
  server.follow({ host, port: Number(port) })
  return OK
}

/** The options of REPLCONF. */
const options = new Set(
  'listening-port ip-address capa rdb-only rdb-filter-only rdb-channel main-ch-client-id version set-rdb-client-id'.split(
    ' ',
  ),
)

type FeedingParts = Clients &
  Configuration &
  Options &
  Data &
  Feeding &
  Identified &
  Release &
  Replicating &
  Scripts &
  Time

/** Makes the client a replica and returns the data and, for PSYNC, the offset before it. */
function sync(withOffset: boolean): Handler<FeedingParts> {
  return ({ session, command }, server) => {
    // In the page there is nothing to connect a replica with.
    if (server.options.linkToPrimary === undefined) return notSimulated(command)
    if (server.primary?.isUp === false)
      throw new CommandError("NOMASTERLINK Can't SYNC while not connected with my master")
    const feed = (server.feed ??= new ReplicaFeed(server))
    if (feed.replicas.has(session)) return replies([])
    const data = snapshot(server)
    feed.add(session)
    const head = withOffset ? `+FULLRESYNC ${server.identity.replication} ${feed.offset}\r\n` : ''
    return raw(`${head}$${data.length}\r\n${data}`)
  }
}

/** REPLCONF option value …: accepted. */
const replConf: Handler<Feeding> = ({ argv, args, session }, server): Reply | ReturnType<typeof replies> => {
  if (argv.length % 2 === 0) throw syntaxError()
  for (let i = 1; i < argv.length; i += 2) {
    const option = args.word(i)
    if (option === 'ack') server.feed?.acknowledged(session, Number(argv[i + 1]))
    if (option === 'ack' || option === 'getack') return replies([])
    if (option === 'listening-port') session.replicaPort = Number(argv[i + 1])
    if (!options.has(option)) throw new CommandError(`ERR Unrecognized REPLCONF option: ${args.text(i)}`)
  }
  return OK
}

/** ROLE. */
const role: Handler<Feeding & Replicating> = (_, { primary, feed }): Reply => {
  if (primary === null) return ['master', feed?.offset ?? 0, feed?.rows ?? []]
  const state: Bytes = primary.isUp ? 'connected' : 'connect'
  return ['slave', primary.host, primary.port, state, primary.isUp ? primary.offset : -1]
}

/** REPLICAOF, its older name, and what belongs to it. */
export const replicationCommands: HandlerTable<FeedingParts> = {
  sync: sync(false),
  psync: sync(true),
  replicaof: replicaOf,
  slaveof: replicaOf,
  replconf: replConf,
  role,
  failover: (_, { primary }) => {
    throw new CommandError(
      primary === null
        ? 'ERR FAILOVER requires connected replicas.'
        : 'ERR FAILOVER is not valid when server is a replica.',
    )
  },
}
