import { lower, type Bytes } from '../../acl/bytes'
import { CommandError, OK, simple, type Reply } from '../../resp/reply'
import { replies, type Handler, type HandlerTable } from '../handler'
import type { Replicating } from '../parts'
import { syntaxError } from './arguments'

/** REPLICAOF host port, REPLICAOF NO ONE. Data is not copied: see Replicating. */
const replicaOf: Handler<Replicating> = ({ argv }, server): Reply => {
  const [, host = '', port = ''] = argv
  if (lower(host) === 'no' && lower(port) === 'one') {
    if (server.primary !== null) server.follow(null)
    return OK
  }
  if (!/^(0|[1-9][0-9]{0,4})$/.test(port) || Number(port) > 65535) throw new CommandError('ERR Invalid master port')
  const { primary } = server
  if (primary?.host === host && primary.port === Number(port)) return simple('OK Already connected to specified master')
  server.follow({ host, port: Number(port) })
  return OK
}

/** The options of REPLCONF. */
const options = new Set(
  'listening-port ip-address capa rdb-only rdb-filter-only rdb-channel main-ch-client-id version set-rdb-client-id'.split(
    ' ',
  ),
)

/** REPLCONF option value …: accepted, as there is no PSYNC to prepare for. */
const replConf: Handler = ({ argv }): Reply | ReturnType<typeof replies> => {
  if (argv.length % 2 === 0) throw syntaxError()
  for (let i = 1; i < argv.length; i += 2) {
    const option = lower(argv[i] ?? '')
    if (option === 'ack' || option === 'getack') return replies([])
    if (!options.has(option)) throw new CommandError(`ERR Unrecognized REPLCONF option: ${argv[i] ?? ''}`)
  }
  return OK
}

/** ROLE. */
const role: Handler<Replicating> = (_, { primary }): Reply => {
  if (primary === null) return ['master', 0, []]
  const state: Bytes = primary.isUp ? 'connected' : 'connect'
  return ['slave', primary.host, primary.port, state, primary.isUp ? 0 : -1]
}

/** REPLICAOF, its older name, and what belongs to it. */
export const replicationCommands: HandlerTable<Replicating> = {
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
