import { lower, type Bytes } from '../acl/bytes'
import type { Command, CommandTable, KeySpec } from '../acl/command'

/**
 * A command table as it is stored: what checking needs, and no more. Everything that many commands share is written
 * once and pointed to by its place in a list.
 */
export interface TableData {
  readonly version: string
  /** Category names in the order of ACL CAT. */
  readonly categories: readonly string[]
  /** Sets of command flags, of category indexes and of tips, each a list in one string. Tips are separated by `;`. */
  readonly flags: readonly string[]
  readonly sets: readonly string[]
  readonly tips: readonly string[]
  /** Key specs: `flags;begin;find;notes`, see `unpackSpec`. */
  readonly specs: readonly string[]
  /** `name arity flags set first,last,step [specs] [tips]`, the numbers being indexes; a subcommand follows its container. */
  readonly commands: readonly string[]
}

/**
 * A key spec from its stored form: `RO access;1;0,1,0` is flags, begin and find. Begin: an index, `KEYWORD@from`, or
 * `?`. Find: `last,step,limit`, `#index,first,step` for a count of keys, or `?`.
 */
export function unpackSpec(text: string): KeySpec {
  const [flags = '', begin = '?', find = '?', ...notes] = text.split(';')
  const numbers = find.replace('#', '').split(',').map(Number)
  const [a = 0, b = 0, c = 0] = numbers
  const [keyword = '', from = '0'] = begin.split('@')
  return {
    flags: Object.freeze(flags === '' ? [] : flags.split(' ')),
    ...(notes.length > 0 && { notes: notes.join(';') }),
    begin:
      begin === '?'
        ? { type: 'unknown' }
        : begin.includes('@')
          ? { type: 'keyword', keyword, startfrom: Number(from) }
          : { type: 'index', index: Number(begin) },
    find:
      find === '?'
        ? { type: 'unknown' }
        : find.startsWith('#')
          ? { type: 'keynum', keynumidx: a, firstkey: b, keystep: c }
          : { type: 'range', lastkey: a, keystep: b, limit: c },
  }
}

/** The reverse of `unpackSpec`. */
export function packSpec(spec: KeySpec): string {
  const { begin, find } = spec
  const from =
    begin.type === 'unknown' ? '?' : begin.type === 'index' ? `${begin.index}` : `${begin.keyword}@${begin.startfrom}`
  const to =
    find.type === 'unknown'
      ? '?'
      : find.type === 'range'
        ? `${find.lastkey},${find.keystep},${find.limit}`
        : `#${find.keynumidx},${find.firstkey},${find.keystep}`
  return [spec.flags.join(' '), from, to, ...(spec.notes === undefined ? [] : [spec.notes])].join(';')
}

/** The full lower-case names of the commands in a stored table. */
export function storedNames(data: TableData): string[] {
  return data.commands.map((line) => lower((line.split(' ')[0] ?? '').replace(/\*$/, '')))
}

/**
 * Unpacks stored tables into one: the first is the server's own, the rest are modules, whose new categories and commands come after it.
 * @param mayReplicate the commands that have the flag `may_replicate` although COMMAND does not show it
 */
export function unpackTable(parts: readonly TableData[], mayReplicate: ReadonlySet<string> = new Set()): CommandTable {
  const categories = [...new Set(parts.flatMap((part) => part.categories))]
  const commands: Command[] = []
  for (const part of parts) appendCommands(commands, part, mayReplicate)
  return new Table(commands, categories)
}

function appendCommands(commands: Command[], data: TableData, mayReplicate: ReadonlySet<string>): void {
  const flagSets = data.flags.map((text) => new Set(text === '' ? [] : text.split(' ')))
  const categorySets = data.sets.map((text) =>
    Object.freeze(text === '' ? [] : text.split(' ').map((i) => data.categories[Number(i)] ?? '')),
  )
  const tipLists = data.tips.map((text) => Object.freeze(text.split(';')))
  const specs = data.specs.map(unpackSpec)
  let container: { readonly command: Command; readonly subcommands: Map<string, Command> } | null = null
  for (const line of data.commands) {
    const [name = '', arity = '0', flags = '', set = '', range = '', keys = '', tips = ''] = line.split(' ')
    const own = flagSets[Number(flags)] ?? new Set<string>()
    const [firstKey = 0, lastKey = 0, step = 0] = range === '' ? [] : range.split(',').map(Number)
    const bar = name.indexOf('|')
    const parent: Command | null = bar < 0 ? null : (container?.command ?? null)
    const contains = name.endsWith('*')
    const subcommands: Map<string, Command> | null = contains ? new Map() : null
    const command: Command = {
      name: contains ? name.slice(0, -1) : name,
      index: commands.length,
      arity: Number(arity),
      flags: mayReplicate.has(lower(name)) ? new Set(own).add('may_replicate') : own,
      categories: categorySets[Number(set)] ?? [],
      firstKey,
      lastKey,
      step,
      keySpecs:
        keys === ''
          ? []
          : keys
              .split(',')
              .map((i) => specs[Number(i)])
              .filter((spec) => spec !== undefined),
      tips: tips === '' ? [] : (tipLists[Number(tips)] ?? []),
      parent,
      subcommands,
    }
    if (bar >= 0) container?.subcommands.set(lower(name.slice(bar + 1)), command)
    else container = subcommands === null ? null : { command, subcommands }
    commands.push(command)
  }
}

function addSpellings(commands: Map<string, Command>, name: string, command: Command): void {
  commands.set(name, command)
  commands.set(name.toUpperCase(), command)
}

class Table implements CommandTable {
  readonly commands: readonly Command[]
  readonly categories: readonly string[]
  /** By name in lower and in upper case: the usual spellings are found without a conversion. */
  readonly #byName = new Map<string, Command>()
  /** Subcommands by their short names in lower and in upper case, by the index of their container. */
  readonly #subcommands: Map<string, Command>[] = []
  readonly #byCategory = new Map<string, readonly Command[]>()

  constructor(commands: readonly Command[], categories: readonly string[]) {
    this.commands = commands
    this.categories = categories
    for (const command of commands) {
      addSpellings(this.#byName, lower(command.name), command)
      if (command.subcommands === null) continue
      const subcommands = new Map<string, Command>()
      for (const [name, subcommand] of command.subcommands) addSpellings(subcommands, name, subcommand)
      this.#subcommands[command.index] = subcommands
    }
  }

  find(name: Bytes): Command | undefined {
    return this.#byName.get(name) ?? this.#byName.get(lower(name))
  }

  resolve(argv: readonly Bytes[]): Command | undefined {
    const name = argv[0]
    if (name === undefined) return undefined
    const command = this.find(name)
    if (command === undefined || command.parent !== null) return undefined
    const sub = argv[1]
    if (sub === undefined || command.subcommands === null) return command
    const subcommands = this.#subcommands[command.index]
    return subcommands?.get(sub) ?? subcommands?.get(lower(sub)) ?? command
  }

  inCategory(category: Bytes): readonly Command[] | undefined {
    const name = lower(category)
    const known = this.#byCategory.get(name)
    if (known !== undefined) return known
    if (!this.categories.includes(name)) return undefined
    const members = Object.freeze(this.commands.filter((command) => command.categories.includes(name)))
    this.#byCategory.set(name, members)
    return members
  }
}
