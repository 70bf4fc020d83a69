/**
 * The reach of an escalation: every permission, reading or changing data beyond the patterns, contents of logs and the
 * configuration, or disruption of other users.
 */
export type Reach = 'everything' | 'read' | 'write' | 'leaks' | 'disrupt'

/** Holdings of somebody besides sessions and passwords, each of which leads further. */
export type Control =
  /** May change the rules of users. */
  | 'rules'
  /** May change the configuration. */
  | 'configuration'
  /** Sends the server any command, as its primary. */
  | 'replication'
  /** Has a node of its own in the cluster. */
  | 'nodes'
  /** Runs code inside the server. */
  | 'code'
  /** Sees the passwords of the configuration in clear. */
  | 'secrets'
  /** Reads the keys and values of others, or the arguments of their slow commands. */
  | 'reads'
  | 'arguments'
  /** Changes or deletes data, whatever the keys. */
  | 'writes'

/** The directives that must enable a command; their default is `no`. */
export type Guard = 'enable-debug-command' | 'enable-module-command' | 'cluster-enabled'

/** Commands by which a user can bypass its own rules: one step on a way to become somebody else, or to reach keys. */
export interface Escalation {
  /** The commands, each of which is sufficient. */
  readonly names: readonly string[]
  /** The effect, as text to follow `can`. */
  readonly what: string
  readonly reaches: Reach
  /** The holding of the user afterwards; null where that leads no further, `functions` where it is the rights of whoever calls them. */
  readonly gives: Control | 'functions' | null
  readonly guardedBy?: Guard
  /** The escalation has an effect only if another user calls functions. */
  readonly needsCallers?: true
  /** True: only for users that hold a role. False: only for users that hold none. */
  readonly holdsRole?: boolean
  /** The places where its effect was seen: servers, and their configuration where that matters; empty where it follows from their documentation. */
  readonly tried: readonly string[]
}

const REDIS = 'Redis 8.0.2'
const VALKEY = 'Valkey 8.1.1'
const SIMULATED = 'the simulated server'
const everywhere = [REDIS, VALKEY, SIMULATED]

/**
 * The escalations, most severe first.
 *
 * Excluded because they stay within the user's rules: EVAL and FCALL (scripts run with the caller's permissions),
 * MIGRATE (its keys are checked), CONFIG REWRITE and ACL SAVE (they save the present state).
 */
export const escalations: readonly Escalation[] = [
  {
    names: ['acl|setuser'],
    what: 'change its own rules, and everybody else’s',
    reaches: 'everything',
    gives: 'rules',
    tried: everywhere,
  },
  {
    names: ['acl|setrole'],
    what: 'change the rules of its own role',
    reaches: 'everything',
    gives: 'rules',
    holdsRole: true,
    tried: [SIMULATED],
  },
  {
    names: ['config|set'],
    what: 'change the configuration, requirepass (the password of default) included',
    reaches: 'everything',
    gives: 'configuration',
    tried: everywhere,
  },
  {
    names: ['replicaof', 'slaveof'],
    what: 'make the server a replica of any other, which then replaces all data and sends it any command',
    reaches: 'everything',
    gives: 'replication',
    tried: everywhere,
  },
  {
    names: ['cluster|meet'],
    what: 'take a node of its own into the cluster, which then claims all slots and becomes the server’s primary',
    reaches: 'everything',
    gives: 'nodes',
    guardedBy: 'cluster-enabled',
    tried: [`${REDIS} with cluster-enabled yes`, `${VALKEY} with cluster-enabled yes`],
  },
  {
    names: ['module|load', 'module|loadex'],
    what: 'run code inside the server',
    reaches: 'everything',
    gives: 'code',
    guardedBy: 'enable-module-command',
    tried: [],
  },
  {
    names: ['psync', 'sync'],
    what: 'copy the whole data set as a replica would',
    reaches: 'read',
    gives: 'reads',
    tried: everywhere,
  },
  {
    names: ['monitor'],
    what: 'watch the commands of other clients, with keys and values',
    reaches: 'read',
    gives: 'reads',
    tried: everywhere,
  },
  {
    names: ['debug'],
    what: 'crash the server or change its data',
    reaches: 'write',
    gives: 'writes',
    guardedBy: 'enable-debug-command',
    tried: [`${REDIS} with enable-debug-command yes`, `${VALKEY} with enable-debug-command yes`, SIMULATED],
  },
  {
    names: ['function|load', 'function|restore', 'function|flush', 'function|delete'],
    what: 'change the functions that others call with their own rights',
    reaches: 'write',
    gives: 'functions',
    needsCallers: true,
    tried: everywhere,
  },
  {
    names: ['config|get'],
    what: 'read the passwords that the configuration holds in clear (requirepass, masterauth)',
    reaches: 'leaks',
    gives: 'secrets',
    tried: everywhere,
  },
  {
    names: ['slowlog|get', 'commandlog|get'],
    what: 'read arguments of other clients’ slow commands',
    reaches: 'read',
    gives: 'arguments',
    tried: everywhere,
  },
  {
    names: ['acl|setrole'],
    what: 'change the rules of whoever holds a role',
    reaches: 'disrupt',
    gives: 'rules',
    holdsRole: false,
    tried: [SIMULATED],
  },
  { names: ['acl|deluser'], what: 'delete other users', reaches: 'disrupt', gives: null, tried: everywhere },
  {
    names: ['acl|load'],
    what: 'undo changes to users that were not saved to the file',
    reaches: 'disrupt',
    gives: null,
    tried: everywhere,
  },
  {
    names: ['shutdown', 'failover'],
    what: 'stop the server or hand it over',
    reaches: 'disrupt',
    gives: null,
    tried: [],
  },
  {
    names: ['client|kill'],
    what: 'end other clients’ connections',
    reaches: 'disrupt',
    gives: null,
    tried: everywhere,
  },
]

/** Steps that need no permission, or follow from what somebody holds. */
export type Link =
  'nopass' | 'same-password' | 'secret' | 'set-rules' | 'requirepass' | 'eviction' | 'claim-slots' | 'functions'

/** The effect of each link, as text to follow `can`, and where it was seen. */
export const links: Readonly<Record<Link, { readonly what: string; readonly tried: readonly string[] }>> = {
  nopass: { what: 'log in as a user that needs no password (AUTH)', tried: everywhere },
  'same-password': { what: 'log in as another user that has the same password (AUTH)', tried: everywhere },
  secret: {
    what: 'log in as the user whose password the configuration holds (AUTH)',
    tried: everywhere.map((server) => `${server} with masterauth`),
  },
  'set-rules': { what: 'give any user a password and rules of its choice (ACL SETUSER)', tried: everywhere },
  requirepass: { what: 'set the password of default, if default is on (CONFIG SET requirepass)', tried: everywhere },
  eviction: { what: 'have all keys evicted (CONFIG SET maxmemory)', tried: everywhere },
  functions: { what: 'use the rights of whoever calls the functions that it changed', tried: everywhere },
  'claim-slots': {
    what: 'make the server a replica of its own node, which claims all slots',
    tried: [`${REDIS} with cluster-enabled yes`, `${VALKEY} with cluster-enabled yes`],
  },
}
