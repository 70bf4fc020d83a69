import { addBit, hasBit, removeBit } from '../acl/bit-set'
import type { Bytes } from '../acl/bytes'
import { compileGlob } from '../acl/glob'
import { bestByte, kinds } from './alphabet'
import { automatonOf, type Automaton } from './automaton'
import { contains, indexOf, isPrefix, literalStart, nothing, pairsOf, startOf, union, type Language } from './language'

/** A string in one language and not in another; `included` where there is none; `undecided` where the budget ran out. */
export type Outside = { readonly kind: 'witness'; readonly text: Bytes } | { readonly kind: 'included' | 'undecided' }

export const included: Outside = { kind: 'included' }
export const undecided: Outside = { kind: 'undecided' }

/** Bounds the searches of one question: states that may still be visited. */
export interface Budget {
  left: number
}

/** States that one search may visit by default: about a tenth of a second. */
export const DEFAULT_STATES = 20_000

/**
 * Finds a shortest string that is in `a` and not in `b`, or proves that there is none. Strings of one byte or more are
 * preferred to the empty string. Breadth-first over pairs of a place in a member of `a` and the set of places in all of
 * `b`; exponential in the patterns of `b` at worst, which the budget bounds.
 */
export function outside(a: Language, b: Language, budget: Budget): Outside {
  if (b.all) return included
  const known = answers.get(a)?.get(b)
  if (known !== undefined) return known
  const answer = findOutside(a, b, budget)
  if (answer.kind === 'undecided') return answer
  const byOther = answers.get(a) ?? new WeakMap<Language, Outside>()
  answers.set(a, byOther.set(b, answer))
  return answer
}

/** A cache of results: many command forms need the same access. */
const answers = new WeakMap<Language, WeakMap<Language, Outside>>()

function findOutside(a: Language, b: Language, budget: Budget): Outside {
  let answer: Outside = included
  for (const member of a.all ? [['*']] : a.members) {
    const found = memberOutside(member, b, budget)
    if (found.kind === 'witness') {
      if (answer.kind !== 'witness' || found.text.length < answer.text.length) answer = found
    } else if (found.kind === 'undecided' && answer.kind === 'included') answer = undecided
  }
  if (answer.kind === 'witness') return answer
  if (contains(a, '') && !contains(b, '')) return { kind: 'witness', text: '' }
  return answer
}

/** States that the search for one pattern may visit where many patterns share a budget. */
const STATES_A_PATTERN = 4_000

/**
 * Finds a shortest string that a pattern matches and that is not in `others`, or proves that there is none: `outside` for
 * one pattern of many, which may not use up the budget of all.
 */
export function patternOutside(pattern: Bytes, others: Language, budget: Budget = { left: STATES_A_PATTERN }): Outside {
  const own = { left: Math.min(STATES_A_PATTERN, budget.left) }
  const given = own.left
  const found = others.all ? included : findOutside(union([pattern]), others, own)
  budget.left -= given - own.left
  return found
}

/** The pattern of all strings as a member. */
const anyText = union(['*'])

/** Returns a string in both languages; `included` stands for none. */
export function common(a: Language, b: Language, budget: Budget): Outside {
  const [ours, others] = [a.all ? anyText : a, b.all ? anyText : b]
  let answer: Outside = included
  for (const [x, y] of pairsOf(ours, others)) {
    const found = memberOutside(meet(x, y), nothing, budget)
    if (found.kind === 'witness') return found
    if (found.kind === 'undecided') answer = undecided
  }
  return contains(a, '') && contains(b, '') ? { kind: 'witness', text: '' } : answer
}

/** Returns the intersection of two members: the one of them that the other holds, where both are one pattern. */
function meet(x: readonly Bytes[], y: readonly Bytes[]): readonly Bytes[] {
  const [[a = '', ...more], [b = '', ...others]] = [x, y]
  if (more.length > 0 || others.length > 0) return [...x, ...y]
  if (a === b || isPrefixOf(a, literalStart(b))) return y
  return isPrefixOf(b, literalStart(a)) ? x : [a, b]
}

function memberOutside(member: readonly Bytes[], b: Language, budget: Budget): Outside {
  if (member.includes('')) return included
  const starts = member.map(literalStart)
  const start = startOf(member)
  if (starts.some((one) => !start.startsWith(one))) return included
  const index = indexOf(b)
  if (member.some((pattern) => index.single.has(pattern))) return included
  if (index.holdsStart(start)) return included
  if (budget.left <= 0) return undecided
  const near = index.near(start)
  budget.left -= near.length / 100
  if (near.some((other) => other.every((pattern) => member.includes(pattern) || isPrefixOf(pattern, start))))
    return included
  const mine = member.map(automatonOf)
  const [only] = mine
  if (mine.length === 1 && only !== null && only !== undefined) {
    // The shortest string of a pattern is most often in none of the others.
    const found = shortestOf(only, budget)
    if (found.kind !== 'witness' || !near.some((other) => holds(other, found.text))) return found
  }
  const theirs = near.map((other) => other.map(automatonOf))
  if (!isKnown(mine) || !theirs.every(isKnown)) return undecided
  return new Search(mine, theirs as readonly (readonly Automaton[])[], budget).run()
}

/** Returns true if a text is in a member. */
function holds(member: readonly Bytes[], text: Bytes): boolean {
  return startOf(member).length <= text.length && member.every((pattern) => compileGlob(pattern).matches(text))
}

/** Returns the string that a search without others finds: the byte that reads best for each part. */
function shortestOf({ parts }: Automaton, budget: Budget): Outside {
  if (budget.left <= 0) return undecided
  budget.left -= 1 / 4
  const bytes = parts.map(bestByte)
  if (bytes.includes(-1)) return included
  return { kind: 'witness', text: parts.length === 0 ? 'x' : bytes.map((byte) => String.fromCharCode(byte)).join('') }
}

/** `app:*` holds every string that starts with `app:`. */
function isPrefixOf(pattern: Bytes, start: Bytes): boolean {
  return isPrefix(pattern) && start.startsWith(literalStart(pattern))
}

function isKnown(automata: readonly (Automaton | null)[]): automata is readonly Automaton[] {
  return automata.every((one) => one !== null)
}

/** A step of the search: the places in the member's automata, the places in all others, and how it was reached. */
interface Step {
  readonly at: readonly number[]
  readonly others: Uint32Array
  readonly before: Step | null
  readonly byte: number
}

/** One automaton among the others: where its states lie in the bit set. */
interface Block {
  readonly automaton: Automaton
  /** The bit of its state 0; state `i` is `first + i`. */
  readonly first: number
}

class Search {
  readonly #mine: readonly Automaton[]
  readonly #blocks: readonly (readonly Block[])[]
  readonly #words: number
  readonly #loops: Uint32Array
  /** One byte of each kind that the automata tell apart. */
  readonly #bytes: readonly number[]
  /** For each of `#bytes`: the bits whose part matches it. */
  readonly #masks: readonly Uint32Array[]
  readonly #budget: Budget
  /** The cost of a step: 1, and more where there are many patterns. */
  readonly #cost: number

  constructor(mine: readonly Automaton[], others: readonly (readonly Automaton[])[], budget: Budget) {
    this.#mine = mine
    this.#budget = budget
    let bits = 0
    this.#blocks = others.map((member) =>
      member.map((automaton) => {
        const block = { automaton, first: bits }
        bits += automaton.parts.length + 1
        return block
      }),
    )
    this.#words = (bits + 31) >>> 5
    this.#bytes = kinds([...mine, ...others.flat()])
    this.#cost = 1 + (this.#bytes.length * (this.#words + others.length)) / 200
    budget.left -= (this.#bytes.length * bits) / 1_000
    this.#loops = new Uint32Array(this.#words)
    this.#masks = this.#bytes.map(() => new Uint32Array(this.#words))
    for (const { automaton, first } of this.#blocks.flat()) {
      automaton.loops.forEach((loop, i) => {
        if (loop) addBit(this.#loops, first + i)
      })
      automaton.parts.forEach((part, i) => {
        this.#bytes.forEach((byte, k) => {
          const mask = this.#masks[k]
          if (part[byte] === 1 && mask !== undefined) addBit(mask, first + i)
        })
      })
    }
  }

  run(): Outside {
    const start = new Uint32Array(this.#words)
    for (const { first } of this.#blocks.flat()) addBit(start, first)
    const queue: Step[] = [{ at: this.#mine.map(() => 0), others: start, before: null, byte: -1 }]
    const seen = new Map<string, Uint32Array[]>()
    for (let head = 0; head < queue.length; head++) {
      const step = queue[head]
      if (step === undefined) break
      this.#budget.left -= this.#cost
      if (this.#budget.left <= 0) return undecided
      for (let k = 0; k < this.#bytes.length; k++) {
        const byte = this.#bytes[k] ?? 0
        const places = this.#advance(step.at, byte)
        if (places.length === 0) continue
        const others = this.#move(step.others, k)
        if (this.#isCovered(others)) continue
        for (const at of places) {
          const next: Step = { at, others, before: step, byte }
          if (at.every((place, i) => place === this.#mine[i]?.parts.length) && !this.#accepts(others))
            return { kind: 'witness', text: textOf(next) }
          const places = at.join()
          this.#budget.left -= ((seen.get(places)?.length ?? 0) * this.#words) / 500
          if (isNew(seen, places, others)) queue.push(next)
        }
      }
    }
    return included
  }

  /** Returns the places that the member's automata may be in after a byte. */
  #advance(at: readonly number[], byte: number): number[][] {
    let reached: number[][] = [[]]
    for (const [i, automaton] of this.#mine.entries()) {
      const place = at[i] ?? 0
      const next: number[] = []
      if (automaton.loops[place] === true) next.push(place)
      if (automaton.parts[place]?.[byte] === 1) next.push(place + 1)
      reached = next.flatMap((to) => reached.map((before) => [...before, to]))
      if (reached.length === 0) return reached
    }
    return reached
  }

  #move(others: Uint32Array, k: number): Uint32Array {
    const mask = this.#masks[k]
    const next = new Uint32Array(this.#words)
    let carry = 0
    for (let w = 0; w < this.#words; w++) {
      const now = others[w] ?? 0
      const moved = now & (mask?.[w] ?? 0)
      next[w] = (moved << 1) | carry | (now & (this.#loops[w] ?? 0))
      carry = moved >>> 31
    }
    for (const member of this.#blocks) for (const block of member) dropDominated(next, block)
    return next
  }

  /** Returns true if some other member accepts every continuation. */
  #isCovered(others: Uint32Array): boolean {
    return this.#blocks.some((member) =>
      member.every(({ automaton, first }) => {
        const end = automaton.parts.length
        return automaton.loops[end] === true && hasBit(others, first + end)
      }),
    )
  }

  #accepts(others: Uint32Array): boolean {
    return this.#blocks.some((member) =>
      member.every(({ automaton, first }) => hasBit(others, first + automaton.parts.length)),
    )
  }
}

/** Drops the places before the last star that was reached: whatever they accept, the star accepts too. */
function dropDominated(set: Uint32Array, { automaton, first }: Block): void {
  let star = automaton.loops.length - 1
  while (star > 0 && !(automaton.loops[star] === true && hasBit(set, first + star))) star--
  for (let i = 0; i < star; i++) removeBit(set, first + i)
}

/** Remembers a state unless one that accepts no more was seen at the same places. */
function isNew(seen: Map<string, Uint32Array[]>, at: string, others: Uint32Array): boolean {
  const sets = seen.get(at)
  if (sets === undefined) {
    seen.set(at, [others])
    return true
  }
  if (sets.some((set) => isSubset(set, others))) return false
  sets.push(others)
  return true
}

function isSubset(a: Uint32Array, b: Uint32Array): boolean {
  for (let w = 0; w < a.length; w++) if (((a[w] ?? 0) & ~(b[w] ?? 0)) !== 0) return false
  return true
}

function textOf(step: Step): Bytes {
  const codes: number[] = []
  for (let at: Step | null = step; at !== null && at.before !== null; at = at.before) codes.push(at.byte)
  return codes
    .reverse()
    .map((code) => String.fromCharCode(code))
    .join('')
}
