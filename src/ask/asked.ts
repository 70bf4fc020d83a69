import type { Answer } from './answers/answer'
import type { Meaning } from './meaning'
import type { Taken } from './understand'

/** The meaning that was found in a question, with its answer; or the reason why it has none. */
export type Asked =
  | {
      readonly kind: 'answered'
      /** The canonical form of the question. */
      readonly means: string
      readonly meaning: Meaning
      /** Names that were read in place of misspelt ones. */
      readonly taken: readonly Taken[]
      readonly answer: Answer
    }
  | {
      readonly kind: 'ambiguous' | 'nothing'
      readonly why: string
      /** Names, or questions that are understood. */
      readonly nearest: readonly string[]
    }
