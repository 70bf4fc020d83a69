import type { Bytes } from '../acl/bytes'
import type { Access } from '../acl/command'
import type { User } from '../acl/user'
import { patternOutside, type Budget } from '../proof/inclusion'
import { union } from '../proof/language'
import { beyond } from '../proof/users'
import type { Target } from '../targets/target'
import { covers, logInAlike } from './diagnostics/effects'
import { resultOf } from '../acl/allowed'
import { lengthOf, shorterCommands } from './simplify/commands'
import { draftOf, printDraft, withSelector, type Draft, type DraftSelector } from './simplify/draft'

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
/** Databases that a proof can tell apart. */
const MAX_DATABASES = 1_000

/**
 * Finds shorter rules for a user that allow exactly the same on this target, one step after the other: without rules that
 * others cancel or cover, without selectors that others cover, with selectors joined, and with categories for command
 * rules. Every step is proved in both directions, over all command lines (`beyond`). Passwords, flags and roles stay as written:
 * the rules of the user's roles count in the proofs as they are now.
 * The result is not always the shortest there is: steps are taken greedily. For n rules it takes about n² proofs, each
 * bounded by 5,000 states, and all together by the budget, which also counts the pairs of selectors that are compared.
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
  readonly #starts = new Map<Bytes, Bytes>()

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
    let count: number
    do {
      count = this.#steps.length
      this.#dropSelectors()
      this.#joinSelectors()
      this.#dropPatterns()
      this.#shortenCommands()
    } while (this.#steps.length > count)
    const after = printDraft(this.#draft)
    if (lengthOf(after) >= lengthOf(this.rules)) return { kind: this.#isExact ? 'none' : 'undecided' }
    return { kind: 'shorter', before: this.rules, after, steps: this.#steps, proof: 'equal' }
  }

  /** Returns the user that rules make if it is proved to be equal; else null. */
  #equal(rules: readonly Bytes[]): User | null {
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

  /** Takes a step if it makes the rules shorter and is proved to change nothing. */
  #take(draft: Draft, why: string): boolean {
    if (this.#isSpent()) return false
    const [before, after] = [printDraft(this.#draft), printDraft(draft)]
    if (lengthOf(after) >= lengthOf(before)) return false
    const user = this.#equal(after)
    if (user === null) return false
    this.#draft = draft
    this.#user = user
    this.#addStep(before, after, why)
    return true
  }

  #addStep(before: readonly Bytes[], after: readonly Bytes[], why: string): void {
    this.#steps.push({ removed: without(before, after), added: without(after, before), why })
  }

  /** Returns true if a selector allows commands that modules add later. */
  #isOpen({ commands }: DraftSelector): boolean {
    return resultOf(this.original.space, commands)?.future === true
  }

  #dropSelectors(): void {
    for (let i = this.#draft.selectors.length - 1; i >= 0; i--) {
      const own = this.#user.own[i]
      const draft = this.#draft.selectors[i]
      if (own === undefined || draft === undefined || this.#isSpent()) continue
      const isCovered = (): boolean =>
        this.#user.selectors.some((other) => other !== own && covers(other, own, this.budget))
      if (this.#isOpen(draft) && !isCovered()) continue
      this.#take(withSelector(this.#draft, i, null), 'All that these rules allow, others allow too.')
    }
    // Without parentheses, a selector is shorter.
    const [root, ...others] = this.#draft.selectors
    const [first, ...rest] = others
    if (root.commands.length === 0 && first !== undefined)
      this.#take({ ...this.#draft, selectors: [first, ...rest] }, 'The root permissions allow nothing by themselves.')
  }

  #joinSelectors(): void {
    for (let i = 0; i < this.#draft.selectors.length; i++) {
      for (let j = this.#draft.selectors.length - 1; j > i; j--) {
        const [a, b] = [this.#draft.selectors[i], this.#draft.selectors[j]]
        if (this.#isSpent()) return
        this.budget.left -= 1
        if (a === undefined || b === undefined || this.#isOpen(a) || this.#isOpen(b)) continue
        const joined = joinedOf(a, b)
        if (joined === null) continue
        this.#take(withSelector(withSelector(this.#draft, j, null), i, joined), 'One selector allows the same.')
      }
    }
  }

  #dropPatterns(): void {
    for (let i = 0; i < this.#draft.selectors.length; i++) {
      const start = this.#draft.selectors[i]
      if (start === undefined) continue
      const isOpen = this.#isOpen(start)
      for (const key of longestFirst(start.keys, ({ pattern }) => pattern)) {
        const draft = this.#draft.selectors[i]
        if (draft === undefined || this.#isSpent()) continue
        const keys = draft.keys.filter((one) => one !== key)
        if (isOpen && !this.#isWithin(key, keys)) continue
        this.#take(withSelector(this.#draft, i, { ...draft, keys }), 'Other rules grant all of it, or nothing uses it.')
      }
      for (const channel of isOpen ? [] : longestFirst(start.channels, (rule) => rule)) {
        const draft = this.#draft.selectors[i]
        if (draft === undefined || channel === 'resetchannels') continue
        const channels = draft.channels.filter((one) => one !== channel)
        this.#take(
          withSelector(this.#draft, i, { ...draft, channels }),
          'Other rules grant all of it, or nothing uses it.',
        )
      }
    }
  }

  /** Returns true if other keys of the same selector grant all of one. */
  #isWithin({ pattern, access }: Key, others: readonly Key[]): boolean {
    this.budget.left -= others.length / 20
    const start = this.#plainStart(pattern)
    const granting = others.filter(
      (other) => (other.access & access) === access && mayShare(start, this.#plainStart(other.pattern)),
    )
    return patternOutside(pattern, union(granting.map((other) => other.pattern)), this.budget).kind === 'included'
  }

  /** Returns bytes that every key of a pattern starts with: those before its first special character. */
  #plainStart(pattern: Bytes): Bytes {
    let start = this.#starts.get(pattern)
    if (start === undefined) {
      start = pattern.slice(0, pattern.search(/[*?[\\]|$/))
      this.#starts.set(pattern, start)
    }
    return start
  }

  #shortenCommands(): void {
    for (let i = 0; i < this.#draft.selectors.length; i++) {
      const start = this.#draft.selectors[i]
      if (start === undefined) continue
      const { space } = this.original
      for (const commands of shorterCommands(space, start.commands))
        if (this.#take(withSelector(this.#draft, i, { ...start, commands }), 'These command rules allow the same.'))
          break
      const shortened = this.#draft.selectors[i]
      // Without one of its rules, a selector that is not open stays so: `-@all` is not among the rules of a draft.
      if (shortened === undefined || this.#isOpen(shortened)) continue
      for (const rule of longestFirst(shortened.commands, (one) => one)) {
        const draft = this.#draft.selectors[i]
        if (draft === undefined || this.#isSpent()) return
        const at = draft.commands.indexOf(rule)
        const shorter = { ...draft, commands: draft.commands.filter((_, place) => place !== at) }
        this.#take(withSelector(this.#draft, i, shorter), 'Other rules allow the same commands.')
      }
    }
  }
}

/** Returns the rules of the first list that are not in the second one, counting each as often as it is there. */
function without(rules: readonly Bytes[], others: readonly Bytes[]): Bytes[] {
  const left = [...others]
  return rules.filter((rule) => {
    const at = left.indexOf(rule)
    if (at >= 0) left.splice(at, 1)
    return at < 0
  })
}

function longestFirst<T>(items: readonly T[], textOf: (item: T) => Bytes): T[] {
  return [...items].sort((a, b) => textOf(b).length - textOf(a).length)
}

type Key = DraftSelector['keys'][number]

/** Returns false if no key starts with both. */
function mayShare(a: Bytes, b: Bytes): boolean {
  return a.startsWith(b) || b.startsWith(a)
}

/** Returns two selectors as one where they have the same commands, or the same keys and channels; else null. */
function joinedOf(a: DraftSelector, b: DraftSelector): DraftSelector | null {
  if (a.databases.join() !== b.databases.join()) return null
  const texts = (list: readonly Bytes[]): string => [...list].sort().join(' ')
  if (texts(a.commands) === texts(b.commands)) {
    const channels = [...new Set([...a.channels, ...b.channels])]
    return { ...a, keys: joinedKeys(a.keys, b.keys), channels: channels.includes('&*') ? ['&*'] : channels }
  }
  const patterns = ({ keys, channels }: DraftSelector): string =>
    texts([...keys.map(({ pattern, access }) => `${access}${pattern}`), ...channels])
  const isAdding = [...a.commands, ...b.commands].every((rule) => rule.startsWith('+'))
  return isAdding && patterns(a) === patterns(b)
    ? { ...a, commands: [...new Set([...a.commands, ...b.commands])] }
    : null
}

function joinedKeys(a: readonly Key[], b: readonly Key[]): Key[] {
  const joined = new Map<Bytes, Access>()
  for (const { pattern, access } of [...a, ...b]) joined.set(pattern, ((joined.get(pattern) ?? 0) | access) as Access)
  if (joined.get('*') === 3) return [{ pattern: '*', access: 3 }]
  return [...joined].map(([pattern, access]) => ({ pattern, access }))
}
