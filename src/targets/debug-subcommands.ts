import { since, type RedisId, type TargetId, type ValkeyId } from './list'

/** A subcommand of DEBUG: how many words it takes, its own two included, and the releases that have it. */
interface Subcommand {
  readonly least: number
  readonly most: number
  /** The first release of each product that has it; null where none has. */
  readonly from: readonly [RedisId | null, ValkeyId | null]
  /** The first release of each product that no longer has it. */
  readonly until?: readonly [RedisId | null, ValkeyId | null]
}

const all = ['redis-6.0', 'valkey-7.2'] as const
const at62 = ['redis-6.2', 'valkey-7.2'] as const
const at7 = ['redis-7.0', 'valkey-7.2'] as const
const at72 = ['redis-7.2', 'valkey-7.2'] as const

const words = (
  least: number,
  most: number,
  from: Subcommand['from'] = all,
  until?: Subcommand['until'],
): Subcommand => ({ least, most, from, ...(until === undefined ? {} : { until }) })

/** The subcommands of DEBUG by name (debug.c). */
const subcommands: Readonly<Record<string, Subcommand>> = {
  help: words(2, 2),
  segfault: words(2, Infinity),
  panic: words(2, Infinity),
  restart: words(2, Infinity),
  'crash-and-recover': words(2, Infinity),
  oom: words(2, Infinity),
  assert: words(2, Infinity),
  log: words(3, 3),
  leak: words(3, 3),
  reload: words(2, Infinity),
  loadaof: words(2, Infinity),
  object: words(3, 3),
  sdslen: words(3, 3),
  ziplist: words(3, 3, all, at7),
  listpack: words(3, 3, at7),
  quicklist: words(3, 4, at7),
  populate: words(3, 5),
  digest: words(2, 2),
  'digest-value': words(2, Infinity),
  protocol: words(3, 3),
  sleep: words(3, 3),
  'set-active-expire': words(3, 3),
  'lua-always-replicate-commands': words(3, 3, all, at7),
  'quicklist-packed-threshold': words(3, 3, at7),
  'set-skip-checksum-validation': words(3, 3, at62),
  'aof-flush-sleep': words(3, 3, at62),
  replicate: words(3, Infinity, at7),
  error: words(3, 3),
  structsize: words(2, 2),
  htstats: words(3, Infinity),
  'htstats-key': words(3, Infinity),
  'change-repl-id': words(2, 2),
  'stringmatch-len': words(4, 4, at62, ['redis-8.0', 'valkey-8.1']),
  'stringmatch-test': words(2, 2, ['redis-8.0', 'valkey-8.1']),
  'set-disable-deny-scripts': words(3, 3, at7),
  'config-rewrite-force-all': words(2, 2, at62),
  'client-eviction': words(2, 2, at7),
  mallctl: words(3, Infinity),
  'mallctl-str': words(3, Infinity),
  'pause-cron': words(3, 3, at7),
  replybuffer: words(4, 4, at7),
  'dict-resizing': words(3, 3, at72),
  script: words(3, 3, ['redis-7.2', null]),
  'delay-rdb-client-free-seconds': words(3, 3, [null, 'valkey-8.0']),
  'repl-pause': words(3, 3, ['redis-8.0', null]),
  internal_secret: words(2, 2, ['redis-8.0', null]),
  'mark-internal-client': words(2, 3, ['redis-8.0', null]),
  'drop-cluster-packet-filter': words(3, 3, at7),
  'close-cluster-link-on-packet-drop': words(3, 3, [null, 'valkey-8.0']),
  'disable-cluster-random-ping': words(3, 3, [null, 'valkey-8.1']),
  'disable-cluster-reconnection': words(3, 3, [null, 'valkey-9.1']),
  'pause-after-fork': words(3, 3, ['redis-7.2', 'valkey-7.2'], ['redis-8.0', null]),
  'client-enforce-reply-list': words(3, 3, [null, 'valkey-8.0']),
  'hashtable-can-abort-shrink': words(3, 3, [null, 'valkey-9.1']),
  'force-free-primary-async': words(3, 3, [null, 'valkey-9.1']),
  'protect-client': words(3, 3, [null, 'valkey-9.1']),
}

function isIn(id: TargetId, { from, until }: Subcommand): boolean {
  return since(id, ...from) && !(until !== undefined && since(id, ...until))
}

/** Returns the names of a release's subcommands of DEBUG. */
export function debugNames(id: TargetId): readonly string[] {
  return Object.entries(subcommands).flatMap(([name, subcommand]) => (isIn(id, subcommand) ? [name] : []))
}

/** Returns whether a release has a subcommand of DEBUG with so many words, the subcommand and `DEBUG` included. */
export function hasDebug(id: TargetId, name: string, count: number): boolean {
  const found = Object.hasOwn(subcommands, name) ? subcommands[name] : undefined
  if (found === undefined) return false
  // DEBUG OBJECT key fast
  const most = name === 'object' && since(id, null, 'valkey-8.1') ? 4 : found.most
  if (count < found.least || count > most) return false
  return isIn(id, found)
}

/** Differences between releases in what DEBUG prints. */
export interface DebugDetails {
  /** Tables have buckets of seven entries (Valkey 8.1). */
  readonly bucketsOfSeven: boolean
  /** SDSLEN puts commas between its fields, and names them otherwise. */
  readonly sdslenNamesAllocation: boolean
  /** OBJECT prints the fields of LFU (Valkey 8.1). */
  readonly objectShowsLfu: boolean
}

export function debugDetails(id: TargetId): DebugDetails {
  const isValkey81 = since(id, null, 'valkey-8.1')
  return { bucketsOfSeven: isValkey81, sdslenNamesAllocation: isValkey81, objectShowsLfu: isValkey81 }
}
