import { aclWords, rulesBySelector, rulesOfLine } from './aclfile'
import type { Bytes } from './bytes'
import type { Rule } from './decision'
import { applyRules, rulesFrom } from './line-rules'
import type { RuleOrigin } from './selector'
import type { SourceText } from './source'
import type { Holder } from './holder'
import type { FixedDefaults, User, UserSource } from './user'

/** The place of a user's accepted line, from which its rules are parsed again when the user or reasons are needed. */
export class LineOrigin implements RuleOrigin, UserSource {
  #found: readonly (readonly Rule[])[] | null = null
  #source: SourceText | null = null
  #line = 0
  #from = 0
  #to = 0

  /** @param defaults those with which the line was parsed */
  constructor(readonly defaults: FixedDefaults) {}

  /** Makes the line the source of the rules of a user or role that was parsed from it. */
  attachTo({ own }: Pick<Holder, 'own'>): void {
    for (let i = 0; i < own.length; i++) own[i]?.setOrigin(this, i)
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
      const { hasSelectors } = this.defaults.space.behaviours
      const words = aclWords(this.#source.bytes, this.#from, this.#to)
      this.#found = rulesBySelector(rulesOfLine(this.#source, this.#line, words, hasSelectors).rules, hasSelectors)
    }
    return this.#found
  }

  forget(): void {
    this.#found = null
  }

  /** The line, without white space around it. */
  get #text(): Bytes {
    return this.#source?.bytes.slice(this.#from, this.#to) ?? ''
  }

  isLike(other: LineOrigin): boolean {
    return (
      this.#to - this.#from === other.#to - other.#from &&
      this.defaults.allChannelsByDefault === other.defaults.allChannelsByDefault &&
      this.#text === other.#text
    )
  }

  rebuild(user: User): void {
    const text = this.#text
    applyRules(user, text, rulesFrom(text))
    this.attachTo(user)
  }
}
