/** A set of small numbers, one bit each: commands by `Command.index`, or the states of an automaton. */
export type BitSet = Uint32Array

/** An empty set that holds the numbers below `size`. */
export function emptySet(size: number): BitSet {
  return new Uint32Array((size + 31) >>> 5)
}

export function hasBit(set: BitSet, bit: number): boolean {
  return ((set[bit >>> 5] ?? 0) & (1 << (bit & 31))) !== 0
}

export function addBit(set: BitSet, bit: number): void {
  set[bit >>> 5] = (set[bit >>> 5] ?? 0) | (1 << (bit & 31))
}

export function removeBit(set: BitSet, bit: number): void {
  set[bit >>> 5] = (set[bit >>> 5] ?? 0) & ~(1 << (bit & 31))
}

/** Adds or removes one number. */
export function putBit(set: BitSet, bit: number, isIn: boolean): void {
  if (isIn) addBit(set, bit)
  else removeBit(set, bit)
}

/** Adds all of another set, or removes them. */
export function putAll(set: BitSet, others: BitSet, areIn: boolean): void {
  for (let i = 0; i < set.length; i++)
    set[i] = areIn ? (set[i] ?? 0) | (others[i] ?? 0) : (set[i] ?? 0) & ~(others[i] ?? 0)
}

export function isEmpty(set: BitSet): boolean {
  return set.every((word) => word === 0)
}
