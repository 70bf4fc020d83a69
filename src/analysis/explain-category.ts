import { lower } from '../acl/bytes'
import { accessOf, READ, takesKeys, WRITE, type Access, type Command, type CommandTable } from '../acl/command'

/** Commands that are unexpectedly in or not in a category, judged by its name. */
export interface CategorySurprise {
  /** `in`: commands that the category contains. `out`: commands that it lacks. */
  readonly kind: 'in' | 'out'
  readonly commands: readonly Command[]
  /** The reason, to follow `what` and precede the commands: `reports on all keys regardless of patterns`. */
  readonly why: string
}

/** A possible surprise: commands by name or by a predicate. Commands that the target lacks are ignored. */
interface Note {
  readonly kind: 'in' | 'out'
  readonly of: readonly string[] | ((command: Command) => boolean)
  readonly why: string
}

/**
 * Returns true for commands that, by their key specs, read and write the same key, so that neither %R~ nor %W~ alone
 * suffices.
 */
function readsAndWrites({ keySpecs }: Command): boolean {
  return keySpecs.some(({ flags }) => accessOf(flags) === 3 && !flags.includes('variable_flags'))
}

const anyType: Note = {
  kind: 'out',
  of: ['del', 'unlink', 'exists', 'expire', 'ttl', 'persist', 'type'],
  why: 'works on keys of every type (see @keyspace)',
}
const names: Note = {
  kind: 'in',
  of: ['keys', 'scan', 'randomkey', 'dbsize'],
  why: 'reports on all keys regardless of patterns',
}
const wipes: Note = {
  kind: 'in',
  of: ['flushall', 'flushdb', 'swapdb'],
  why: 'wipes or swaps whole databases regardless of patterns',
}

/** Common surprises, by category. Each is checked against the target's table. */
const notes: Readonly<Record<string, readonly Note[]>> = {
  read: [
    names,
    { kind: 'in', of: ['dump'], why: 'copies a whole value, to be restored elsewhere' },
    {
      kind: 'out',
      of: ['getdel', 'getex', 'getset', 'xreadgroup', 'lpop', 'spop'],
      why: 'reads a value and changes it (see @write)',
    },
    { kind: 'out', of: ['sort', 'georadius'], why: 'can store its result (see @write)' },
    { kind: 'out', of: ['ping', 'select', 'subscribe', 'eval_ro'], why: 'clients send besides their reading' },
  ],
  write: [
    wipes,
    { kind: 'in', of: readsAndWrites, why: 'reads the value as well, and needs a pattern that gives both' },
    { kind: 'in', of: ['migrate'], why: 'sends keys to another server' },
    {
      kind: 'in',
      of: ['function|load', 'function|flush', 'function|delete', 'function|restore'],
      why: 'changes functions for everybody, and touches no key',
    },
    { kind: 'out', of: ['get', 'mget', 'exists', 'ttl'], why: 'only reads' },
    { kind: 'out', of: ['eval', 'publish', 'multi'], why: 'clients send besides their writing' },
  ],
  dangerous: [
    {
      kind: 'in',
      of: ['info', 'keys', 'sort', 'sort_ro', 'role', 'client|list', 'client', 'cluster', 'acl|whoami'],
      why: 'ordinary clients and tools ask for',
    },
    {
      kind: 'out',
      of: ['eval', 'function|load', 'function|flush', 'script|flush', 'script|kill'],
      why: 'runs, changes or ends scripts (see @scripting)',
    },
    { kind: 'out', of: ['scan', 'randomkey'], why: 'lists key names, as KEYS does' },
  ],
  admin: [
    {
      kind: 'out',
      of: ['flushall', 'flushdb', 'swapdb', 'keys', 'info', 'sort', 'migrate', 'restore'],
      why: 'is dangerous, but not administration',
    },
    { kind: 'in', of: ['role', 'lastsave', 'client|list'], why: 'ordinary clients and tools ask for' },
  ],
  keyspace: [
    names,
    wipes,
    {
      kind: 'out',
      of: ['get', 'set', 'hget', 'lpush'],
      why: 'reads or writes values (see the categories of the types)',
    },
  ],
  connection: [
    { kind: 'in', of: ['client|kill', 'client|pause', 'client|list'], why: 'reaches other clients’ connections' },
  ],
  scripting: [
    {
      kind: 'in',
      of: ['function|load', 'function|flush', 'function|delete', 'function|restore', 'script|flush', 'script|kill'],
      why: 'changes or ends scripts of everybody',
    },
  ],
  pubsub: [
    { kind: 'in', of: ['pubsub|channels', 'pubsub'], why: 'lists the names of all channels regardless of patterns' },
  ],
  transaction: [{ kind: 'in', of: ['watch'], why: 'takes keys, which patterns must grant' }],
  fast: [
    { kind: 'in', of: ['set', 'del', 'swapdb', 'getdel'], why: 'writes: this category is about speed, not access' },
  ],
  slow: [
    {
      kind: 'in',
      of: ['acl|setuser', 'config|set', 'flushall', 'shutdown', 'acl', 'config'],
      why: 'administers: this category is about speed, not access',
    },
  ],
  blocking: [{ kind: 'in', of: ['xread', 'xreadgroup'], why: 'is called without waiting, too' }],
  string: [
    anyType,
    { kind: 'out', of: ['getbit', 'setbit', 'bitcount', 'pfadd'], why: 'works on strings, but has another category' },
  ],
  hash: [anyType],
  list: [anyType],
  set: [anyType],
  sortedset: [anyType, { kind: 'out', of: ['geoadd', 'geosearch'], why: 'keeps sorted sets, but is in @geo' }],
  stream: [anyType],
  geo: [anyType],
  bitmap: [anyType],
  hyperloglog: [anyType],
  array: [anyType],
}

const known = new WeakMap<CommandTable, Map<string, readonly CategorySurprise[]>>()

/**
 * Returns the unexpected members and omissions of a category, by the target's own table. Empty for categories without
 * surprises and for unknown ones.
 */
export function categorySurprises(category: string, table: CommandTable): readonly CategorySurprise[] {
  let byName = known.get(table)
  if (byName === undefined) known.set(table, (byName = new Map<string, readonly CategorySurprise[]>()))
  const name = lower(category)
  let found = byName.get(name)
  if (found === undefined) byName.set(name, (found = find(name, table)))
  return found
}

function find(category: string, table: CommandTable): CategorySurprise[] {
  const members = new Set(table.inCategory(category) ?? [])
  if (members.size === 0 || !Object.hasOwn(notes, category)) return []
  const explained = new Set<Command>()
  return (notes[category] ?? []).flatMap(({ kind, of, why }) => {
    const candidates = typeof of === 'function' ? [...members].filter(of) : of.flatMap((one) => table.find(one) ?? [])
    const fitting = candidates.filter((command) => members.has(command) === (kind === 'in') && !explained.has(command))
    const commands = fitting.filter(({ parent }) => parent === null || !fitting.includes(parent))
    for (const command of commands) explained.add(command)
    return commands.length === 0 ? [] : [{ kind, commands, why }]
  })
}

/** Describes a command's effect on keys, from its flags and key specs: `reads a key`, `takes no keys`. */
export function keyWords(command: Command): string {
  if (!takesKeys(command)) return command.subcommands === null ? 'takes no keys' : ''
  const specs = command.keySpecs.filter(({ flags }) => !flags.includes('not_key'))
  const many =
    specs.length > 1 ||
    specs.some(({ find }) => find.type !== 'range' || find.lastkey !== 0) ||
    (specs.length === 0 && command.lastKey !== command.firstKey)
  const object = many ? 'its keys' : 'a key'
  if (specs.length === 0)
    return command.flags.has('write')
      ? `writes ${object}`
      : command.flags.has('readonly')
        ? `reads ${object}`
        : `takes ${many ? 'keys' : object}`
  if (specs.some(({ flags }) => flags.includes('variable_flags'))) return `reads or writes ${object}, by its options`
  const accesses = specs.map(({ flags }) => accessOf(flags))
  const [only = 0, ...others] = new Set(accesses)
  if (others.length > 0) return `needs of its keys: ${accesses.map((access) => noun[access]).join(', then ')}`
  return only === 0 ? `needs no access to ${object} but that a pattern matches` : `${verb[only]} ${object}`
}

const noun: Readonly<Record<Access, string>> = {
  0: 'any access',
  [READ]: 'reading',
  [WRITE]: 'writing',
  3: 'reading and writing',
}
const verb: Readonly<Record<Access, string>> = { 0: 'takes', [READ]: 'reads', [WRITE]: 'writes', 3: 'reads and writes' }
