import { textAt } from '../acl/argv'
import { READ, WRITE, type Access, type Command, type KeyUse } from '../acl/command'
import { lower, type Bytes } from '../acl/bytes'
import type { Target } from './target'

const BOTH: Access = 3

/**
 * The access of commands to each of their keys, in order, the last for all further ones, where it is not that of the
 * command's flags: as Redis 7.0 declares it.
 */
const exceptions: Readonly<Record<string, readonly Access[]>> = {
  bitop: [WRITE, READ],
  blmove: [BOTH, WRITE],
  brpoplpush: [BOTH, WRITE],
  copy: [READ, WRITE],
  georadius: [READ, WRITE],
  georadiusbymember: [READ, WRITE],
  geosearchstore: [WRITE, READ],
  lmove: [BOTH, WRITE],
  pfdebug: [READ],
  pfmerge: [BOTH, READ],
  rename: [BOTH, WRITE],
  renamenx: [BOTH, WRITE],
  rpoplpush: [BOTH, WRITE],
  sdiffstore: [WRITE, READ],
  sinterstore: [WRITE, READ],
  smove: [BOTH, WRITE],
  sort: [READ, WRITE],
  sunionstore: [WRITE, READ],
  xreadgroup: [READ],
  zdiffstore: [WRITE, READ],
  zinterstore: [WRITE, READ],
  zrangestore: [WRITE, READ],
  zunionstore: [WRITE, READ],
}

/** Commands that read and write their keys. */
const readAndWrite = new Set([
  ...['blpop', 'brpop', 'bzpopmax', 'bzpopmin', 'decr', 'decrby', 'getdel', 'getex', 'getset', 'hincrby'],
  ...['hincrbyfloat', 'incr', 'incrby', 'incrbyfloat', 'lpop', 'migrate', 'move', 'rpop', 'setbit', 'spop'],
  ...['zincrby', 'zpopmax', 'zpopmin'],
])

/** Returns true for EVAL, FCALL and the like: what their scripts do is checked command by command, as they run. */
export const runsScripts = ({ name }: Command): boolean => /^(eval|evalsha|fcall)(_ro)?$/.test(name)

/** Commands that tell of a key and not of its value. */
const tellOnly = new Set([
  ...['exists', 'hexists', 'hlen', 'hstrlen', 'llen', 'memory', 'object', 'scard', 'sismember', 'strlen', 'touch'],
  ...['type', 'watch', 'xlen', 'zcard'],
])

/**
 * Returns the access of a command line to each of its keys: what its key specs need; before 7.0, which checks reading and
 * writing alike, what the command does. None for the keys of scripts.
 */
export function performedAccess(
  { table, behaviours }: Target,
  command: Command,
  argv: readonly Bytes[],
  keys: readonly KeyUse[],
): Access[] {
  if (runsScripts(command)) return keys.map(() => 0)
  if (behaviours.hasKeySpecs) return keys.map(({ access }) => access)
  const { name, flags } = command
  const words = argv.slice(3).map(lower)
  if (name === 'set') {
    // SET with GET came together with GETEX.
    const reads = words.includes('get') && table.find('getex') !== undefined
    return keys.map(() => (reads ? BOTH : WRITE))
  }
  if (name === 'bitfield') {
    const writes = [textAt(argv, 2), ...words].some((word) => ['set', 'incrby'].includes(lower(word)))
    return keys.map(() => (writes ? BOTH : READ))
  }
  const listed = exceptions[name]
  if (listed !== undefined) return keys.map((_, i) => listed[i] ?? listed.at(-1) ?? 0)
  if (readAndWrite.has(name)) return keys.map(() => BOTH)
  if (tellOnly.has(name)) return keys.map(() => 0)
  // A module's command may have neither flag: it may do anything.
  return keys.map(() => (flags.has('write') ? WRITE : flags.has('readonly') ? READ : BOTH))
}
