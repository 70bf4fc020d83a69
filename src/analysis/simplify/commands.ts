import { type AllowedCommands, type CommandSpace, resultOf } from '../../acl/allowed'
import { addBit, type BitSet, emptySet, hasBit, isEmpty, putAll } from '../../acl/bit-set'
import { type Bytes, lower } from '../../acl/bytes'
import { runsAlone } from '../../acl/command'
import type { Budget } from '../../proof/inclusion'
import { type Cover, leastCover, stateAfter, type Step, type Switch, type Switches } from './least-cover'

/** Command rules that allow a set of commands from nothing. */
export interface CommandRules {
  readonly rules: readonly Bytes[]
  /** True where it is proved that no shorter list of rules allows the same. */
  readonly isShortest: boolean
}

export const lengthOf = (rules: readonly Bytes[]): number => rules.join(' ').length

/** A set of commands as rules make it: `AllowedCommands`, or the union of two. */
export type CommandSet = Pick<AllowedCommands, 'space' | 'bits' | 'future' | 'firstArgs'>

const cache = new WeakMap<AllowedCommands, CommandRules>()

/**
 * Returns the shortest command rules found that allow the same commands from nothing, with the same first arguments, and
 * the same commands that modules add later. Cached, since many users share a set.
 */
export function shortestRules(wanted: AllowedCommands, budget: Budget): CommandRules {
  const known = cache.get(wanted) ?? rulesFor(wanted, wanted.history, budget)
  cache.set(wanted, known)
  return known
}

/** Returns the shortest rules found for what several sets of rules allow together. */
export function rulesForAll(
  [first, ...others]: readonly [AllowedCommands, ...AllowedCommands[]],
  budget: Budget,
): CommandRules {
  if (others.every((one) => one === first)) return shortestRules(first, budget)
  const all = [first, ...others]
  const bits = first.bits.slice()
  const firstArgs = new Map<number, Bytes[]>()
  for (const one of all) {
    putAll(bits, one.bits, true)
    for (const [index, words] of one.firstArgs) firstArgs.set(index, [...(firstArgs.get(index) ?? []), ...words])
  }
  for (const [index, words] of firstArgs)
    firstArgs.set(index, [...new Map(words.map((word) => [lower(word), word])).values()])
  const future = all.some((one) => one.future)
  return rulesFor(
    { space: first.space, bits, future, firstArgs },
    all.flatMap(({ history }) => history),
    budget,
  )
}

/** @param own rules whose categories and containers are tried first */
function rulesFor(wanted: CommandSet, own: readonly Bytes[], budget: Budget): CommandRules {
  const switches = switchesOf(wanted.space)
  const { steps, isLeast } = coverFor(wanted, switches, own, budget)
  const rules = [
    ...(wanted.future ? ['+@all'] : []),
    ...steps.map(({ by, on }) => `${on ? '+' : '-'}${by.name}`),
    ...singles(wanted, switches, steps),
    ...firstArguments(wanted),
  ]
  return { rules, isShortest: isLeast }
}

/** Sets of commands whose rules are cached: many users share a set, with other first arguments. */
const MOST_CACHED = 500
const covers = new WeakMap<Switches, Map<string, Cover>>()

function coverFor({ bits, future }: CommandSet, switches: Switches, own: readonly Bytes[], budget: Budget): Cover {
  const cached = covers.get(switches) ?? new Map<string, Cover>()
  covers.set(switches, cached)
  const key = `${future} ${bits.map((word, i) => word & (switches.counted[i] ?? 0)).join()}`
  const known = cached.get(key)
  if (known !== undefined) return known
  const start = own.flatMap((rule): Step[] => {
    const by = switches.all.find(({ name }) => name === rule.slice(1))
    return by === undefined ? [] : [{ by, on: rule.startsWith('+') }]
  })
  const found = leastCover(switches, bits, future, start, budget)
  if (cached.size >= MOST_CACHED) cached.clear()
  cached.set(key, found)
  return found
}

/** Returns the rules for the commands that steps leave in the wrong state. */
function singles(wanted: CommandSet, { counted }: Switches, steps: readonly Step[]): Bytes[] {
  const made = stateAfter(steps, wanted.future, counted)
  return wanted.space.table.commands.flatMap(({ index, name }) => {
    const isOn = hasBit(wanted.bits, index)
    return hasBit(counted, index) && hasBit(made, index) !== isOn ? [`${isOn ? '+' : '-'}${lower(name)}`] : []
  })
}

/** Returns the rules of first arguments that count: of commands that are not allowed as a whole. */
function firstArguments({ space, bits, firstArgs }: CommandSet): Bytes[] {
  return [...firstArgs].flatMap(([index, words]) => {
    const command = space.table.commands[index]
    return command === undefined || hasBit(bits, index) ? [] : words.map((word) => `+${lower(command.name)}|${word}`)
  })
}

const known = new WeakMap<CommandSpace, Switches>()

function switchesOf(space: CommandSpace): Switches {
  const found = known.get(space) ?? makeSwitches(space)
  known.set(space, found)
  return found
}

function makeSwitches(space: CommandSpace): Switches {
  const { commands, categories } = space.table
  const counted = emptySet(commands.length)
  for (const command of commands)
    if (runsAlone(command) && !command.flags.has('no_auth')) addBit(counted, command.index)
  const all: Switch[] = []
  const add = (name: Bytes, bits: BitSet): void => {
    const own = bits.map((word, i) => word & (counted[i] ?? 0))
    if (!isEmpty(own)) all.push({ name, cost: name.length + 2, bits: own })
  }
  for (const name of categories) {
    const bits = space.category(name)
    if (name !== 'all' && bits !== undefined) add(`@${name}`, bits)
  }
  for (const command of commands) {
    if (command.subcommands === null || command.subcommands.size === 0) continue
    const family = resultOf(space, [`+${lower(command.name)}`])
    if (family !== null) add(lower(command.name), family.bits)
  }
  const costs = commands.map((command) =>
    command.subcommands !== null && command.subcommands.size > 0 ? Infinity : command.name.length + 2,
  )
  return { all, costs, counted }
}
