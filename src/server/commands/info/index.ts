import { lower, type Bytes } from '../../../acl/bytes'
import { CommandError, verbatim, type Reply } from '../../../resp/reply'
import { infoSections, type InfoSection } from '../../../targets/info-fields'
import type { Handler } from '../../handler'
import { keySizes } from './key-sizes'
import { measured } from './measured'
import type { InfoParts } from './parts'

type Line = readonly [name: string, value: Bytes | number]

/** The sections of a line for each command, error, module or database. */
const lists: Readonly<Record<string, (server: InfoParts) => readonly Line[]>> = {
  modules: ({ target }) =>
    target.behaviours.builtInModules.map(({ name, options }) => [
      'module',
      `name=${name},ver=1,api=1,filters=0,usedby=[],using=[],options=[${options}]`,
    ]),
  commandstats: ({ statistics }) =>
    [...statistics.byCommand].map(([name, { calls, rejected, failed }]) => [
      `cmdstat_${name}`,
      `calls=${calls},usec=${calls},usec_per_call=${calls === 0 ? '0.00' : '1.00'},rejected_calls=${rejected},failed_calls=${failed}`,
    ]),
  errorstats: ({ statistics }) =>
    [...statistics.byError]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([code, count]) => [`errorstat_${code}`, `count=${count}`]),
  latencystats: latencies,
  keyspace: (server) =>
    server.keyspace.databases
      .filter((db) => db.size > 0)
      .map((db) => {
        const { countsFieldExpiries } = server.target.behaviours
        const more = countsFieldExpiries === null ? '' : `,${countsFieldExpiries}=${db.fieldExpiringSize}`
        const times = db.expiryTimes
        const left = times.reduce((total, at) => total + Math.max(0, at - server.now), 0)
        const ttl = Math.floor(left / Math.max(1, times.length))
        return [`db${db.index}`, `keys=${db.size},expires=${times.length},avg_ttl=${ttl}${more}`]
      }),
  keysizes: ({ keyspace }) => keyspace.databases.flatMap(keySizes),
}

/** Percentiles of the time that commands take; each takes a microsecond here. */
function latencies({ config, statistics }: InfoParts): readonly Line[] {
  if (config.get('latency-tracking') !== 'yes') return []
  const percentiles = config.get('latency-tracking-info-percentiles').split(' ')
  const text = percentiles.filter((percentile) => percentile !== '').map((percentile) => `p${percentile}=1.003`)
  return [...statistics.byCommand]
    .filter(([, { calls }]) => calls > 0)
    .map(([name]) => [`latency_percentiles_usec_${name}`, text.join(',')])
}

/** Returns the lines of a section: figures that are not simulated are those of an idle server. */
function linesOf(name: string, section: InfoSection, server: InfoParts): readonly Line[] {
  const { feed } = server
  const fields = section.fields.flatMap(({ name: field, idle }): Line[] => {
    const value = measured[field]
    if (field === 'connected_slaves' && server.primary !== null) return [...ofReplica(server), [field, idle]]
    if (field === 'connected_slaves')
      return [[field, feed?.replicas.size ?? 0], ...(feed?.lines ?? []).map((line, i) => [`slave${i}`, line] as const)]
    return field === 'min_slaves_good_slaves' && !needsReplicas(server) ? [] : [[field, value?.(server) ?? idle]]
  })
  return [...fields, ...(name === 'server' ? listeners(server) : []), ...(lists[name]?.(server) ?? [])]
}

/** Returns the lines that a replica adds about its primary. */
function ofReplica({ primary, config }: InfoParts): readonly Line[] {
  if (primary === null) return []
  const { host, port, isUp, offset } = primary
  return [
    ['master_host', host],
    ['master_port', port],
    ['master_link_status', isUp ? 'up' : 'down'],
    ['master_last_io_seconds_ago', isUp ? 0 : -1],
    ['master_sync_in_progress', 0],
    ['slave_read_repl_offset', offset],
    ['slave_repl_offset', offset],
    ...(isUp ? [] : [['master_link_down_since_seconds', -1] as const]),
    ['slave_priority', config.get('replica-priority')],
    ['slave_read_only', config.flag('replica-read-only') ? 1 : 0],
    ['replica_announced', config.flag('replica-announced') ? 1 : 0],
  ]
}

/** Returns true if the configuration wants replicas for writing; only then INFO counts them. */
function needsReplicas({ config }: InfoParts): boolean {
  return config.number('min-replicas-to-write') > 0 && config.number('min-replicas-max-lag') > 0
}

/** The `listener` lines of the server section (7.2), with the number of each kind. */
function listeners({ config, target }: InfoParts): readonly Line[] {
  if (!target.behaviours.infoHasListeners) return []
  const [port, socket, tlsPort] = [config.number('port'), config.get('unixsocket'), config.number('tls-port')]
  const addresses = config
    .get('bind')
    .split(' ')
    .filter((word) => word !== '')
  const listener = (name: string, number: number): string =>
    [`name=${name}`, ...addresses.map((address) => `bind=${address}`), `port=${number}`].join(',')
  return [
    ...(port === 0 ? [] : [['listener0', listener('tcp', port)] as const]),
    ...(socket === '' ? [] : [['listener1', `name=unix,bind=${socket}`] as const]),
    ...(tlsPort === 0 ? [] : [['listener2', listener('tls', tlsPort)] as const]),
  ]
}

/** INFO [section …]: `all`, `everything` and `default` name groups; unknown sections are ignored. */
export const info: Handler<InfoParts> = ({ argv }, server): Reply => {
  if (argv.length > 2 && !server.target.behaviours.infoTakesMany) throw new CommandError('ERR syntax error')
  const wanted = new Set(argv.length === 1 ? ['default'] : argv.slice(1).map(lower))
  const isAll = wanted.has('all') || wanted.has('everything')
  const parts: string[] = []
  for (const [name, section] of infoSections(server.target.id)) {
    if (!isAll && !wanted.has(name) && !(wanted.has('default') && section.byDefault)) continue
    const lines = [`# ${section.title}`, ...linesOf(name, section, server).map(([field, value]) => `${field}:${value}`)]
    parts.push(lines.map((line) => `${line}\r\n`).join(''))
  }
  return verbatim(parts.join('\r\n'))
}
