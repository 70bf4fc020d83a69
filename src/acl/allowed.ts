import { lower, type Bytes } from './bytes'
import type { AclBehaviours } from './behaviours'
import type { Command, CommandTable } from './command'
import { cString, type RuleError } from './rule-errors'

/**
 * Which commands a selector allows, as an immutable value. The same rules in the same order always give the same
 * value (the steps are remembered), so that a file of many users with few different roles costs one look-up a rule.
 */
export class AllowedCommands {
  /** The value after one more rule, by the rule as written. */
  readonly #steps = new Map<Bytes, AllowedCommands | RuleError>()
  readonly #effective: Uint32Array

  constructor(
    readonly space: CommandSpace,
    /** One bit a command, by Command.index. */
    readonly bits: Uint32Array,
    /** `+@all` was given and nothing taken away since. */
    readonly all: boolean,
    /** `+@all` came after the last `-@all`: commands that a module adds later would be allowed. */
    readonly future: boolean,
    /** First arguments that are allowed though the command is not (`+select|0`), by Command.index. */
    readonly firstArgs: ReadonlyMap<number, readonly Bytes[]>,
    /** The rules as later servers keep and print them, after the initial `-@all` or `+@all`. */
    readonly history: readonly Bytes[],
  ) {
    this.#effective = bits.map((word, i) => word | (space.open[i] ?? 0))
  }

  /** Whether the bit of the command is set: what `+` and `-` rules said of it. */
  has(index: number): boolean {
    return ((this.bits[index >>> 5] ?? 0) & (1 << (index & 31))) !== 0
  }

  /** Whether the command may run with these arguments, keys and channels aside. Commands open to all (AUTH) always may. */
  allows(command: Command, argv: readonly Bytes[]): boolean {
    const index = command.index
    if (((this.#effective[index >>> 5] ?? 0) & (1 << (index & 31))) !== 0) return true
    return this.firstArgs.size > 0 && this.allowsFirstArg(command, argv)
  }

  /** Whether a first-argument rule (`+select|0`) lets these arguments through. */
  allowsFirstArg(command: Command, argv: readonly Bytes[]): boolean {
    const allowed = this.firstArgs.get(command.index)
    const given = argv[1]
    return allowed !== undefined && given !== undefined && allowed.some((arg) => lower(arg) === lower(cString(given)))
  }

  /** The value after a command rule (`+get`, `-@read`, `+@all`, `allcommands`, …), or why the server refuses it. */
  after(rule: Bytes): AllowedCommands | RuleError {
    const known = this.#steps.get(rule)
    if (known !== undefined) return known
    const next = this.space.step(this, rule)
    if (this.space.mayRemember()) this.#steps.set(rule, next)
    return next
  }
}

/** The most steps remembered: more than any real set of roles takes, and little enough to keep. */
const MAX_STEPS = 20_000

const spaces = new WeakMap<CommandTable, CommandSpace>()

/** The space of a target's commands: one a table, so that what it remembers outlives a server that is started anew. */
export function commandSpace(table: CommandTable, behaviours: AclBehaviours): CommandSpace {
  const known = spaces.get(table)
  if (known?.behaviours === behaviours) return known
  const space = new CommandSpace(table, behaviours)
  spaces.set(table, space)
  return space
}

/** The commands of a target, and what rules do to sets of them there. */
export class CommandSpace {
  /** Commands that need no permission (AUTH, HELLO, QUIT, RESET). */
  readonly open: Uint32Array
  readonly nothing: AllowedCommands
  readonly everything: AllowedCommands
  readonly #categories = new Map<string, Uint32Array>()
  #steps = 0

  constructor(readonly table: CommandTable, readonly behaviours: AclBehaviours) {
    this.open = this.#bitsOf(table.commands.filter((command) => command.flags.has('no_auth')))
    const all = this.#bitsOf(table.commands)
    this.nothing = new AllowedCommands(this, new Uint32Array(this.#words), false, false, new Map(), [])
    this.everything = new AllowedCommands(this, all, true, true, new Map(), [])
  }

  get #words(): number {
    return (this.table.commands.length + 31) >>> 5
  }

  #bitsOf(commands: Iterable<Command>): Uint32Array {
    const bits = new Uint32Array(this.#words)
    for (const { index } of commands) bits[index >>> 5] = (bits[index >>> 5] ?? 0) | (1 << (index & 31))
    return bits
  }

  mayRemember(): boolean {
    return this.#steps++ < MAX_STEPS
  }

  /**
   * The commands that a category rule switches: those in it, and all subcommands of a container in it. Undefined where
   * the target has no such category.
   */
  category(name: Bytes): Uint32Array | undefined {
    const key = lower(name)
    const known = this.#categories.get(key)
    if (known !== undefined) return known
    const members = this.table.inCategory(key)
    if (members === undefined) return undefined
    const bits = this.#bitsOf(members.flatMap((command) => [command, ...(command.subcommands?.values() ?? [])]))
    this.#categories.set(key, bits)
    return bits
  }

  /** The command that `+` and `-` rules call by this name, subcommands as `container|sub`. */
  lookUp(name: Bytes): Command | undefined {
    return name.split('|').length > 2 ? undefined : this.table.find(name)
  }

  /** What the set becomes after a rule: see AllowedCommands.after. Rules of ACLSetSelector (7.0) and ACLSetUser (6.x). */
  step(set: AllowedCommands, rule: Bytes): AllowedCommands | RuleError {
    const word = lower(rule)
    if (word === '+@all' || word === 'allcommands') return this.everything
    if (word === '-@all' || word === 'nocommands') return this.nothing
    const on = word[0] === '+'
    const name = cString(word).slice(1)
    if (name[0] === '@') {
      const bits = this.category(name.slice(1))
      return bits === undefined ? 'unknown' : this.#switch(set, bits, on, name)
    }
    if (!on || !name.includes('|')) {
      const command = this.lookUp(name)
      return command === undefined ? 'unknown' : this.#switch(set, this.#withSubcommands(command), on, lower(command.name))
    }
    return this.behaviours.hasSubcommandRules ? this.#allowPart(set, name, rule) : this.#allowFirstArg6(set, rule)
  }

  #withSubcommands(command: Command): Uint32Array {
    return this.#bitsOf([command, ...(command.subcommands?.values() ?? [])])
  }

  #switch(set: AllowedCommands, mask: Uint32Array, on: boolean, name: Bytes): AllowedCommands {
    const bits = set.bits.map((word, i) => (on ? word | (mask[i] ?? 0) : word & ~(mask[i] ?? 0)))
    const switched = (index: number): boolean => ((mask[index >>> 5] ?? 0) & (1 << (index & 31))) !== 0
    const takesAway = !on && mask.some((word) => word !== 0)
    const firstArgs = set.firstArgs.size === 0 ? set.firstArgs : new Map([...set.firstArgs].filter(([index]) => !switched(index)))
    return new AllowedCommands(this, bits, set.all && !takesAway, set.future, firstArgs, remember(set.history, name, on))
  }

  /** `+container|sub` or `+command|firstarg` where subcommands are commands of their own (7.0). `name` is in lower case. */
  #allowPart(set: AllowedCommands, name: Bytes, rule: Bytes): AllowedCommands | RuleError {
    const bar = name.lastIndexOf('|')
    const command = this.lookUp(name.slice(0, bar))
    if (command === undefined) return 'unknown'
    if (command.parent !== null) return 'first-arg-of-subcommand'
    if (bar === name.length - 1) return 'syntax'
    if (command.subcommands === null) {
      return this.#withFirstArg(set, command, cString(rule).slice(bar + 2), remember(set.history, name, true))
    }
    const sub = this.lookUp(name)
    return sub === undefined ? 'unknown' : this.#switch(set, this.#bitsOf([sub]), true, name)
  }

  /** `+command|anything` on 6.x, where only the first argument tells subcommands apart. */
  #allowFirstArg6(set: AllowedCommands, rule: Bytes): AllowedCommands | RuleError {
    const text = cString(rule)
    const bar = text.indexOf('|')
    const command = this.table.find(text.slice(1, bar))
    if (command === undefined) return 'unknown'
    if (bar === text.length - 1) return 'syntax'
    if (set.has(command.index)) return this.behaviours.refusesFullThenSub ? 'full-then-sub' : set
    return this.#withFirstArg(set, command, text.slice(bar + 1), [])
  }

  #withFirstArg(set: AllowedCommands, command: Command, arg: Bytes, history: readonly Bytes[]): AllowedCommands {
    const known = set.firstArgs.get(command.index) ?? []
    const firstArgs = known.some((other) => lower(other) === lower(arg))
      ? set.firstArgs
      : new Map([...set.firstArgs, [command.index, [...known, arg]] as const])
    return new AllowedCommands(this, set.bits, set.all, set.future, firstArgs, history)
  }
}

/** The kept rules after one more: earlier rules of the same name, and of its subcommands, are dropped (7.2). */
function remember(history: readonly Bytes[], name: Bytes, on: boolean): readonly Bytes[] {
  const kept = history.filter((rule) => rule.slice(1) !== name && !rule.startsWith(`${name}|`, 1))
  return [...kept, (on ? '+' : '-') + name]
}
