import type { Bytes } from '../../../acl/bytes'
import type { Step } from './compile'
import { JsonFields } from './json'
import type { Operator } from './tokens'
import { areEqual, isTrue, numberOf, type FilterValue } from './value'

/** Returns true if an element's attributes pass a filter. A field that is missing or has no usable value fails it. */
export function passes(program: readonly Step[], attributes: Bytes): boolean {
  const fields = new JsonFields(attributes)
  const stack: FilterValue[] = []
  for (const step of program) {
    if (step.kind === 'field') {
      const value = step.name === '' ? undefined : fields.get(step.name)
      if (value === undefined) return false
      stack.push(value)
    } else if (step.kind === 'value') stack.push(step.value)
    else {
      const b = stack.pop() ?? null
      stack.push(step.operator === 'not' ? Number(!isTrue(b)) : binary(step.operator, stack.pop() ?? null, b))
    }
  }
  return isTrue(stack.pop() ?? null)
}

function binary(operator: Operator, a: FilterValue, b: FilterValue): number {
  switch (operator) {
    case '==':
      return Number(areEqual(a, b))
    case '!=':
      return Number(!areEqual(a, b))
    case 'in':
      return Number(Array.isArray(b) && (b as readonly FilterValue[]).some((item) => areEqual(a, item)))
    case 'and':
      return Number(isTrue(a) && isTrue(b))
    case 'or':
      return Number(isTrue(a) || isTrue(b))
    default:
      return arithmetic(operator, numberOf(a), numberOf(b))
  }
}

function arithmetic(operator: Operator, a: number, b: number): number {
  switch (operator) {
    case '**':
      return power(a, b)
    case '*':
      return a * b
    case '/':
      return a / b
    case '%':
      return a % b
    case '+':
      return a + b
    case '-':
      return a - b
    case '>':
      return Number(a > b)
    case '>=':
      return Number(a >= b)
    case '<':
      return Number(a < b)
    case '<=':
      return Number(a <= b)
    default:
      return 0
  }
}

/** C's pow: unlike JavaScript's, 1 to any power is 1, and -1 to an infinite one. */
function power(base: number, exponent: number): number {
  if (base === 1 || (base === -1 && Math.abs(exponent) === Infinity)) return 1
  return base ** exponent
}
