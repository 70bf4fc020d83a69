import { type AllowedCommands, resultOf } from '../acl/allowed'
import type { Bytes } from '../acl/bytes'
import type { User } from '../acl/user'
import type { Budget } from '../proof/inclusion'
import { beyond } from '../proof/users'
import type { Target } from '../targets/target'
import { covers, logInAlike } from './diagnostics/effects'
import { lengthOf, rulesForAll, shortestRules } from './simplify/commands'
import { draftOf, printDraft, withChanges, type Change, type Draft, type DraftSelector } from './simplify/draft'
import { joinedKeys, shorterChannels, shorterKeys, usesOfCommands, withoutCovered } from './simplify/patterns'

/** Rules that were replaced by fewer, and why that changes nothing. */
export interface SimplifyStep {
  readonly removed: readonly Bytes[]
  readonly added: readonly Bytes[]
  readonly why: string
}

/**
 * Shorter rules that are proved equal. `none`: no shorter rules were found; `undecided`: none were found, and some were not
 * decided; `refused`: the server refuses the rules.
 */
export type Simplification =
  | {
      readonly kind: 'shorter'
      readonly before: readonly Bytes[]
      readonly after: readonly Bytes[]
      readonly steps: readonly SimplifyStep[]
      readonly proof: 'equal'
      /** It is proved of every selector that no shorter list of command rules allows the same commands. */
      readonly hasShortestCommands: boolean
    }
  | { readonly kind: 'none' | 'undecided' | 'refused' }

/** Returns what the proofs of shorter rules depend on, in sentences. */
export function conditionsOf(found: readonly Simplification[]): string[] {
  const rules = found.flatMap((one) => (one.kind === 'shorter' ? one.after : []))
  return [
    ...(rules.some((rule) => /[+-]@(?!all\b)/.test(rule))
      ? ['On other versions a category can hold other commands.']
      : []),
    ...(rules.some((rule) => rule.startsWith('role='))
      ? ['The roles stay, and count with the rules that they have now.']
      : []),
  ]
}

/** States that the proofs for one user may visit in all, and those of one proof. */
export const STATES_A_USER = 100_000
const STATES_A_PROOF = 5_000
/** The cost of preparing a first argument for a proof. */
const STATES_A_FIRST_ARGUMENT = 2
/** Characters of rules that cost a state each time that they are proved. */
const CHARACTERS_A_STATE = 20
/** Databases that a proof can tell apart. */
const MAX_DATABASES = 1_000
/** Rules of a kind that are taken away one by one, and selectors that are joined by pairs: each try takes a proof. */
const MOST_TRIED = 24
const MOST_PAIRED = 10
/** Proofs that a step of many changes may take. */
const MOST_TRIES = 16
/** Rounds of all steps: each can open the way for another. */
const MOST_ROUNDS = 6

/**
 * Finds shorter rules for a user that allow exactly the same on this target, one step after the other: without rules that
 * others cancel or cover, without selectors that others cover, with selectors joined, patterns written shorter, and with
 * the shortest command rules, categories added and taken away. Every step is proved in both directions, over all command
 * lines (`beyond`). Passwords, flags and roles stay as written: the rules of the user's roles count in the proofs as they are
 * now. The result is not always the shortest there is: steps are taken greedily. Steps of many rules at once keep the number of proofs small, which the budget bounds.
 * @param rules the rules as written, a whole selector in parentheses being one
 * @param blank a new user of the server, which is not changed
 */
export function simplify(
  rules: readonly Bytes[],
  blank: User,
  target: Target,
  budget: Budget = { left: STATES_A_USER },
): Simplification {
  const user = userWith(rules, blank)
  return user === null ? { kind: 'refused' } : new Search(rules, user, blank, target, budget).run()
}

function userWith(rules: readonly Bytes[], blank: User): User | null {
  const user = blank.copy()
  return rules.every((rule) => user.apply(rule) === null) ? user : null
}

function firstArgumentsIn({ selectors }: User): number {
  let count = 0
  for (const { commands } of selectors) for (const words of commands.firstArgs.values()) count += words.length
  return count
}

class Search {
  #draft: Draft
  /** The user that the draft makes. */
  #user: User
  #isExact = true
  readonly #steps: SimplifyStep[] = []
  readonly #databases: number

  constructor(
    readonly rules: readonly Bytes[],
    readonly original: User,
    readonly blank: User,
    readonly target: Target,
    readonly budget: Budget,
  ) {
    this.#draft = draftOf(rules, original)
    this.#user = original
    const numbers = original.selectors.flatMap(({ databases }) => databases)
    this.#databases = Math.min(MAX_DATABASES, Math.max(15, ...numbers) + 2)
    if (numbers.some((db) => db >= MAX_DATABASES - 1)) this.#isExact = false
  }

  run(): Simplification {
    if (!this.#isExact) return { kind: 'undecided' }
    const printed = printDraft(this.#draft)
    const same = this.#equal(printed)
    if (same === null) return { kind: this.#isExact ? 'none' : 'undecided' }
    this.#user = same
    if (lengthOf(printed) < lengthOf(this.rules))
      this.#addStep(this.rules, printed, 'Other rules cancel or repeat these, or they are the default.')
    for (let round = 0; round < MOST_ROUNDS; round++) {
      const count = this.#steps.length
      this.#shortenCommands()
      this.#shortenPatterns()
      this.#dropSelectors()
      this.#joinSelectors()
      this.#dropPatterns()
      this.#dropCommands()
      if (this.#steps.length === count) break
    }
    const after = printDraft(this.#draft)
    if (lengthOf(after) >= lengthOf(this.rules)) return { kind: this.#isExact ? 'none' : 'undecided' }
    const hasShortestCommands = this.#draft.selectors.every((selector) => {
      const allowed = this.#commandsOf(selector)
      const shortest = allowed === null ? null : shortestRules(allowed, this.budget)
      return shortest?.isShortest === true && lengthOf(selector.commands) <= lengthOf(shortest.rules)
    })
    return { kind: 'shorter', before: this.rules, after, steps: this.#steps, proof: 'equal', hasShortestCommands }
  }

  /** Returns the user that rules make if it is proved to be equal; else null. */
  #equal(rules: readonly Bytes[]): User | null {
    this.budget.left -= lengthOf(rules) / CHARACTERS_A_STATE
    const made = userWith(rules, this.blank)
    if (made === null || !logInAlike(this.original, made)) return null
    this.budget.left -= STATES_A_FIRST_ARGUMENT * firstArgumentsIn(made)
    return this.#within(this.original, made) && this.#within(made, this.original) ? made : null
  }

  #within(a: User, b: User): boolean {
    const own = { left: Math.min(STATES_A_PROOF, this.budget.left) }
    const given = own.left
    const [mine, theirs] = [a, b].map((user) => ({ user, target: this.target, hidden: new Set<Bytes>() }))
    if (mine === undefined || theirs === undefined) return false
    const found = beyond(mine, theirs, { first: true, assumeLogIn: true, budget: own, databases: this.#databases })
    this.budget.left -= given - Math.max(0, own.left)
    if (found.differences.length > 0) return false
    if (found.undecided.length > 0) this.#isExact = false
    return found.undecided.length === 0
  }

  /** Returns true once the budget is used up: then the result may be incomplete. */
  #isSpent(): boolean {
    if (this.budget.left > 0) return false
    this.#isExact = false
    return true
  }

  /**
   * Makes the changes that are proved to change nothing and make the rules shorter: all at once, or where that is not proved,
   * those of each half, as long as there are tries left.
   */
  #take(changes: readonly Change[], why: string, tries = { left: MOST_TRIES }): void {
    if (changes.length === 0 || tries.left-- <= 0 || this.#isSpent()) return
    const draft = withChanges(this.#draft, changes)
    const [before, after] = [printDraft(this.#draft), printDraft(draft)]
    const user = lengthOf(after) < lengthOf(before) ? this.#equal(after) : null
    if (user !== null) {
      this.#draft = draft
      this.#user = user
      this.#addStep(before, after, why)
    } else if (changes.length > 1) {
      const half = changes.length >>> 1
      this.#take(changes.slice(0, half), why, tries)
      this.#take(changes.slice(half), why, tries)
    }
  }

  #addStep(before: readonly Bytes[], after: readonly Bytes[], why: string): void {
    this.#steps.push({ removed: without(before, after), added: without(after, before), why })
  }

  /** Takes a change of each selector for which there is one. */
  #takeEach(changed: (selector: DraftSelector) => DraftSelector | null, why: string): void {
    const changes = this.#draft.selectors.flatMap((selector): Change[] => {
      const to = this.#isSpent() ? null : changed(selector)
      return to === null ? [] : [new Map([[selector, to]])]
    })
    this.#take(changes, why)
  }

  #commandsOf({ commands }: DraftSelector): AllowedCommands | null {
    return resultOf(this.original.space, commands)
  }

  /** Returns true if a selector allows commands that modules add later. */
  #isOpen(selector: DraftSelector): boolean {
    return this.#commandsOf(selector)?.future === true
  }

  #shortenCommands(): void {
    this.#takeEach((selector) => {
      const allowed = this.#commandsOf(selector)
      if (allowed === null) return null
      const { rules } = shortestRules(allowed, this.budget)
      return lengthOf(rules) < lengthOf(selector.commands) ? { ...selector, commands: rules } : null
    }, 'These command rules allow the same.')
  }

  #shortenPatterns(): void {
    const why = 'Fewer patterns, or shorter ones, match the same names.'
    this.#takeEach((selector) => {
      const keys = withoutCovered(shorterKeys(selector.keys), this.budget)
      return keys.length < selector.keys.length || textOf(keys).length < textOf(selector.keys).length
        ? { ...selector, keys }
        : null
    }, why)
    this.#takeEach((selector) => {
      const channels = this.#isOpen(selector) ? selector.channels : shorterChannels(selector.channels)
      return lengthOf(channels) < lengthOf(selector.channels) ? { ...selector, channels } : null
    }, why)
  }

  #dropSelectors(): void {
    const why = 'All that these rules allow, others allow too.'
    const looks = new Set<string>()
    this.#take(
      this.#draft.selectors.flatMap((selector): Change[] => {
        const [look, { size }] = [lookOf(selector), looks]
        return looks.add(look).size > size ? [] : [new Map([[selector, null]])]
      }),
      why,
    )
    for (const selector of this.#draft.selectors.toReversed()) {
      const own = this.#user.own[this.#draft.selectors.indexOf(selector)]
      if (this.#draft.selectors.length > MOST_TRIED || own === undefined) break
      const isCovered = (): boolean =>
        this.#user.selectors.some((other) => other !== own && covers(other, own, this.budget))
      if (!this.#isOpen(selector) || isCovered()) this.#take([new Map([[selector, null]])], why)
    }
    // Without parentheses, a selector is shorter.
    const [root, first] = this.#draft.selectors
    if (root.commands.length === 0 && first !== undefined)
      this.#take(
        [
          new Map<DraftSelector, DraftSelector | null>([
            [root, first],
            [first, null],
          ]),
        ],
        'The root permissions allow nothing by themselves.',
      )
  }

  #joinSelectors(): void {
    const why = 'One selector allows the same.'
    this.#joinAlike(({ commands, databases }) => [...databases, ...commands].join(' '), joinedPatterns, why)
    this.#joinAlike(
      ({ keys, channels, databases }) => [textOf(keys), ...channels, ...databases].join(' '),
      (members) => this.#withCommands(members[0], members),
      why,
    )
    const { selectors } = this.#draft
    if (selectors.length > MOST_PAIRED) return
    for (const [i, a] of selectors.entries()) {
      for (const b of selectors.slice(i + 1).reverse()) {
        if (this.#isOpen(a) || this.#isOpen(b) || a.databases.join() !== b.databases.join()) continue
        const to = this.#withCommands(joinedPatterns([a, b]), [a, b])
        // A selector that was joined before is gone, and with it what could be done with it.
        if (to !== null && [a, b].every((one) => this.#draft.selectors.includes(one)))
          this.#take([joining([a, b], to)], why)
      }
    }
  }

  /** Joins all selectors that are alike in some respect into the first of them. */
  #joinAlike(
    respect: (selector: DraftSelector) => string,
    join: (members: Members) => DraftSelector | null,
    why: string,
  ): void {
    const groups = new Map<string, DraftSelector[]>()
    for (const selector of this.#draft.selectors) {
      if (this.#isOpen(selector)) continue
      const key = respect(selector)
      const group = groups.get(key)
      if (group !== undefined) group.push(selector)
      else groups.set(key, [selector])
    }
    const changes = [...groups.values()].flatMap(([first, ...others]): Change[] => {
      if (first === undefined || others.length === 0 || this.#isSpent()) return []
      const to = join([first, ...others])
      return to === null ? [] : [joining([first, ...others], to)]
    })
    this.#take(changes, why)
  }

  /** Returns a selector with the commands of all members; null where a server refuses the rules of one. */
  #withCommands(selector: DraftSelector, members: Members): DraftSelector | null {
    const [first, ...others] = members.flatMap((one) => this.#commandsOf(one) ?? [])
    return first === undefined || others.length < members.length - 1
      ? null
      : { ...selector, commands: rulesForAll([first, ...others], this.budget).rules }
  }

  #dropPatterns(): void {
    const why = 'Other rules grant all of it, or nothing uses it.'
    this.#takeEach((selector) => {
      const allowed = this.#commandsOf(selector)
      if (allowed === null || allowed.future) return null
      const used = usesOfCommands(allowed, this.target)
      const keys = selector.keys.filter(({ access }) => used.keys.some((need) => (access & need) === need))
      const channels = used.channels ? selector.channels : selector.channels.filter((rule) => rule === 'resetchannels')
      return keys.length < selector.keys.length || channels.length < selector.channels.length
        ? { ...selector, keys, channels }
        : null
    }, why)
    if (this.#draft.selectors.length > MOST_TRIED) return
    for (const selector of this.#draft.selectors) {
      if (this.#isOpen(selector) || selector.keys.length + selector.channels.length > MOST_TRIED) continue
      this.#tryWithout(
        selector,
        [
          ...longestFirst(selector.keys, ({ pattern }) => pattern).map((key) => (own: DraftSelector) => ({
            ...own,
            keys: own.keys.filter((one) => one !== key),
          })),
          ...longestFirst(selector.channels, (rule) => rule).map((channel) => (own: DraftSelector) => ({
            ...own,
            channels: own.channels.filter((one) => one !== channel || channel === 'resetchannels'),
          })),
        ],
        why,
      )
    }
  }

  #dropCommands(): void {
    if (this.#draft.selectors.length > MOST_TRIED) return
    for (const selector of this.#draft.selectors) {
      // Without one of its rules, a selector that is not open stays so: `-@all` is not among the rules of a draft.
      if (selector.commands.length > MOST_TRIED || this.#isOpen(selector)) continue
      this.#tryWithout(
        selector,
        longestFirst(selector.commands, (rule) => rule).map((rule) => (own: DraftSelector) => {
          const at = own.commands.indexOf(rule)
          return { ...own, commands: own.commands.filter((_, place) => place !== at) }
        }),
        'Other rules allow the same commands, or nothing can run them.',
      )
    }
  }

  /** Tries to take one rule after the other from a selector. */
  #tryWithout(selector: DraftSelector, changes: readonly ((own: DraftSelector) => DraftSelector)[], why: string): void {
    let own = selector
    for (const change of changes) {
      const to = change(own)
      this.#take([new Map([[own, to]])], why)
      if (this.#draft.selectors.includes(to)) own = to
    }
  }
}

const textOf = (keys: DraftSelector['keys']): string =>
  keys.map(({ pattern, access }) => `${access}${pattern}`).join(' ')

const lookOf = ({ keys, channels, databases, commands }: DraftSelector): string =>
  [textOf(keys), ...channels, ...databases, ...commands].join(' ')

type Members = readonly [DraftSelector, ...DraftSelector[]]

/** Puts a selector in the place of the first member, and takes the others away. */
function joining([first, ...others]: Members, to: DraftSelector): Change {
  return new Map<DraftSelector, DraftSelector | null>([[first, to], ...others.map((one) => [one, null] as const)])
}

/** Returns the first selector with the patterns of all. */
function joinedPatterns(members: Members): DraftSelector {
  const channels = [...new Set(members.flatMap((one) => one.channels))]
  const keys = joinedKeys(...members.map((one) => one.keys))
  return { ...members[0], keys, channels: channels.includes('&*') ? ['&*'] : channels }
}

/** Returns the rules of the first list that are not in the second one, counting each as often as it is there. */
function without(rules: readonly Bytes[], others: readonly Bytes[]): Bytes[] {
  const left = new Map<Bytes, number>()
  for (const rule of others) left.set(rule, (left.get(rule) ?? 0) + 1)
  return rules.filter((rule) => {
    const count = left.get(rule) ?? 0
    left.set(rule, count - 1)
    return count <= 0
  })
}

function longestFirst<T>(items: readonly T[], textOf: (item: T) => Bytes): T[] {
  return [...items].sort((a, b) => textOf(b).length - textOf(a).length)
}
