import type { AllowedCommands } from '../acl/allowed'
import { addBit, emptySet, hasBit, putAll, removeBit, type BitSet } from '../acl/bit-set'
import { fromText, lower, type Bytes } from '../acl/bytes'
import { type Command, type CommandTable, runsAlone } from '../acl/command'
import { compileGlob } from '../acl/glob'
import type { User } from '../acl/user'
import type { Users } from '../acl/users'
import { callsFunctions, heldEscalations, type HeldEscalation } from './escalation'
import { holderOf } from './role-holder'

/**
 * A user's permission to run a command, keys and channels aside. `some`: only with some first arguments or subcommands.
 */
export type Cell = 'all' | 'some' | 'none'

/** The executable commands of a category. Like the server's categories, groups overlap. */
export interface CommandGroup {
  /** The name without `@`; `other` for commands without a category. */
  readonly category: string
  readonly commands: readonly Command[]
}

/** The commands that a user may run, as bits by Command.index. Users with the same permissions share one object. */
class PermissionSet {
  /** The number of allowed commands, without containers of subcommands. */
  readonly count: number

  constructor(
    readonly table: CommandTable,
    readonly all: BitSet,
    readonly some: BitSet,
  ) {
    this.count = table.commands.filter((command) => !isContainer(command) && hasBit(all, command.index)).length
  }

  cell(command: Command): Cell {
    if (hasBit(this.all, command.index)) return 'all'
    return hasBit(this.some, command.index) ? 'some' : 'none'
  }
}

export interface PermissionRow {
  /** For a role, a user who holds it and nothing else. */
  readonly user: User
  readonly role: Bytes | null
  readonly set: PermissionSet
  /** The user's escalations; users with the same permissions share the list. */
  readonly escalations: readonly HeldEscalation[]
}

/** A matrix of users by commands. */
export interface PermissionMatrix {
  readonly groups: readonly CommandGroup[]
  /** The commands of all groups, each once. */
  readonly commands: readonly Command[]
  readonly rows: readonly PermissionRow[]
}

/** Categories from the most to the least specific, in which order groups are listed. */
const telling = [
  'json',
  'search',
  'timeseries',
  'bloom',
  'cuckoo',
  'cms',
  'topk',
  'tdigest',
  'array',
  'string',
  'hash',
  'list',
  'set',
  'sortedset',
  'stream',
  'bitmap',
  'hyperloglog',
  'geo',
  'pubsub',
  'transaction',
  'scripting',
  'keyspace',
  'connection',
  'admin',
  'dangerous',
  'write',
  'read',
]

const grouped = new WeakMap<CommandTable, readonly CommandGroup[]>()

/** Returns the executable commands, without containers of subcommands. */
export function runnable(commands: readonly Command[]): readonly Command[] {
  return commands.filter((command) => !isContainer(command))
}

/**
 * Returns the commands of a target by category, most specific category first; subcommands in the order of their
 * containers.
 */
export function commandGroups(table: CommandTable): readonly CommandGroup[] {
  const known = grouped.get(table)
  if (known !== undefined) return known
  const inOrder = runnable(
    table.commands
      .filter(({ parent }) => parent === null)
      .flatMap((top) => [top, ...(top.subcommands?.values() ?? [])]),
  )
  const names = [...telling.filter((name) => table.categories.includes(name)), ...table.categories]
  const groups = [...new Set(names)].map((category) => ({
    category,
    commands: inOrder.filter(({ categories }) => categories.includes(category)),
  }))
  const other = { category: 'other', commands: inOrder.filter(({ categories }) => categories.length === 0) }
  const all = [...groups, other].filter(({ commands }) => commands.length > 0)
  grouped.set(table, all)
  return all
}

const commandsOf = (groups: readonly CommandGroup[]): readonly Command[] => [
  ...new Set(groups.flatMap(({ commands }) => commands)),
]

const singles = new WeakMap<AllowedCommands, PermissionSet>()

/** Returns the commands that a user may run by any of its selectors. */
export function permissionSet(user: User): PermissionSet {
  if (user.selectors.length > 1) return makeSet(user.selectors.map(({ commands }) => commands))
  const { commands } = user.root
  let set = singles.get(commands)
  if (set === undefined) singles.set(commands, (set = makeSet([commands])))
  return set
}

/**
 * Builds the matrix of users by commands of their target, in the users' order. Computes shared permissions once, so
 * that thousands of users cost little more than a few. Empty without users.
 * @param others the users who may call functions that they change
 */
export function permissionMatrix(users: Iterable<User>, others: Iterable<User> = users): PermissionMatrix {
  const known = new Map<string, Pick<PermissionRow, 'set' | 'escalations'>>()
  const ids = new Map<AllowedCommands, number>()
  const rows: PermissionRow[] = []
  let table: CommandTable | null = null
  const callers = [...others].filter(callsFunctions)
  for (const user of users) {
    table ??= user.space.table
    const sets = user.selectors
      .map(({ commands }) => ids.get(commands) ?? (ids.set(commands, ids.size), ids.size - 1))
      .join(',')
    const role = callers.some((caller) => caller !== user) ? sets : `${sets} alone`
    let shared = known.get(role)
    if (shared === undefined)
      known.set(role, (shared = { set: permissionSet(user), escalations: heldEscalations(user, callers) }))
    rows.push({ user, role: null, ...shared })
  }
  const groups = table === null ? [] : commandGroups(table)
  return { groups, commands: commandsOf(groups), rows }
}

/** Builds the matrix of roles by commands, in the order of the roles. */
export function roleMatrix(users: Users): PermissionMatrix {
  const names = [...users.roles.keys()]
  const matrix = permissionMatrix(
    names.flatMap((name) => holderOf(users, name) ?? []),
    users,
  )
  return { ...matrix, rows: matrix.rows.map((row, i) => ({ ...row, role: names[i] ?? null })) }
}

/** Returns the name of the user or role of a row. */
export const rowName = ({ user, role }: PermissionRow): Bytes => role ?? user.name

export interface MatrixFilter {
  /** A glob over the names of users or roles, or a part of a name; empty for all. */
  readonly users?: string
  /** Globs over command names (`config|*`, `CONFIG *`), parts of names, or categories (`@read`), with commas between; empty for all. */
  readonly commands?: string
  /** `differing`: only commands that some of the users may run and others not. `escalating`: only users with escalations, and those commands. */
  readonly show?: 'all' | 'differing' | 'escalating'
}

/**
 * Returns the part of a matrix that matches a filter. Omits groups without commands and, for a category filter, all
 * other groups.
 */
export function filterMatrix(
  matrix: PermissionMatrix,
  { users = '', commands = '', show = 'all' }: MatrixFilter,
): PermissionMatrix {
  const wantedUser = matcher(users)
  const rows = matrix.rows.filter(
    (row) => wantedUser(lower(rowName(row))) && (show !== 'escalating' || row.escalations.length > 0),
  )
  const wanted = commandMatcher(commands)
  const ways = [...new Set(rows.map(({ set }) => set))]
  const means = new Set(rows.flatMap(({ escalations }) => escalations.map(({ command }) => command)))
  const shown = (command: Command): boolean => {
    if (!wanted(command)) return false
    if (show === 'escalating') return means.has(command)
    return show === 'all' || new Set(ways.map((set) => set.cell(command))).size > 1
  }
  const only = categoriesOf(commands)
  const groups = matrix.groups
    .filter(({ category }) => only === null || only.includes(category))
    .map(({ category, commands: members }) => ({ category, commands: members.filter(shown) }))
    .filter(({ commands: members }) => members.length > 0)
  return { rows, groups, commands: commandsOf(groups) }
}

function matcher(text: string): (name: string) => boolean {
  const wanted = lower(fromText(text.trim()))
  if (wanted === '') return () => true
  if (!/[*?[]/.test(wanted)) return (name) => name.includes(wanted)
  const glob = compileGlob(wanted)
  return (name) => glob.matches(name)
}

/** Returns the parts of a filter, which have commas between; one that is empty where it is. */
function partsOf(filter: string): readonly string[] {
  const parts = filter.split(',').map((part) => part.trim())
  const named = parts.filter((part) => part !== '')
  return named.length === 0 ? [''] : named
}

/** Returns the categories of a filter; null where some part is a name. */
export function categoriesOf(filter: string): readonly string[] | null {
  const parts = partsOf(filter)
  return parts.every((part) => part.startsWith('@')) ? parts.map((part) => lower(fromText(part.slice(1)))) : null
}

function commandMatcher(text: string): (command: Command) => boolean {
  const parts = partsOf(text).map((part): ((command: Command) => boolean) => {
    const [category] = categoriesOf(part) ?? []
    if (category !== undefined) return (command) => command.categories.includes(category)
    const matches = matcher(part.replace(/\s+/g, '|'))
    return (command) => matches(lower(command.name))
  })
  return (command) => parts.some((matches) => matches(command))
}

function makeSet(sets: readonly AllowedCommands[]): PermissionSet {
  const { table, open } = (sets[0] as AllowedCommands).space
  const all = open.slice()
  const some = emptySet(table.commands.length)
  for (const set of sets) {
    putAll(all, set.bits, true)
    for (const index of set.firstArgs.keys()) addBit(some, index)
  }
  for (const command of table.commands) if (isContainer(command)) settleContainer(command, all, some)
  return new PermissionSet(table, all, some)
}

/** Sets the bits of a container according to its subcommands: all, some, or none. */
function settleContainer(container: Command, all: BitSet, some: BitSet): void {
  const isAllowed = runsAlone(container) && hasBit(all, container.index)
  const subs = [...(container.subcommands?.values() ?? [])]
  const allowed = subs.filter((sub) => hasBit(all, sub.index)).length
  removeBit(all, container.index)
  removeBit(some, container.index)
  if (allowed === subs.length && (isAllowed || !runsAlone(container))) addBit(all, container.index)
  else if (allowed > 0 || isAllowed || subs.some((sub) => hasBit(some, sub.index))) addBit(some, container.index)
}

function isContainer(command: Command): boolean {
  return (command.subcommands?.size ?? 0) > 0
}
