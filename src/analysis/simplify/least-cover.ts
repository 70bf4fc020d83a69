import { type BitSet, hasBit, putAll } from '../../acl/bit-set'
import type { Bytes } from '../../acl/bytes'
import type { Budget } from '../../proof/inclusion'

/** A rule that switches several commands at once: a category, or a command with its subcommands. */
export interface Switch {
  /** `@read`, `client`. */
  readonly name: Bytes
  /** The length of the rule with its sign and a space. */
  readonly cost: number
  /** Its commands, as far as they run by themselves and need a permission. */
  readonly bits: BitSet
}

/** The commands of a target as rules switch them. */
export interface Switches {
  readonly all: readonly Switch[]
  /** By Command.index: the length of the rule for a command alone; Infinity for a container, whose rule switches its subcommands too. */
  readonly costs: readonly number[]
  /** Commands that run by themselves and need a permission; the others make no difference. */
  readonly counted: BitSet
}

/** A switch, on or off. */
export interface Step {
  readonly by: Switch
  readonly on: boolean
}

/** Returns the commands that steps leave on, from all or from nothing. */
export function stateAfter(steps: readonly Step[], fromAll: boolean, counted: BitSet): BitSet {
  const state = fromAll ? counted.slice() : new Uint32Array(counted.length)
  for (const { by, on } of steps) putAll(state, by.bits, on)
  return state
}

/** Switches in order, and whether it is proved that none do better. */
export interface Cover {
  readonly steps: readonly Step[]
  readonly isLeast: boolean
}

/** Sets of decided commands that the search for a better order may look at, and the share of what is left of the budget. */
const MOST_NODES = 4_000
const SHARE_OF_BUDGET = 1 / 20
/** The cost of looking at one, and of the local search, in states of a proof. */
const STATES_A_NODE = 1 / 2
const STATES_A_SEARCH = 30

/**
 * Finds switches that lead to a set of commands with the shortest rules: those of the switches, and one for each command that
 * they leave in the wrong state. A local search finds a good order; a branch and bound then looks for a better one, from the
 * last switch to the first: what a switch decides, no earlier one changes, so that the cost of a wrong command is known at
 * once. `isLeast` says that it ended, which proves the minimum.
 * @param own switches to start from
 */
export function leastCover(
  switches: Switches,
  wanted: BitSet,
  fromAll: boolean,
  own: readonly Step[],
  budget: Budget,
): Cover {
  budget.left -= STATES_A_SEARCH
  const search = new Search(switches, wanted, fromAll)
  search.improve([])
  if (own.length > 0) search.improve(own)
  const nodes = Math.min(MOST_NODES, Math.max(0, Math.floor((budget.left * SHARE_OF_BUDGET) / STATES_A_NODE)))
  const { left, ...found } = search.prove(nodes)
  budget.left -= (nodes - left) * STATES_A_NODE
  return found
}

/** Switches that a local search may use. */
const MOST_STEPS = 12

class Search {
  readonly #switches: Switches
  readonly #wanted: BitSet
  readonly #fromAll: boolean
  /** Commands that are wrong where no switch decides them. */
  readonly #initial: BitSet
  readonly #ofCommand: readonly (readonly number[])[]
  readonly #seen = new Map<string, number>()
  #nodes = 0
  #best: readonly Step[] = []
  #least = Infinity

  constructor(switches: Switches, wanted: BitSet, fromAll: boolean) {
    this.#switches = switches
    this.#wanted = wanted
    this.#fromAll = fromAll
    this.#initial = this.#wrongAfter([])
    this.#ofCommand = switches.costs.map((_, index) =>
      switches.all.flatMap(({ bits }, i) => (hasBit(bits, index) ? [i] : [])),
    )
  }

  /** Inserts, replaces and removes switches as long as that makes the rules shorter. */
  improve(from: readonly Step[]): void {
    let steps = from
    let cost = this.#costOf(steps)
    for (;;) {
      let best: readonly Step[] | null = null
      for (const other of this.#neighbours(steps)) {
        const its = this.#costOf(other)
        if (its < cost) {
          cost = its
          best = other
        }
      }
      if (best === null) break
      steps = best
    }
    if (cost < this.#least) {
      this.#least = cost
      this.#best = steps
    }
  }

  *#neighbours(steps: readonly Step[]): Generator<readonly Step[]> {
    for (let i = 0; i < steps.length; i++) yield steps.toSpliced(i, 1)
    for (const by of this.#switches.all) {
      for (const on of [true, false]) {
        for (let i = 0; i <= steps.length; i++) {
          if (steps.length < MOST_STEPS) yield steps.toSpliced(i, 0, { by, on })
          if (i < steps.length) yield steps.toSpliced(i, 1, { by, on })
        }
      }
    }
  }

  #wrongAfter(steps: readonly Step[]): BitSet {
    const { counted } = this.#switches
    return stateAfter(steps, this.#fromAll, counted).map(
      (word, i) => (word ^ (this.#wanted[i] ?? 0)) & (counted[i] ?? 0),
    )
  }

  #costOf(steps: readonly Step[]): number {
    return steps.reduce((sum, { by }) => sum + by.cost, 0) + this.#singly(this.#wrongAfter(steps))
  }

  /** The length of the rules that put single commands right. */
  #singly(wrong: BitSet): number {
    let cost = 0
    for (const index of bitsOf(wrong)) cost += this.#switches.costs[index] ?? 0
    return cost
  }

  /** Looks for a shorter list than the one that is known, as long as the number of nodes allows. */
  prove(nodes: number): Cover & { readonly left: number } {
    this.#nodes = nodes
    const none = new Uint32Array(this.#initial.length)
    this.#visit(none, none, 0, null, [])
    return { steps: this.#best, isLeast: this.#nodes > 0, left: Math.max(0, this.#nodes) }
  }

  /**
   * @param decided the commands that the steps so far, the last ones of the order, decide
   * @param wrong those of them that they leave in the wrong state
   */
  #visit(decided: BitSet, wrong: BitSet, cost: number, after: Step | null, steps: readonly Step[]): void {
    if (this.#nodes-- <= 0) return
    const open = this.#initial.map((word, i) => word & ~(decided[i] ?? 0))
    const spent = cost + this.#singly(wrong)
    const total = spent + this.#singly(open)
    if (total < this.#least) {
      this.#least = total
      this.#best = steps
    }
    if (spent + this.#atLeast(open) >= this.#least) return
    const place = after === null ? -1 : this.#switches.all.indexOf(after.by)
    // The order makes what may follow depend on the step before.
    const state = `${decided.join()} ${wrong.join()} ${place} ${after?.on}`
    if ((this.#seen.get(state) ?? Infinity) <= cost) return
    this.#seen.set(state, cost)
    for (const [i, by] of this.#switches.all.entries()) {
      const added = by.bits.map((word, w) => word & ~(decided[w] ?? 0))
      if (added.every((word) => word === 0)) continue
      const next = decided.map((word, w) => word | (added[w] ?? 0))
      for (const on of [true, false]) {
        // Of steps that may change places, one order is enough.
        if (after !== null && commute(after, { by, on }) && i < place) continue
        const failed = added.map((word, w) => (on ? word & ~(this.#wanted[w] ?? 0) : word & (this.#wanted[w] ?? 0)))
        if (cost + by.cost + this.#singly(wrong) + this.#singly(failed) >= this.#least) continue
        this.#visit(
          next,
          wrong.map((word, w) => word | (failed[w] ?? 0)),
          cost + by.cost,
          { by, on },
          [{ by, on }, ...steps],
        )
      }
    }
  }

  /**
   * Returns a length that the rules for the open commands need at least: each has a rule of its own, or a share of a switch
   * that puts all its open commands right.
   */
  #atLeast(open: BitSet): number {
    const shares = this.#switches.all.map(({ cost, bits }) => cost / Math.max(1, common(bits, open)))
    let sum = 0
    for (const index of bitsOf(open)) {
      let least = this.#switches.costs[index] ?? 0
      for (const i of this.#ofCommand[index] ?? []) least = Math.min(least, shares[i] ?? least)
      sum += least
    }
    // Lengths are whole; a sum of fractions may be off by a rounding.
    return Math.ceil(sum - 1e-6)
  }
}

/** Returns true for steps that may change places: whatever their order, they decide the same. */
function commute(a: Step, b: Step): boolean {
  return a.on === b.on || common(a.by.bits, b.by.bits) === 0
}

function common(a: BitSet, b: BitSet): number {
  let count = 0
  for (let i = 0; i < a.length; i++) count += ones((a[i] ?? 0) & (b[i] ?? 0))
  return count
}

function ones(word: number): number {
  let left = word - ((word >>> 1) & 0x55555555)
  left = (left & 0x33333333) + ((left >>> 2) & 0x33333333)
  return Math.imul((left + (left >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
}

function* bitsOf(set: BitSet): Generator<number> {
  for (let w = 0; w < set.length; w++) {
    for (let word = set[w] ?? 0; word !== 0; word &= word - 1) yield w * 32 + 31 - Math.clz32(word & -word)
  }
}
