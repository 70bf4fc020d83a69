import type { AclBehaviours } from './behaviours'
import { addBit, emptySet, hasBit, isEmpty, putAll, type BitSet } from './bit-set'
import { lower, type Bytes } from './bytes'
import type { Command, CommandTable } from './command'
import { isCommandRule, parseRule } from './rule'
import { cString, type RuleError } from './rule-errors'

/** A rule that was applied, as servers from 7.2 on keep it, linked to the one before it since the last `+@all` or `-@all`. */
interface Step {
  /** `+get`, `-@read`, `+config|get`, `+select|0`; in lower case. */
  readonly rule: Bytes
  /** The commands that it switched on or off; null if it allowed a first argument only. */
  readonly switched: BitSet | null
  /** The first argument as written, and the index of its command. */
  readonly firstArg: { readonly index: number; readonly text: Bytes } | null
  readonly before: Step | null
}

type FirstArgs = ReadonlyMap<number, readonly Bytes[]>
const NO_FIRST_ARGS: FirstArgs = new Map()

/**
 * The commands that a selector allows, as an immutable value. The same rules in the same order give the same value (most
 * are cached), so that a file of many users with few different roles costs one look-up per rule.
 */
export class AllowedCommands {
  /** A cache of the values after one more rule, by the rule as written. */
  #next: Map<Bytes, AllowedCommands | RuleError> | null = null
  #firstArgs: FirstArgs | null

  constructor(
    readonly space: CommandSpace,
    /** One bit per command, by Command.index. */
    readonly bits: BitSet,
    /** True after `+@all` with no rule since that denies a command. */
    readonly all: boolean,
    /** True if `+@all` came after the last `-@all`: commands that a module adds later would be allowed. */
    readonly future: boolean,
    readonly lastStep: Step | null,
    /** False where no rule since the last `+@all` or `-@all` allowed a first argument. */
    readonly mayHaveFirstArgs: boolean,
  ) {
    this.#firstArgs = mayHaveFirstArgs ? null : NO_FIRST_ARGS
  }

  /** Returns true if `+` and `-` rules left the command on. */
  has(index: number): boolean {
    return hasBit(this.bits, index)
  }

  /** Returns true if the command may run with these arguments, apart from keys and channels. Always true for commands that need no permission (AUTH). */
  allows(command: Command, argv: readonly Bytes[]): boolean {
    if (hasBit(this.bits, command.index) || hasBit(this.space.open, command.index)) return true
    return this.mayHaveFirstArgs && this.allowsFirstArg(command, argv)
  }

  /** Returns true if a first-argument rule (`+select|0`) allows these arguments. */
  allowsFirstArg(command: Command, argv: readonly Bytes[]): boolean {
    const allowed = this.firstArgs.get(command.index)
    const given = argv[1]
    return allowed !== undefined && given !== undefined && allowed.some((arg) => lower(arg) === lower(cString(given)))
  }

  /** First arguments that are allowed though the command may not be (`+select|0`), by Command.index. */
  get firstArgs(): FirstArgs {
    return (this.#firstArgs ??= collectFirstArgs(this.lastStep))
  }

  /** Returns true if both allow the same commands with the same arguments; commands that modules add later may differ (`future`). */
  allowsSameAs(other: AllowedCommands): boolean {
    return this.bits.every((word, i) => word === other.bits[i]) && firstArgsText(this) === firstArgsText(other)
  }

  /** The rules as later servers keep and print them, after the initial `-@all` or `+@all` (7.2). */
  get history(): readonly Bytes[] {
    return collectHistory(this.lastStep)
  }

  /** Returns the value after a command rule (`+get`, `-@read`, `+@all`, `allcommands`, …), or the reason why the server refuses it. */
  after(rule: Bytes): AllowedCommands | RuleError {
    const known = this.#next?.get(rule)
    if (known !== undefined) return known
    const next = this.space.step(this, rule)
    if (this.space.mayRemember()) (this.#next ??= new Map()).set(rule, next)
    return next
  }
}

/** Returns the first arguments that count, where their command is not allowed as a whole, in one order and case. */
function firstArgsText(commands: AllowedCommands): Bytes {
  return [...commands.firstArgs]
    .filter(([index]) => !commands.has(index))
    .map(([index, args]) => JSON.stringify([index, ...args.map(lower).sort()]))
    .sort()
    .join('\n')
}

/** Returns the rules that are kept: a rule for a name drops earlier rules for it, its subcommands and its first arguments. */
function collectHistory(last: Step | null): Bytes[] {
  const kept: Bytes[] = []
  const named = new Set<Bytes>()
  for (let step = last; step !== null; step = step.before) {
    const name = step.rule.slice(1)
    const isDropped =
      named.has(name) || name.split('|').some((_, i, parts) => i > 0 && named.has(parts.slice(0, i).join('|')))
    if (!isDropped) kept.push(step.rule)
    named.add(name)
  }
  return kept.reverse()
}

/** Collects allowed first arguments. Switching a command on or off drops its own. */
function collectFirstArgs(last: Step | null): FirstArgs {
  const steps: Step[] = []
  for (let step = last; step !== null; step = step.before) steps.push(step)
  const found = new Map<number, Map<Bytes, Bytes>>()
  for (const { switched, firstArg } of steps.reverse()) {
    if (switched !== null) for (const index of found.keys()) if (hasBit(switched, index)) found.delete(index)
    if (firstArg === null) continue
    const args = found.get(firstArg.index) ?? new Map<Bytes, Bytes>()
    if (!args.has(lower(firstArg.text))) args.set(lower(firstArg.text), firstArg.text)
    found.set(firstArg.index, args)
  }
  return found.size === 0 ? NO_FIRST_ARGS : new Map([...found].map(([index, args]) => [index, [...args.values()]]))
}

/** The largest number of cached values: more than any real set of roles needs, and small enough for memory. */
const MAX_REMEMBERED = 20_000

const spaces = new WeakMap<CommandTable, CommandSpace>()

/** Returns the space of a target's commands: one per table, so that its cache outlives a restarted server. */
export function commandSpace(table: CommandTable, behaviours: AclBehaviours): CommandSpace {
  const known = spaces.get(table)
  if (known?.behaviours === behaviours) return known
  const space = new CommandSpace(table, behaviours)
  spaces.set(table, space)
  return space
}

/** The commands of a target, and the effect of rules on sets of them. */
export class CommandSpace {
  /** Commands that need no permission (AUTH, HELLO, QUIT, RESET). */
  readonly open: BitSet
  readonly nothing: AllowedCommands
  readonly everything: AllowedCommands
  readonly #categories = new Map<string, BitSet>()
  /** Commands with their subcommands. */
  readonly #families = new Map<Command, BitSet>()
  #remembered = 0

  constructor(
    readonly table: CommandTable,
    readonly behaviours: AclBehaviours,
  ) {
    this.open = this.#bitsOf(table.commands.filter((command) => command.flags.has('no_auth')))
    const all = this.#bitsOf(table.commands)
    this.nothing = new AllowedCommands(this, emptySet(table.commands.length), false, false, null, false)
    this.everything = new AllowedCommands(this, all, true, true, null, false)
  }

  #bitsOf(commands: Iterable<Command>): BitSet {
    const bits = emptySet(this.table.commands.length)
    for (const { index } of commands) addBit(bits, index)
    return bits
  }

  mayRemember(): boolean {
    return this.#remembered++ < MAX_REMEMBERED
  }

  /**
   * Returns the commands that a category rule switches: its members, and all subcommands of a container among them.
   * Undefined if the target has no such category.
   */
  category(name: Bytes): BitSet | undefined {
    const key = lower(name)
    const known = this.#categories.get(key)
    if (known !== undefined) return known
    const members = this.table.inCategory(key)
    if (members === undefined) return undefined
    const bits = this.#bitsOf(members.flatMap((command) => [command, ...(command.subcommands?.values() ?? [])]))
    this.#categories.set(key, bits)
    return bits
  }

  /** Finds the command that `+` and `-` rules give this name, subcommands as `container|sub`. */
  lookUp(name: Bytes): Command | undefined {
    return name.split('|').length > 2 ? undefined : this.table.find(name)
  }

  /** Returns the set after a rule: see AllowedCommands.after. Rules of ACLSetSelector (7.0) and ACLSetUser (6.x). */
  step(set: AllowedCommands, text: Bytes): AllowedCommands | RuleError {
    const rule = parseRule(text)
    if (!isCommandRule(rule)) return 'syntax'
    const { allows } = rule
    const name = lower(rule.name)
    if (rule.kind === 'category') {
      if (name === 'all') return allows ? this.everything : this.nothing
      const bits = this.category(name)
      return bits === undefined ? 'unknown' : this.#switch(set, bits, allows, `@${name}`)
    }
    if (!allows || !name.includes('|')) {
      const command = this.lookUp(name)
      return command === undefined
        ? 'unknown'
        : this.#switch(set, this.#withSubcommands(command), allows, lower(command.name))
    }
    return this.behaviours.hasSubcommandRules ? this.#allowPart(set, rule.name) : this.#allowFirstArg6(set, rule.name)
  }

  #withSubcommands(command: Command): BitSet {
    let bits = this.#families.get(command)
    if (bits === undefined) {
      bits = this.#bitsOf([command, ...(command.subcommands?.values() ?? [])])
      this.#families.set(command, bits)
    }
    return bits
  }

  #switch(set: AllowedCommands, mask: BitSet, on: boolean, name: Bytes): AllowedCommands {
    const bits = set.bits.slice()
    putAll(bits, mask, on)
    const takesAway = !on && !isEmpty(mask)
    // This rule undoes one for the same name just before it.
    const last = set.lastStep
    const before = last !== null && last.switched !== null && last.rule.slice(1) === name ? last.before : last
    const step: Step = { rule: (on ? '+' : '-') + name, switched: mask, firstArg: null, before }
    return new AllowedCommands(this, bits, set.all && !takesAway, set.future, step, set.mayHaveFirstArgs)
  }

  /** Applies `+container|sub` or `+command|firstarg` where subcommands are commands of their own (7.0). */
  #allowPart(set: AllowedCommands, name: Bytes): AllowedCommands | RuleError {
    const bar = name.lastIndexOf('|')
    const command = this.lookUp(name.slice(0, bar))
    if (command === undefined) return 'unknown'
    if (command.parent !== null) return 'first-arg-of-subcommand'
    if (bar === name.length - 1) return 'syntax'
    if (command.subcommands === null) return this.#withFirstArg(set, command, name.slice(bar + 1))
    const sub = this.lookUp(name)
    return sub === undefined ? 'unknown' : this.#switch(set, this.#bitsOf([sub]), true, lower(name))
  }

  /** Applies `+command|anything` on 6.x, where only the first argument tells subcommands apart. */
  #allowFirstArg6(set: AllowedCommands, name: Bytes): AllowedCommands | RuleError {
    const bar = name.indexOf('|')
    const command = this.table.find(name.slice(0, bar))
    if (command === undefined) return 'unknown'
    if (bar === name.length - 1) return 'syntax'
    if (set.has(command.index)) return this.behaviours.refusesFullThenSub ? 'full-then-sub' : set
    return this.#withFirstArg(set, command, name.slice(bar + 1))
  }

  #withFirstArg(set: AllowedCommands, command: Command, text: Bytes): AllowedCommands {
    const rule = `+${lower(command.name)}|${lower(text)}`
    const step: Step = { rule, switched: null, firstArg: { index: command.index, text }, before: set.lastStep }
    return new AllowedCommands(this, set.bits, set.all, set.future, step, true)
  }
}

/** Returns what rules allow from nothing; null where a server refuses one. */
export function resultOf(space: CommandSpace, rules: readonly Bytes[]): AllowedCommands | null {
  let set = space.nothing
  for (const rule of rules) {
    const next = set.after(rule)
    if (typeof next === 'string') return null
    set = next
  }
  return set
}
