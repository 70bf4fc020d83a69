import type { Bytes } from '../../../acl/bytes'
import { tokenize, type Operator, type SyntaxProblem, type Token } from './tokens'
import type { FilterValue } from './value'

/** A step of a filter's program, which works on a stack. */
export type Step =
  | { readonly kind: 'value'; readonly value: FilterValue }
  | { readonly kind: 'field'; readonly name: Bytes }
  | { readonly kind: 'operator'; readonly operator: Operator }

const precedences: Readonly<Record<Operator, number>> = {
  '(': 7,
  ')': 7,
  not: 6,
  '**': 5,
  '*': 4,
  '/': 4,
  '%': 4,
  '+': 3,
  '-': 3,
  '>': 2,
  '>=': 2,
  '<': 2,
  '<=': 2,
  '==': 2,
  '!=': 2,
  in: 2,
  and: 1,
  or: 0,
}

/**
 * Compiles a filter expression, by the shunting-yard algorithm. It checks only that every operator finds its operands and that one
 * value is left, as the server does: `1 2 +` is an expression too.
 */
export function compileFilter(text: Bytes): readonly Step[] | SyntaxProblem {
  const [expression = ''] = text.split('\0', 1)
  const tokens = tokenize(expression)
  return 'problemAt' in tokens ? tokens : (new Compiler().compile(tokens) ?? { problemAt: 0 })
}

class Compiler {
  readonly #program: Step[] = []
  readonly #waiting: Operator[] = []
  /** The number of values that the program leaves on its stack so far. */
  #depth = 0

  /** Returns the program; null for tokens that are no expression. */
  compile(tokens: readonly Token[]): readonly Step[] | null {
    for (const token of tokens) {
      if (token.kind === 'operator') {
        if (!this.#take(token.operator)) return null
      } else if (token.kind !== 'null') {
        this.#program.push(token)
        this.#depth++
      }
    }
    for (let operator = this.#waiting.pop(); operator !== undefined; operator = this.#waiting.pop())
      if (operator === '(' || !this.#emit(operator)) return null
    return this.#depth === 1 ? this.#program : null
  }

  #take(operator: Operator): boolean {
    if (operator === ')') {
      for (let top = this.#waiting.pop(); top !== undefined; top = this.#waiting.pop()) {
        if (top === '(') return true
        if (!this.#emit(top)) return false
      }
      return false
    }
    if (operator !== '(')
      for (let top = this.#waiting.at(-1); top !== undefined && top !== '('; top = this.#waiting.at(-1)) {
        // `**` alone groups from the right.
        const difference = precedences[top] - precedences[operator]
        if (difference < 0 || (operator === '**' && difference === 0)) break
        this.#waiting.pop()
        if (!this.#emit(top)) return false
      }
    this.#waiting.push(operator)
    return true
  }

  #emit(operator: Operator): boolean {
    const operands = operator === 'not' ? 1 : 2
    if (this.#depth < operands) return false
    this.#program.push({ kind: 'operator', operator })
    this.#depth -= operands - 1
    return true
  }
}
