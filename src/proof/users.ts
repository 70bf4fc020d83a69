import type { Bytes } from '../acl/bytes'
import { check, readsEveryKey, refusalOf } from '../acl/check'
import type { Command } from '../acl/command'
import type { Selector } from '../acl/selector'
import { usesOf } from '../targets/uses'
import { type Form, formsOf } from './forms'
import { type Budget, DEFAULT_STATES, included, outside } from './inclusion'
import { type Language, everything } from './language'
import {
  type Subject,
  allowsFirst,
  canLogIn,
  checksOf,
  databasesOf,
  fillFirst,
  fillOf,
  grantOf,
  meetsOwnChecks,
  isHidden,
} from './permissions'
import { type Place, combinationOutside } from './product'

/** A command line, and the database of the connection that runs it. */
export interface CommandLine {
  readonly argv: readonly Bytes[]
  readonly db: number
}

/** A difference: command lines that one user may run and another may not. */
export interface Difference {
  /** A command line that shows it, confirmed by the engine on both sides. */
  readonly witness: CommandLine
  /** The commands that differ alike, by name; the witness runs the first. */
  readonly commands: readonly string[]
  /** The selector that allows it, by place in its user. */
  readonly selector: number
  /** No client has a reason to send such a command line (see `Form.unusual`). */
  readonly unusual: boolean
  /** The other user may not run these commands at all. */
  readonly isCommandNew: boolean
  /** The pattern that allows the witness, as servers print it, if the other user lacks a key, channel or database. */
  readonly rule: Bytes | null
}

/** The permissions of one user that another lacks. */
export interface Beyond {
  readonly differences: readonly Difference[]
  /** Names of commands that were not decided: the budget ran out, or the question has no exact answer here. */
  readonly undecided: readonly string[]
  /** True if there are more patterns than are searched, so that not every one has a difference of its own. */
  readonly isCut: boolean
}

/** Patterns of one kind that have a difference of their own; beyond, `isCut` says so. */
const MAX_PATTERNS = 100

export interface BeyondOptions {
  /** Stops at the first difference. */
  readonly first?: boolean
  /** Asks for each key and channel pattern of the user separately, so that each has a difference of its own. */
  readonly eachPattern?: boolean
  /** Compares the rules of users that cannot log in as if they could. */
  readonly assumeLogIn?: boolean
  /** States that the searches may visit in all; 20,000 by default. */
  readonly budget?: Budget
  /** Numbers of databases to choose a witness from: those below the server's `databases`. */
  readonly databases?: number
}

/**
 * Finds what one user may do and another may not, over all command lines that both servers know: every difference comes with
 * a shortest command line that shows it. Nothing found and nothing undecided is a proof that there is nothing. Passwords,
 * data and the effects of scripts are ignored. Commands that only one of the two servers has are skipped.
 *
 * Takes time in proportion to the command groups that the selectors tell apart, times the search for each; searches are
 * exponential in overlapping patterns at worst, and end with the budget.
 */
export function beyond(mine: Subject, theirs: Subject, options: BeyondOptions = {}): Beyond {
  if (options.assumeLogIn !== true && !canLogIn(mine.user)) return { differences: [], undecided: [], isCut: false }
  return new Question(mine, theirs, options).answer()
}

/** A slot that is to be filled from one pattern alone. */
interface Only {
  readonly slot: number
  readonly fill: Language
}

/** Commands that the same selectors allow and that have the same forms. */
interface Group {
  readonly commands: Command[]
  readonly forms: readonly Form[]
  readonly mine: readonly number[]
  readonly theirs: readonly Selector[]
}

class Question {
  readonly #budget: Budget
  readonly #domain: readonly Bytes[]
  readonly #theirSelectors: readonly Selector[]
  readonly #differences: Difference[] = []
  readonly #undecided = new Set<string>()
  /** Places in `#theirSelectors`. */
  readonly #numbers: ReadonlyMap<Selector, number>
  /** The cost of confirming an example, in search states. */
  readonly #confirming: number
  #isCut = false

  constructor(
    readonly mine: Subject,
    readonly theirs: Subject,
    readonly options: BeyondOptions,
  ) {
    this.#budget = options.budget ?? { left: DEFAULT_STATES }
    this.#domain = Array.from({ length: options.databases ?? 16 }, (_, i) => String(i))
    this.#theirSelectors = options.assumeLogIn === true || canLogIn(theirs.user) ? theirs.user.selectors : []
    this.#numbers = new Map(this.#theirSelectors.map((selector, i) => [selector, i]))
    this.#confirming = [mine.user, theirs.user]
      .flatMap(({ selectors }) => selectors)
      .reduce((sum, { keys, channels }) => sum + 1 / 10 + (keys.length + channels.length) / 50, 0)
  }

  answer(): Beyond {
    if (this.#budget.left <= 0) return { differences: [], undecided: this.#allowed(), isCut: false }
    for (const group of this.#groups()) {
      this.#ask(group)
      if (this.options.first === true && this.#differences.length > 0) break
    }
    return { differences: this.#differences, undecided: [...this.#undecided], isCut: this.#isCut }
  }

  #allowed(): string[] {
    const { user, target } = this.mine
    return formsOf(target, this.theirs.target)
      .filter(({ command }) => user.selectors.some((selector) => grantOf(selector, command) !== 'none'))
      .map(({ command }) => command.name)
  }

  #groups(): Group[] {
    const { mine, theirs } = this
    const sameTable = mine.target.table === theirs.target.table
    const groups = new Map<string, Group>()
    for (const found of formsOf(mine.target, theirs.target)) {
      const { command } = found
      this.#budget.left -= 1 / 10 + (mine.user.selectors.length + this.#theirSelectors.length) / 200
      const allowing = mine.user.selectors.flatMap((selector, i) => (grantOf(selector, command) === 'none' ? [] : [i]))
      if (allowing.length === 0 || isHidden(mine, command)) continue
      const match = sameTable ? command : matching(command, theirs)
      if (match === null) continue
      const others = isHidden(theirs, match)
        ? []
        : this.#theirSelectors.filter((selector) => grantOf(selector, match) !== 'none')
      if (mine.target === theirs.target && this.#isSame(command, allowing, others)) continue
      const key = this.#keyOf(command, match, allowing, others, found.shape)
      const group = groups.get(key)
      if (group === undefined)
        groups.set(key, { commands: [command], forms: found.forms, mine: allowing, theirs: others })
      else group.commands.push(command)
    }
    return [...groups.values()]
  }

  /**
   * Returns true if every selector that allows a command has the same patterns as one of the other user that allows it
   * too: then whatever line of it one user may run, the other may, whatever its forms.
   */
  #isSame(command: Command, allowing: readonly number[], others: readonly Selector[]): boolean {
    const theirs = new Set<string>()
    for (const selector of others) if (grantOf(selector, command) === 'whole') theirs.add(patternsOf(selector))
    return allowing.every((i) => {
      const selector = this.mine.user.selectors[i]
      return selector !== undefined && theirs.has(patternsOf(selector))
    })
  }

  /** First arguments make a command a group of its own. */
  #keyOf(
    command: Command,
    match: Command,
    allowing: readonly number[],
    others: readonly Selector[],
    shape: number,
  ): string {
    const alone =
      allowing.some((i) => grantOf(this.mine.user.selectors[i] as Selector, command) !== 'whole') ||
      others.some((selector) => grantOf(selector, match) !== 'whole')
    const theirs = others.map((selector) => this.#numbers.get(selector)).join()
    return `${allowing.join()} ${theirs} ${shape} ${alone ? command.name : ''}`
  }

  #ask(group: Group): void {
    const { mine, theirs } = this
    const theirLooks = mine.target === theirs.target ? new Set(group.theirs.map(lookOf)) : new Set<string>()
    for (const form of group.forms) {
      // What the commands check themselves depends on the other selectors too.
      const bySelector = !form.readsEveryKey.other && !form.everyDatabase.other
      for (const i of group.mine) {
        const selector = mine.user.selectors[i]
        if (bySelector && selector !== undefined && theirLooks.has(lookOf(selector))) continue
        const found = this.#askForm(group, form, i, null)
        if (found === 'undecided') for (const { name } of group.commands) this.#undecided.add(name)
        else if (found !== null) {
          this.#differences.push(found)
          if (this.options.first === true) return
          if (this.options.eachPattern === true && !found.isCommandNew) this.#askEachPattern(group, form, i)
        }
      }
    }
  }

  #askEachPattern(group: Group, form: Form, i: number): void {
    const slots = [...form.fixed, ...(form.repeated === null ? [] : [form.repeated])]
    slots.forEach((slot, at) => {
      const selector = this.mine.user.selectors[i]
      const all = selector === undefined ? null : fillOf(selector, slot.kind, slot.access)
      if (all === null || all.all || all.members.length < 2) return
      const theirs = group.theirs.map((other) => fillOf(other, slot.kind, slot.other))
      let differing = 0
      for (const fill of singles(all)) {
        // Where every selector of the other user grants all of the pattern, the difference is one of another place.
        if (theirs.length > 0 && theirs.every((other) => outside(fill, other, this.#budget) === included)) continue
        if (differing++ >= MAX_PATTERNS) {
          this.#isCut = true
          return
        }
        const found = this.#askForm(group, form, i, { slot: at, fill })
        if (found !== null && found !== 'undecided') this.#differences.push(found)
      }
    })
  }

  #askForm(group: Group, form: Form, i: number, only: Only | null): Difference | 'undecided' | null {
    const [command] = group.commands
    const selector = this.mine.user.selectors[i]
    if (command === undefined || selector === undefined) return null
    // The cost of preparing the search.
    this.#budget.left -= 1 + (selector.keys.length + selector.channels.length) / 100 + group.theirs.length / 10
    if (this.#budget.left <= 0) return 'undecided'
    const { target, user } = this.theirs
    const match = this.mine.target.table === target.table ? command : matching(command, this.theirs)
    if (match === null) return null
    if (!meetsOwnChecks(this.mine.user, selector, command, checksOf(form, 'mine'))) return null
    const others = group.theirs.filter((other) => meetsOwnChecks(user, other, match, checksOf(form, 'other')))
    const word = form.build([], 0, null)[1] ?? ''
    const isOpen = form.first === 'word' || form.first === 'count'
    const partly = (one: Selector, of: Command): boolean => grantOf(one, of) === 'first-arguments'
    // A word is not the only one that can stand there: where only some are allowed, one form does not tell all.
    const isMinePartial = isOpen && partly(selector, command)
    if (form.first === 'none' && partly(selector, command)) return null
    if (isMinePartial && (form.first === 'count' || !allowsFirst(selector, command, word))) return 'undecided'
    const usable = others.filter((other) => form.first !== 'none' || !partly(other, match))
    const exact = usable.filter((other) => !isOpen || !partly(other, match))
    if (form.fixed.some(({ at }) => at === 1)) {
      this.#budget.left -= (pairs(selector, command) + exact.reduce((sum, one) => sum + pairs(one, match), 0)) / 10
      if (this.#budget.left <= 0) return 'undecided'
    }
    const { places, hasFirst, hasDatabase } = this.#places(form, command, match, selector, exact, only)
    const found = combinationOutside(places, exact.length, this.#budget)
    if (found.kind === 'included') return isMinePartial && exact.length === 0 ? 'undecided' : null
    if (found.kind === 'undecided') return 'undecided'
    const values = [...found.values]
    const first = hasFirst ? (values.shift()?.[0] ?? null) : null
    const db = hasDatabase ? Number(values.pop()?.[0] ?? 0) : 0
    const repeated = form.repeated === null ? [] : (values.pop() ?? [])
    const argv = form.build([...values.map((one) => one[0] ?? ''), ...repeated], repeated.length, first)
    const line = { argv, db }
    const assume = this.options.assumeLogIn === true
    this.#budget.left -= this.#confirming
    if (!allows(this.mine, line, assume) || allows(this.theirs, line, assume)) return 'undecided'
    return {
      witness: line,
      commands: group.commands.map(({ name }) => name),
      selector: i,
      unusual: form.unusual,
      isCommandNew: group.theirs.length === 0,
      rule: group.theirs.length === 0 ? null : this.#ruleBehind(line, command, match, i),
    }
  }

  /** Returns the first user's rule that grants what the other user lacks for a command line. */
  #ruleBehind({ argv, db }: CommandLine, command: Command, match: Command, i: number): Bytes | null {
    const { user, target } = this.mine
    const refusal = refusalOf(this.theirs.user, match, argv, usesOf(this.theirs.target, match, argv, db))
    const selector = user.selectors[i]
    if (selector === undefined || refusal === null) return null
    const uses = usesOf(target, command, argv, db)
    const key = uses.keys.find(({ at }) => at === refusal.at)
    if (key !== undefined) {
      if (selector.allKeys) return '~*'
      return selector.keys.find((p) => (p.access & key.access) === key.access && p.matches(key.key))?.text ?? null
    }
    const channel = uses.channels.find(({ at }) => at === refusal.at)
    if (channel !== undefined) {
      if (selector.allChannels) return '&*'
      const found = selector.channels.find((pattern) => pattern.grants(channel.channel, channel.isPattern))
      return found === undefined ? null : `&${found.pattern}`
    }
    return refusal.reason === 'database' ? selector.describeDatabases() : null
  }

  /** Returns the places of a form: the first argument if it is one, the fixed slots, the repeated slot, the database. */
  #places(
    form: Form,
    command: Command,
    match: Command,
    selector: Selector,
    others: readonly Selector[],
    only: Only | null,
  ): { readonly places: Place[]; readonly hasFirst: boolean; readonly hasDatabase: boolean } {
    const places: Place[] = []
    const hasFirst =
      form.first === 'free' &&
      (grantOf(selector, command) !== 'whole' || others.some((other) => grantOf(other, match) !== 'whole'))
    if (hasFirst) {
      places.push({
        repeats: 'one',
        mine: fillFirst(selector, command, everything),
        theirs: others.map((other) => fillFirst(other, match, everything)),
        domain: null,
      })
    }
    const slots = [...form.fixed, ...(form.repeated === null ? [] : [form.repeated])]
    slots.forEach((slot, i) => {
      const isFirst = slot.at === 1 && i < form.fixed.length
      const mine = only?.slot === i ? only.fill : fillOf(selector, slot.kind, slot.access)
      places.push({
        repeats: i < form.fixed.length ? 'one' : 'each',
        mine: isFirst ? fillFirst(selector, command, mine) : mine,
        theirs: others.map((other) => {
          const fill = fillOf(other, slot.kind, slot.other)
          return isFirst ? fillFirst(other, match, fill) : fill
        }),
        domain: slot.kind === 'database' ? this.#domain : null,
      })
    })
    const hasDatabase = form.ownDatabase.mine || form.ownDatabase.other
    if (hasDatabase) {
      places.push({
        repeats: 'one',
        mine: form.ownDatabase.mine ? databasesOf(selector) : everything,
        theirs: others.map((other) => (form.ownDatabase.other ? databasesOf(other) : everything)),
        domain: this.#domain,
      })
    }
    return { places, hasFirst, hasDatabase }
  }
}

/** Returns the number of patterns of a selector's keys, times that of its first arguments for a command. */
function pairs({ keys, commands }: Selector, command: Command): number {
  return keys.length * 2 * (commands.firstArgs.get(command.index)?.length ?? 0)
}

const looks = new WeakMap<Selector, string>()

/** Returns a text that is the same for selectors of one target that allow the same. */
function lookOf(selector: Selector): string {
  const known = looks.get(selector)
  if (known !== undefined) return known
  const look = `${selector.commands.bits.join()} ${selector.describe()}`
  looks.set(selector, look)
  return look
}

const patterns = new WeakMap<Selector, string>()

/** Returns a text that is the same for selectors of one target with the same keys, channels and databases. */
function patternsOf(selector: Selector): string {
  const known = patterns.get(selector)
  if (known !== undefined) return known
  const { allChannels, allDatabases } = selector
  const places = [selector.describeKeys(), selector.describeChannels(), selector.describeDatabases()]
  const made = [...places, allChannels, allDatabases].join('\n')
  patterns.set(selector, made)
  return made
}

const singlesOf = new WeakMap<Language, readonly Language[]>()

/** Returns each member of a language as a language of its own: the same objects each time, so that cached results are found. */
function singles(language: Language): readonly Language[] {
  const known = singlesOf.get(language) ?? language.members.map((member) => ({ all: false, members: [member] }))
  singlesOf.set(language, known)
  return known
}

/** Returns the command of the same name on another server; null if it has none that runs by itself. */
function matching({ name }: Command, { target }: Subject): Command | null {
  const match = target.table.find(name) ?? target.table.resolve(name.split('|'))
  return match === undefined || (match.subcommands?.size ?? 0) > 0 ? null : match
}

/** Returns true if a subject may run a command line, by its rules, the command's own checks and renamed commands. */
export function allows({ user, target, hidden }: Subject, { argv, db }: CommandLine, assumeLogIn = false): boolean {
  const command = target.table.resolve(argv)
  if (command === undefined || isHidden({ hidden }, command) || (!assumeLogIn && !canLogIn(user))) return false
  if (!check(user, command, argv, usesOf(target, command, argv, db))) return false
  const sorts = target.behaviours.sortChecksAccess && (command.name === 'sort' || command.name === 'sort_ro')
  return !sorts || !sortsByOthers(argv) || readsEveryKey(user, command, argv)
}

function sortsByOthers(argv: readonly Bytes[]): boolean {
  return argv.some((word, i) => i > 1 && (word === 'BY' || word === 'GET') && argv[i + 1]?.includes('*') === true)
}
