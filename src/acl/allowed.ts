import { lower, type Bytes } from './bytes'
import type { AclBehaviours } from './behaviours'
import type { Command, CommandTable } from './command'
import { cString, type RuleError } from './rule-errors'

/** A rule that was applied, as later servers keep it, and those before it since the last `+@all` or `-@all`. */
interface Step {
  /** `+get`, `-@read`, `+config|get`, `+select|0`; in lower case. */
  readonly rule: Bytes
  /** The commands that it switched; null where it allowed a first argument only. */
  readonly switched: Uint32Array | null
  /** That first argument as written, and the command it is for. */
  readonly firstArg: { readonly index: number; readonly text: Bytes } | null
  readonly before: Step | null
}

type FirstArgs = ReadonlyMap<number, readonly Bytes[]>
const NO_FIRST_ARGS: FirstArgs = new Map()

/**
 * Which commands a selector allows, as an immutable value. The same rules in the same order always give the same
 * value (most are remembered), so that a file of many users with few different roles costs one look-up a rule.
 */
export class AllowedCommands {
  /** The value after one more rule, by the rule as written. */
  readonly #next = new Map<Bytes, AllowedCommands | RuleError>()
  #firstArgs: FirstArgs | null

  constructor(
    readonly space: CommandSpace,
    /** One bit a command, by Command.index. */
    readonly bits: Uint32Array,
    /** `+@all` was given and nothing taken away since. */
    readonly all: boolean,
    /** `+@all` came after the last `-@all`: commands that a module adds later would be allowed. */
    readonly future: boolean,
    readonly lastStep: Step | null,
    /** False where no rule since the last `+@all` or `-@all` allowed a first argument. */
    readonly mayHaveFirstArgs: boolean,
  ) {
    this.#firstArgs = mayHaveFirstArgs ? null : NO_FIRST_ARGS
  }

  /** Whether the bit of the command is set: what `+` and `-` rules said of it. */
  has(index: number): boolean {
    return hasBit(this.bits, index)
  }

  /** Whether the command may run with these arguments, keys and channels aside. Commands open to all (AUTH) always may. */
  allows(command: Command, argv: readonly Bytes[]): boolean {
    const word = command.index >>> 5
    if ((((this.bits[word] ?? 0) | (this.space.open[word] ?? 0)) & (1 << (command.index & 31))) !== 0) return true
    return this.mayHaveFirstArgs && this.allowsFirstArg(command, argv)
  }

  /** Whether a first-argument rule (`+select|0`) lets these arguments through. */
  allowsFirstArg(command: Command, argv: readonly Bytes[]): boolean {
    const allowed = this.firstArgs.get(command.index)
    const given = argv[1]
    return allowed !== undefined && given !== undefined && allowed.some((arg) => lower(arg) === lower(cString(given)))
  }

  /** First arguments that are allowed though the command may not be (`+select|0`), by Command.index. */
  get firstArgs(): FirstArgs {
    return (this.#firstArgs ??= collectFirstArgs(this.lastStep))
  }

  /** The rules as later servers keep and print them, after the initial `-@all` or `+@all` (7.2). */
  get history(): readonly Bytes[] {
    return collectHistory(this.lastStep)
  }

  /** The value after a command rule (`+get`, `-@read`, `+@all`, `allcommands`, …), or why the server refuses it. */
  after(rule: Bytes): AllowedCommands | RuleError {
    const known = this.#next.get(rule)
    if (known !== undefined) return known
    const next = this.space.step(this, rule)
    if (this.space.mayRemember()) this.#next.set(rule, next)
    return next
  }
}

/** A rule for a name drops earlier rules of the same name, and of its subcommands and first arguments. */
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

/** Switching a command, either way, forgets its first arguments. */
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

function hasBit(bits: Uint32Array, index: number): boolean {
  return ((bits[index >>> 5] ?? 0) & (1 << (index & 31))) !== 0
}

/** The most values remembered: more than any real set of roles takes, and little enough to keep. */
const MAX_REMEMBERED = 20_000

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
  #remembered = 0

  constructor(
    readonly table: CommandTable,
    readonly behaviours: AclBehaviours,
  ) {
    this.open = this.#bitsOf(table.commands.filter((command) => command.flags.has('no_auth')))
    const all = this.#bitsOf(table.commands)
    this.nothing = new AllowedCommands(this, new Uint32Array(this.#words), false, false, null, false)
    this.everything = new AllowedCommands(this, all, true, true, null, false)
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
    return this.#remembered++ < MAX_REMEMBERED
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
      return command === undefined
        ? 'unknown'
        : this.#switch(set, this.#withSubcommands(command), on, lower(command.name))
    }
    return this.behaviours.hasSubcommandRules ? this.#allowPart(set, name, rule) : this.#allowFirstArg6(set, rule)
  }

  #withSubcommands(command: Command): Uint32Array {
    return this.#bitsOf([command, ...(command.subcommands?.values() ?? [])])
  }

  #switch(set: AllowedCommands, mask: Uint32Array, on: boolean, name: Bytes): AllowedCommands {
    const bits = set.bits.map((word, i) => (on ? word | (mask[i] ?? 0) : word & ~(mask[i] ?? 0)))
    const takesAway = !on && mask.some((word) => word !== 0)
    // What a rule for the same name did just before is undone by this one.
    const last = set.lastStep
    const before = last !== null && last.switched !== null && last.rule.slice(1) === name ? last.before : last
    const step: Step = { rule: (on ? '+' : '-') + name, switched: mask, firstArg: null, before }
    return new AllowedCommands(this, bits, set.all && !takesAway, set.future, step, set.mayHaveFirstArgs)
  }

  /** `+container|sub` or `+command|firstarg` where subcommands are commands of their own (7.0). `name` is in lower case. */
  #allowPart(set: AllowedCommands, name: Bytes, rule: Bytes): AllowedCommands | RuleError {
    const bar = name.lastIndexOf('|')
    const command = this.lookUp(name.slice(0, bar))
    if (command === undefined) return 'unknown'
    if (command.parent !== null) return 'first-arg-of-subcommand'
    if (bar === name.length - 1) return 'syntax'
    if (command.subcommands === null) {
      return this.#withFirstArg(set, command, cString(rule).slice(bar + 2))
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
    return this.#withFirstArg(set, command, text.slice(bar + 1))
  }

  #withFirstArg(set: AllowedCommands, command: Command, text: Bytes): AllowedCommands {
    const rule = `+${lower(command.name)}|${lower(text)}`
    const step: Step = { rule, switched: null, firstArg: { index: command.index, text }, before: set.lastStep }
    return new AllowedCommands(this, set.bits, set.all, set.future, step, true)
  }
}
