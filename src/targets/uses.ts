import { textAt, wordAt } from '../acl/argv'
import {
  accessOf,
  EVERY_DATABASE,
  type Access,
  type ChannelUse,
  type Command,
  type CommandTable,
  type DatabaseUse,
  type KeySpec,
  type KeyUse,
  type Uses,
} from '../acl/command'
import type { Bytes } from '../acl/bytes'
import { keyFunctions, type FoundKey, type KeyFunction } from './key-functions'
import { keysBySpecs } from './key-specs'
import { strictInteger } from './numbers'
import type { Behaviours } from './behaviours'
import type { Target } from './target'

type Argv = readonly Bytes[]

/** All that is known of how one command is to be looked at, worked out once. */
interface Plan {
  /** Some argument may be a key, as far as the server knows. */
  readonly hasKeys: boolean
  /** The only key, where its place depends on nothing: most commands have one key. */
  readonly only: OnlyKey | null
  /** Finds the keys of other commands. */
  readonly keys: KeyFinder
  readonly channels: ((argv: Argv) => readonly ChannelUse[]) | null
  readonly databases: ((argv: Argv, db: number, databaseCount: number) => readonly DatabaseUse[]) | null
}

type KeyFinder = (argv: Argv) => readonly KeyUse[]

/** A key at a fixed place. */
type OnlyKey = Omit<KeyUse, 'key'>

const noKeys: readonly KeyUse[] = Object.freeze([])
const noChannels: readonly ChannelUse[] = Object.freeze([])
const noDatabases: readonly DatabaseUse[] = Object.freeze([])
const nothing: Uses = Object.freeze({ keys: noKeys, channels: noChannels, databases: noDatabases })

/** The number of databases of a server (the directive `databases`). */
export interface DatabaseCount {
  readonly databaseCount: number
}

const DEFAULT_COUNT: DatabaseCount = { databaseCount: 16 }

/**
 * Returns the keys, channels and databases that a command line uses, as the target's own access check determines them.
 * `command` is the command that the table resolves argv to. For a wrong command line, returns those that the server
 * determines, possibly none. Never fails.
 */
export function usesOf(
  target: Target,
  command: Command,
  argv: Argv,
  db: number,
  { databaseCount }: DatabaseCount = DEFAULT_COUNT,
): Uses {
  const plan = planOf(target, command)
  if (!plan.hasKeys && plan.channels === null && plan.databases === null) return nothing
  return {
    keys: plan.only === null ? plan.keys(argv) : one(argv, plan.only),
    channels: plan.channels === null ? noChannels : plan.channels(argv),
    databases: plan.databases === null ? noDatabases : plan.databases(argv, db, databaseCount),
  }
}

/** Returns true if a command can have keys at all: COMMAND GETKEYS refuses those that cannot. */
export function canHaveKeys(target: Target, command: Command): boolean {
  return planOf(target, command).hasKeys
}

/** Returns true if every line of the command has exactly one key, at one place and with one access. */
export function hasOneKey(target: Target, command: Command): boolean {
  return planOf(target, command).only !== null
}

const plans = new WeakMap<CommandTable, (Plan | undefined)[]>()
let lastTable: CommandTable | null = null
let lastPlans: (Plan | undefined)[] = []

function planOf(target: Target, command: Command): Plan {
  if (target.table !== lastTable) {
    lastTable = target.table
    lastPlans = plans.get(lastTable) ?? []
    plans.set(lastTable, lastPlans)
  }
  return (lastPlans[command.index] ??= makePlan(target, command))
}

function makePlan(target: Target, command: Command): Plan {
  const finder = target.behaviours.hasKeySpecs ? bySpecs(target, command) : byTable(target, command)
  return {
    hasKeys: finder !== null,
    only: typeof finder === 'object' ? finder : null,
    keys: typeof finder === 'function' ? finder : () => noKeys,
    channels: target.behaviours.hasChannels ? channelsOf(command) : null,
    databases: target.behaviours.hasDatabases ? databasesOf(command, target.behaviours) : null,
  }
}

/** Redis 6: the command's own function where it has one (it is then flagged movablekeys), else first key, last key and step. */
function byTable(target: Target, command: Command): KeyFinder | OnlyKey | null {
  const special = command.flags.has('movablekeys') ? keyFunctions.get(command.name) : undefined
  if (special !== undefined) return byFunction(target, special)
  const { firstKey, lastKey, step } = command
  if (firstKey === 0) return null
  if (lastKey === firstKey) return { at: firstKey, access: WITHOUT_PERMISSIONS, flags: unknownFlags }
  return (argv) => {
    const last = lastKey < 0 ? argv.length + lastKey : lastKey
    const found: KeyUse[] = []
    for (let at = firstKey; at <= last; at += step) {
      const key = argv[at]
      if (key === undefined) return noKeys
      found.push({ key, at, access: WITHOUT_PERMISSIONS, flags: unknownFlags })
    }
    return found
  }
}

/** Since 7.0: key specs, unless they depend on other arguments; then, or where they fail, the command's own function. */
function bySpecs(target: Target, command: Command): KeyFinder | OnlyKey | null {
  const specs = command.keySpecs.filter((spec) => !spec.flags.includes('not_key'))
  if (specs.length === 0) return null
  const special = keyFunctions.get(command.name)
  const fallback = special === undefined ? () => noKeys : byFunction(target, special)
  if (specs.some((spec) => spec.flags.includes('variable_flags'))) return fallback
  const only = specs.length === 1 ? onlyKey(specs[0]) : null
  if (only !== null) return only
  const withAccess = specs.map((spec) => ({ spec, access: accessOf(spec.flags) }))
  return (argv) => keysBySpecs(withAccess, argv, target.behaviours) ?? fallback(argv)
}

/** Returns the key of a spec for exactly one key at a fixed place; null for other specs. */
function onlyKey(spec: KeySpec | undefined): OnlyKey | null {
  if (spec === undefined || spec.begin.type !== 'index' || spec.find.type !== 'range') return null
  const { flags, begin, find } = spec
  return find.lastkey === 0 && !flags.includes('incomplete')
    ? { at: begin.index, access: accessOf(flags), flags }
    : null
}

const unknownFlags: readonly string[] = Object.freeze([])
/** Redis 6 has no key permissions: a pattern that matches is enough. */
const WITHOUT_PERMISSIONS: Access = 0

function one(argv: Argv, { at, access, flags }: OnlyKey): readonly KeyUse[] {
  const key = argv[at]
  return key === undefined ? noKeys : [{ key, at, access, flags }]
}

function usesOfKeys(argv: Argv, found: readonly FoundKey[]): readonly KeyUse[] {
  const [first] = found
  // A list that grows from nothing takes room for many at once.
  if (first !== undefined && found.length === 1) return useOf(argv, first)
  return found.flatMap((key) => useOf(argv, key))
}

function useOf(argv: Argv, { at, flags }: FoundKey): readonly KeyUse[] {
  const key = argv[at]
  return key === undefined ? noKeys : [{ key, at, access: flags.access, flags: flags.list }]
}

function byFunction(target: Target, find: KeyFunction): KeyFinder {
  const { behaviours } = target
  if (behaviours.hasKeySpecs) return (argv) => usesOfKeys(argv, find(argv, behaviours))
  return (argv) =>
    find(argv, behaviours).flatMap(({ at }) => one(argv, { at, access: WITHOUT_PERMISSIONS, flags: unknownFlags }))
}

/** Publishing and subscribing are checked; unsubscribing is not. A pattern subscribed to must be granted literally. */
function channelsOf(command: Command): Plan['channels'] {
  switch (command.name) {
    case 'publish':
    case 'spublish':
      return (argv) => (argv[1] === undefined ? noChannels : [{ channel: argv[1], at: 1, isPattern: false }])
    case 'subscribe':
    case 'ssubscribe':
      return (argv) => argv.slice(1).map((channel, i) => ({ channel, at: i + 1, isPattern: false }))
    case 'psubscribe':
      return (argv) => argv.slice(1).map((channel, i) => ({ channel, at: i + 1, isPattern: true }))
    default:
      return null
  }
}

const everywhere: Plan['databases'] = () => [{ db: EVERY_DATABASE, at: null }]

/**
 * Databases, Valkey 9.1: those that the command names, every one for what reaches into all of them, and for any other
 * command that reads or writes data the one that the connection is in.
 */
function databasesOf(command: Command, behaviours: Behaviours): Plan['databases'] {
  const isRestricted =
    command.flags.has('write') ||
    command.flags.has('readonly') ||
    // OBJECT HELP.
    command.categories.includes('keyspace') ||
    command.keySpecs.some((spec) => !spec.flags.includes('not_key'))
  const inCurrent: Plan['databases'] = isRestricted ? (_argv, db) => [{ db, at: null }] : null
  /** The databases at these places; where one of them is out of range, the current one only. */
  const named =
    (placesIn: (argv: Argv) => readonly number[], withCurrent: boolean): Plan['databases'] =>
    (argv, db, databaseCount) => {
      const current: readonly DatabaseUse[] = [{ db, at: null }]
      const found = placesIn(argv).map((at) => ({ db: Number(strictInteger(textAt(argv, at)) ?? -1), at }))
      if (found.length === 0) return isRestricted ? current : noDatabases
      if (found.some((use) => use.db < 0 || use.db >= databaseCount)) return isRestricted ? current : noDatabases
      return withCurrent ? [...found, ...current] : found
    }
  switch (command.name) {
    case 'flushall':
    case 'cluster|migrateslots':
    case 'cluster|cancelslotmigrations':
      return everywhere
    case 'cluster|flushslot':
      return behaviours.checksFlushedDatabases ? everywhere : inCurrent
    case 'select':
      return named(() => [1], false)
    case 'swapdb':
      return named(() => [1, 2], false)
    case 'move':
      return named(() => [2], behaviours.checksSourceDatabase)
    case 'copy':
      return named(
        behaviours.checksEveryDatabaseOption
          ? databaseClauses
          : (argv) => (argv.length > 4 && wordAt(argv, 3) === 'db' ? [4] : []),
        behaviours.checksSourceDatabase,
      )
    default:
      return inCurrent
  }
}

/** The places of the numbers after each `DB` in COPY's options. */
function databaseClauses(argv: Argv): number[] {
  const places: number[] = []
  for (let i = 3; i + 1 < argv.length; i++) if (wordAt(argv, i) === 'db') places.push(++i)
  return places
}
