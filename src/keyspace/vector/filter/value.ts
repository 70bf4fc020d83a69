import { toNumber } from './text'

/** A value in a filter: a field's, or a literal. True and false are 1 and 0. */
export type FilterValue = number | string | null | readonly FilterValue[]

/** Strings longer than this are no numbers. */
const LONGEST_NUMBER = 255

/** Returns a value as a number: 0 for null, arrays, and strings that are not one. */
export function numberOf(value: FilterValue): number {
  if (typeof value === 'number') return value
  return typeof value === 'string' && value.length <= LONGEST_NUMBER ? (toNumber(value) ?? 0) : 0
}

/** Returns true but for 0, an empty string and null. Not a number is true. */
export function isTrue(value: FilterValue): boolean {
  return value !== 0 && value !== '' && value !== null
}

/** Returns true if two values are equal: strings by bytes, null only to null, anything else as numbers. */
export function areEqual(a: FilterValue, b: FilterValue): boolean {
  if (typeof a === 'string' && typeof b === 'string') return a === b
  if (a === null || b === null) return a === b
  return numberOf(a) === numberOf(b)
}
