import type { Bytes } from '../../../acl/bytes'
import { parseRegex, RegexProblem, word, type Anchor, type ByteSet, type Node } from './parse'

export { BACK_REFERENCE } from './parse'

/** The most states of an automaton. */
const MOST_STATES = 20_000

/** A state of the automaton: it goes on to others by a byte, at a place, or without either. */
interface State {
  readonly matches?: ByteSet
  readonly anchor?: Anchor
  readonly next: number[]
}

/** A compiled regular expression, run as an automaton: in time proportional to its length and the text's. */
export interface Regex {
  /** Returns true if the expression matches anywhere in a text. */
  test(text: Bytes): boolean
}

/** Compiles an extended regular expression; the problem where it is none. */
export function compileRegex(text: Bytes, ignoresCase: boolean): Regex | { readonly problem: string } {
  try {
    return new Automaton(parseRegex(text, ignoresCase))
  } catch (thrown) {
    if (!(thrown instanceof RegexProblem)) throw thrown
    return { problem: thrown.message }
  }
}

class Automaton implements Regex {
  readonly #states: State[] = [{ next: [] }]
  readonly #start: number

  constructor(node: Node) {
    this.#start = this.#add(node, 0)
  }

  #state(state: State): number {
    if (this.#states.length >= MOST_STATES) throw new RegexProblem('Out of memory')
    return this.#states.push(state) - 1
  }

  /** Adds the states of an expression that goes on to `then`. Returns the first. */
  #add(node: Node, then: number): number {
    switch (node.kind) {
      case 'byte':
        return this.#state({ matches: node.matches, next: [then] })
      case 'anchor':
        return this.#state({ anchor: node.anchor, next: [then] })
      case 'sequence':
        return node.parts.reduceRight((after, part) => this.#add(part, after), then)
      case 'choice':
        return this.#state({ next: node.options.map((option) => this.#add(option, then)) })
      case 'repeat': {
        let first = then
        if (node.most === Infinity) {
          const loop: State = { next: [then] }
          first = this.#state(loop)
          loop.next.push(this.#add(node.node, first))
        } else
          for (let i = node.least; i < node.most; i++)
            first = this.#state({ next: [this.#add(node.node, first), then] })
        for (let i = 0; i < node.least; i++) first = this.#add(node.node, first)
        return first
      }
    }
  }

  test(text: Bytes): boolean {
    let current = new Set<number>()
    for (let at = 0; ; at++) {
      this.#enter(this.#start, text, at, current)
      if (current.has(0)) return true
      if (at >= text.length) return false
      const next = new Set<number>()
      const byte = text.charCodeAt(at)
      for (const state of current) {
        const { matches, next: following } = this.#states[state] ?? { next: [] }
        if (matches?.(byte) === true) for (const to of following) this.#enter(to, text, at + 1, next)
      }
      current = next
    }
  }

  /** Adds a state and those that it reaches without a byte. */
  #enter(first: number, text: Bytes, at: number, entered: Set<number>): void {
    const waiting = [first]
    for (let state = waiting.pop(); state !== undefined; state = waiting.pop()) {
      if (entered.has(state)) continue
      entered.add(state)
      const { matches, anchor, next } = this.#states[state] ?? { next: [] }
      if (matches === undefined && (anchor === undefined || isAt(anchor, text, at))) waiting.push(...next)
    }
  }
}

function isAt(anchor: Anchor, text: Bytes, at: number): boolean {
  if (anchor === 'start') return at === 0
  if (anchor === 'end') return at === text.length
  const before = at > 0 && word(text.charCodeAt(at - 1))
  const after = at < text.length && word(text.charCodeAt(at))
  if (anchor === 'word-start') return !before && after
  if (anchor === 'word-end') return before && !after
  return (before === after) === (anchor === 'inside')
}
