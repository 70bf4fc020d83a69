import type { Answer } from './answers/answer'
import type { Meaning } from './meaning'
import type { Taken } from './understand'

/** What a question was found to mean, with its answer; or why it has none. */
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
