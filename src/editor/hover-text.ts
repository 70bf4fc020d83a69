import type { Explained } from '../analysis/explain-token'

/** The explanation of a place in a text. */
export interface Hover {
  readonly from: number
  readonly to: number
  readonly explained: Explained
}
