import { aclWords, rulesBySelector, rulesOfLine } from './aclfile'
import type { Rule } from './decision'
import type { RuleOrigin } from './selector'
import type { SourceText } from './source'

/** The place of a user's line, from which its rules are parsed again when reasons are needed. */
export class LineOrigin implements RuleOrigin {
  #found: readonly (readonly Rule[])[] | null = null
  #source: SourceText | null = null
  #line = 0
  #from = 0
  #to = 0
  readonly #hasSelectors: boolean

  constructor(hasSelectors: boolean) {
    this.#hasSelectors = hasSelectors
  }

  /** Sets the place of the line. */
  moveTo(source: SourceText, line: number, from: number, to: number): void {
    this.#source = source
    this.#line = line
    this.#from = from
    this.#to = to
    this.#found = null
  }

  rulesBySelector(): readonly (readonly Rule[])[] {
    if (this.#source === null) return []
    if (this.#found === null) {
      const words = aclWords(this.#source.bytes, this.#from, this.#to)
      this.#found = rulesBySelector(
        rulesOfLine(this.#source, this.#line, words, this.#hasSelectors).rules,
        this.#hasSelectors,
      )
    }
    return this.#found
  }
}
