import type { Finding } from '../../analysis/expectations/run-policy'
import type { ServerBasis } from '../../host/protocol'

/** The outcome of a sentence, with places in the sentence alone. */
export interface Found {
  /** The server that it was found for, by identity. */
  readonly basis: ServerBasis
  readonly finding: Finding
}

/** The outcomes of sentences, and which of them take long. */
export class FoundSentences {
  readonly found = new Map<string, Found>()
  /** Sentences that take the page too long. */
  readonly slow = new Set<string>()
}
