import type { Behaviours } from '../targets/behaviours'

/** The sizes up to which values keep their compact encodings: directives that CONFIG SET may change at any time. */
export interface Limits {
  /** list-max-listpack-size: the most elements of a list node, or -1 to -5 for the most bytes. */
  listSize: number
  /** hash-max-listpack-entries and -value. */
  hashEntries: number
  hashValue: number
  /** set-max-intset-entries. */
  setIntegers: number
  /** set-max-listpack-entries and -value (7.2). */
  setEntries: number
  setValue: number
  /** zset-max-listpack-entries and -value. */
  zsetEntries: number
  zsetValue: number
  /** False where sets of strings are always hash tables, whatever their size. */
  readonly setsArePacked: boolean
}

/** Returns the limits of a server without configuration. */
export function defaultLimits({ smallSetsAreListpacks }: Pick<Behaviours, 'smallSetsAreListpacks'>): Limits {
  return {
    listSize: -2,
    hashEntries: 512,
    hashValue: 64,
    setIntegers: 512,
    setEntries: 128,
    setValue: 64,
    zsetEntries: 128,
    zsetValue: 64,
    setsArePacked: smallSetsAreListpacks,
  }
}
