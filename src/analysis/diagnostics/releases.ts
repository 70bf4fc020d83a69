/**
 * The releases that introduced or removed commands: `since` in Redis, and in Valkey (null: never). `until`: removed in
 * Redis 7.0.
 */
interface Release {
  readonly redis: string | null
  readonly valkey: string | null
  readonly until?: string
  readonly names: readonly string[]
}

const row = (redis: string | null, valkey: string | null, names: string): Release => ({
  redis,
  valkey,
  names: names.split(' '),
})

/** Releases by command name as written in rules. Omits subcommands that came with 7.0, as did subcommand rules. */
export const releases: readonly Release[] = [
  { redis: '6.0', valkey: null, until: '7.0', names: ['stralgo', 'host:', 'post'] },
  row(
    '6.2',
    '7.2',
    'blmove copy failover geosearch geosearchstore getdel getex hrandfield lmove reset smismember xautoclaim zdiff zdiffstore zinter zmscore zrandmember zrangestore zunion',
  ),
  row(
    '7.0',
    '7.2',
    'blmpop bzmpop eval_ro evalsha_ro expiretime fcall fcall_ro function lcs lmpop pexpiretime quit sintercard sort_ro spublish ssubscribe sunsubscribe zintercard zmpop',
  ),
  row('7.2', '7.2', 'client|setinfo client|no-touch cluster|myshardid waitaof'),
  row('7.4', '9.1', 'hexpire hexpireat hexpiretime hpersist hpexpire hpexpireat hpexpiretime hpttl httl'),
  row('8.0', '9.1', 'hgetdel hgetex hsetex'),
  row('8.2', '8.0', 'cluster|slot-stats'),
  row('8.2', '9.2', 'xackdel xdelex'),
  row('8.4', null, 'cluster|migration delex digest trimslots'),
  row('8.4', '9.1', 'cluster|syncslots msetex'),
  row('8.6', '9.2', 'hotkeys hotkeys|get hotkeys|help hotkeys|reset'),
  row('8.6', null, 'hotkeys|start hotkeys|stop xcfgset xidmprecord'),
  row(
    '8.8',
    null,
    '@array arcount ardel ardelrange arget argetrange argrep arinfo arinsert arlastitems arlen armget armset arnext arop arring arscan arseek arset xnack',
  ),
  row('8.8', '9.2', 'increx'),
  row(
    '8.10',
    null,
    'backup backup|abort backup|cleanup backup|help backup|list backup|seal backup|start backup|status blmovem himport himport|discard himport|discardall himport|prepare himport|set lmovem sdiffcard sunioncard',
  ),
  row(null, '8.0', 'client|capa script|show'),
  row(null, '8.1', 'client|import-source commandlog commandlog|get commandlog|help commandlog|len commandlog|reset'),
  row(
    null,
    '9.1',
    'cluster|migrateslots cluster|flushslot cluster|getslotmigrations cluster|cancelslotmigrations clusterscan delifeq',
  ),
  row(
    null,
    '9.2',
    '@pathhash acl|delrole acl|digest acl|getrole acl|roles acl|setrole config|info phcard phdel phdelprefix phexists phget phgetall phlongest phmget phmset phprefixes phscan phset',
  ),
]

/** Categories of the modules bundled with Redis 8, which are also prefixes of their commands. */
export const moduleCategories = ['bloom', 'cuckoo', 'cms', 'topk', 'tdigest', 'json', 'search', 'timeseries']
export const modulePrefix =
  /^(?:_?ft|search|json|ts|timeseries|bf|cf|cms|topk|tdigest)\.|^v(?:add|card|dim|emb|getattr|info|ismember|links|randmember|range|rem|setattr|sim)$/

const byName = new Map(releases.flatMap((release) => release.names.map((name) => [name, release] as const)))

/**
 * Returns the releases that introduced and removed a command or category (with `@`; lower case), as text: `Redis 7.4
 * and Valkey 9.1`. Null where they are unknown.
 */
export function whereIs(name: string): { readonly since: string; readonly goneFrom: string | null } | null {
  const release = byName.get(name)
  if (release === undefined) return null
  const parts = [
    release.redis === null ? null : `Redis ${release.redis}`,
    release.valkey === null ? null : `Valkey ${release.valkey}`,
  ]
  return {
    since: parts.filter((part) => part !== null).join(' and '),
    goneFrom: release.until === undefined ? null : `Redis ${release.until}`,
  }
}
