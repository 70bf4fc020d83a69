import type { Bytes } from '../acl/bytes'
import { refusalOf } from '../acl/check'
import type { Command } from '../acl/command'
import type { Selector } from '../acl/selector'
import { usesOf } from '../targets/uses'
import { allows, type CommandLine } from './command-line'
import { type Form, formsOf } from './forms'
import { type Group, groupedCommands, groupsOf, matching } from './groups'
import { type Budget, DEFAULT_STATES, included, outside } from './inclusion'
import { type Language, everything, union } from './language'
import { lookOf, singles } from './looks'
import { mayBegin, openingsOf, openLine } from './openings'
import { sharedList } from './name-lists'
import { canLogIn } from '../acl/user'
import {
  type Subject,
  allowsFirst,
  checksOf,
  databasesOf,
  fillFirst,
  fillOf,
  firstArguments,
  grantedTexts,
  grantOf,
  meetsOwnChecks,
  slotFill,
} from './permissions'
import { type Place, combinationOutside } from './product'

/** A difference: command lines that one user may run and another may not. */
export interface Difference {
  /** A command line that shows it, confirmed by the engine on both sides. */
  readonly witness: CommandLine
  /** The commands that differ alike, by name; the witness runs the first. With `first`, this one only. */
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
  /** Stops at the first difference: then only the forms of the commands before it are found. */
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

/** A form of a group's first command, asked about for one selector. */
interface Asked {
  readonly group: Group
  readonly form: Form
  readonly i: number
  readonly only: Only | null
  readonly command: Command
  /** The command of the other user's server. */
  readonly match: Command
  readonly selector: Selector
}

/** The arguments in the places of a form. */
interface Values {
  readonly fixed: readonly Bytes[]
  readonly repeated: readonly Bytes[]
  /** The first argument, where it is a place of its own. */
  readonly first: Bytes | null
  readonly db: number
}

const isPartly = (selector: Selector, command: Command): boolean => grantOf(selector, command) === 'first-arguments'

class Question {
  readonly #budget: Budget
  readonly #domain: readonly Bytes[]
  readonly #theirSelectors: readonly Selector[]
  readonly #differences: Difference[] = []
  readonly #undecided = new Set<string>()
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
    this.#confirming = [mine.user, theirs.user]
      .flatMap(({ selectors }) => selectors)
      .reduce((sum, { keys, channels }) => sum + 1 / 10 + (keys.length + channels.length) / 50, 0)
  }

  answer(): Beyond {
    if (this.#budget.left <= 0) return { differences: [], undecided: this.#allowed(), isCut: false }
    if (this.options.first === true) this.#askUntilFirst()
    else {
      const groups = groupsOf(this.mine, this.theirs, this.#theirSelectors, this.#budget, this.#undecided)
      for (const group of groups) this.#ask(group)
    }
    return { differences: this.#differences, undecided: sharedList([...this.#undecided]), isCut: this.#isCut }
  }

  /** Asks about one command of each group, in their order. */
  #askUntilFirst(): void {
    /** True for the key of a group that was decided. */
    const decided = new Map<string, boolean>()
    const selectors = this.#theirSelectors
    for (const group of groupedCommands(this.mine, this.theirs, selectors, this.#budget, this.#undecided)) {
      const known = decided.get(group.key)
      if (known === false) for (const { name } of group.commands) this.#undecided.add(name)
      if (known !== undefined) continue
      const before = this.#undecided.size
      this.#ask(group)
      if (this.#differences.length > 0) return
      decided.set(group.key, this.#undecided.size === before)
    }
  }

  #allowed(): readonly string[] {
    const { user, target } = this.mine
    return sharedList(
      formsOf(target, this.theirs.target)
        .filter(({ command }) => user.selectors.some((selector) => grantOf(selector, command) !== 'none'))
        .map(({ command }) => command.name),
    )
  }

  #ask(group: Group): void {
    const { mine, theirs } = this
    const theirLooks = mine.target === theirs.target ? new Set(group.theirs.map(lookOf)) : new Set<string>()
    for (const form of group.forms) {
      for (const i of group.mine) {
        const selector = mine.user.selectors[i]
        if (selector !== undefined && theirLooks.has(lookOf(selector))) continue
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
      if (selector === undefined || all === null || all.all || slot.word !== null) return
      const patterns = slot.kind === 'pattern' ? selector.channels.map((one) => union(grantedTexts(one))) : singles(all)
      if (patterns.length < 2) return
      const theirs = group.theirs.map((other) => fillOf(other, slot.kind, slot.other))
      let differing = 0
      for (const fill of patterns) {
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
    const { target } = this.theirs
    const match = this.mine.target.table === target.table ? command : matching(command, this.theirs)
    if (match === null) return null
    if (!meetsOwnChecks(selector, checksOf(form, 'mine'))) return null
    const others = group.theirs.filter((other) => meetsOwnChecks(other, checksOf(form, 'other')))
    const asked: Asked = { group, form, i, only, command, match, selector }
    const isOpen = form.first === 'word' || form.first === 'count'
    if (isOpen && (isPartly(selector, command) || others.some((other) => isPartly(other, match))))
      return this.#askByFirst(asked, others)
    if (form.first === 'none' && isPartly(selector, command)) return null
    const usable = others.filter((other) => form.first !== 'none' || !isPartly(other, match))
    if (form.fixed.some(({ at }) => at === 1)) {
      this.#budget.left -= (pairs(selector, command) + usable.reduce((sum, one) => sum + pairs(one, match), 0)) / 10
      if (this.#budget.left <= 0) return 'undecided'
    }
    const found = this.#valuesOutside(asked, usable)
    if (found === null || found === 'undecided') return found
    const { fixed, repeated, first, db } = found
    // Rules compare a first argument up to a NUL, before which it may be an option or a number that makes another form.
    for (const argument of first === null ? [null] : [first, `${first}\0`]) {
      const argv = form.build([...fixed, ...repeated], repeated.length, argument)
      const shown = this.#confirmed(asked, { argv, db })
      if (shown !== null) return shown
    }
    return 'undecided'
  }

  /**
   * Decides a form whose first argument is an option or a number of keys, where first-argument rules allow only some: one of
   * these arguments after the other. What the form names includes what a line with that argument names, so that inclusion
   * is proved; a difference needs a line that begins so.
   */
  #askByFirst(asked: Asked, others: readonly Selector[]): Difference | 'undecided' | null {
    const { form, command, match, selector } = asked
    const own = isPartly(selector, command) ? (selector.commands.firstArgs.get(command.index) ?? []) : [null]
    let answer: 'undecided' | null = null
    for (const first of own) {
      if (first !== null && form.first === 'count' && !mayBegin(this.mine.target, command, form, first)) continue
      const allowing = others.filter(
        (other) => !isPartly(other, match) || (first !== null && allowsFirst(other, match, first)),
      )
      this.#budget.left -= 1
      const found = this.#budget.left <= 0 ? 'undecided' : this.#valuesOutside(asked, allowing)
      if (found === null) continue
      answer = 'undecided'
      if (found === 'undecided') continue
      for (const opening of openingsOf(this.mine.target, command, form, first)) {
        const argv = openLine(form, opening, found.fixed, found.repeated)
        const shown = argv === null || this.#budget.left <= 0 ? null : this.#confirmed(asked, { argv, db: found.db })
        if (shown !== null) return shown
      }
    }
    return answer
  }

  /** Finds values for the places of a form that a selector allows and none of the others does; null where there are none. */
  #valuesOutside(asked: Asked, others: readonly Selector[]): Values | 'undecided' | null {
    const { form } = asked
    const { places, hasFirst, hasDatabase } = this.#places(asked, others)
    const found = combinationOutside(places, others.length, this.#budget)
    if (found.kind === 'included') return null
    if (found.kind === 'undecided') return 'undecided'
    const values = [...found.values]
    const first = hasFirst ? (values.shift()?.[0] ?? null) : null
    const db = hasDatabase ? Number(values.pop()?.[0] ?? 0) : 0
    const repeated = form.repeated === null ? [] : (values.pop() ?? [])
    return { fixed: values.map((one) => one[0] ?? ''), repeated, first, db }
  }

  /** Returns the difference that a command line shows; null where the engine does not confirm it. */
  #confirmed({ group, form, i, command, match }: Asked, { argv, db }: CommandLine): Difference | null {
    // A copy has no room for further words: there may be many differences.
    const line = { argv: argv.slice(), db }
    const assume = this.options.assumeLogIn === true
    this.#budget.left -= this.#confirming
    if (!allows(this.mine, line, assume) || allows(this.theirs, line, assume)) return null
    return {
      witness: line,
      commands: sharedList(group.commands.map(({ name }) => name)),
      selector: i,
      // No client subscribes to a pattern with a NUL, which from 7.0 on ends what is compared.
      unusual: form.unusual || (form.fixed[0]?.kind === 'pattern' && argv.some((word) => word.includes('\0'))),
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

  /** Returns the first arguments of a form, a place of their own, with which a selector allows it. */
  #firstsOf({ group, form, command, selector }: Asked): Language {
    if (!isPartly(selector, command)) return everything
    const hasCount = group.forms.some(({ first }) => first === 'count')
    const { target } = this.mine
    return firstArguments(selector, command, (first) => !hasCount || mayBegin(target, command, form, first))
  }

  /** Returns the places of a form: the first argument if it is one, the fixed slots, the repeated slot, the database. */
  #places(
    asked: Asked,
    others: readonly Selector[],
  ): { readonly places: Place[]; readonly hasFirst: boolean; readonly hasDatabase: boolean } {
    const { form, command, match, selector, only } = asked
    const places: Place[] = []
    const hasFirst =
      form.first === 'free' &&
      (grantOf(selector, command) !== 'whole' || others.some((other) => grantOf(other, match) !== 'whole'))
    if (hasFirst) {
      places.push({
        repeats: 'one',
        mine: this.#firstsOf(asked),
        theirs: others.map((other) => fillFirst(other, match, everything)),
        domain: null,
      })
    }
    const slots = [...form.fixed, ...(form.repeated === null ? [] : [form.repeated])]
    slots.forEach((slot, i) => {
      const isFirst = slot.at === 1 && i < form.fixed.length
      const mine = only?.slot === i ? only.fill : slotFill(selector, slot)
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
