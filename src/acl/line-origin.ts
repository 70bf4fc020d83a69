import type { Bytes } from './bytes'
import { aclWords, rulesBySelector, rulesOfLine } from './aclfile'
import type { Rule } from './decision'
import type { RuleOrigin } from './selector'
import type { SourceText } from './source'
import type { User } from './user'
import type { Users } from './users'

/** The place of a user's line, from which its rules are parsed again when reasons are needed. */
export class LineOrigin implements RuleOrigin {
  #found: readonly (readonly Rule[])[] | null = null
  #source: SourceText
  #line: number
  #from: number
  #to: number
  readonly #hasSelectors: boolean

  constructor(source: SourceText, line: number, from: number, to: number, hasSelectors: boolean) {
    this.#source = source
    this.#line = line
    this.#from = from
    this.#to = to
    this.#hasSelectors = hasSelectors
  }

  /** Sets the place of the line after an edit elsewhere moved it. */
  moveTo(source: SourceText, line: number, from: number, to: number): void {
    this.#source = source
    this.#line = line
    this.#from = from
    this.#to = to
    this.#found = null
  }

  rulesBySelector(): readonly (readonly Rule[])[] {
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

/** A user line that was parsed before without an error. */
export interface KnownLine {
  /** Never returned, only copied. */
  readonly user: User
  readonly origin: LineOrigin
}

/** Files larger than this (in bytes) are not cached: the cache would cost more than it saves. */
const MAX_REMEMBERED = 4 << 20

const memories = new WeakMap<Users, { readonly open: LineMemory; readonly closed: LineMemory }>()

/** A cache of the lines of the last file, so that after an edit only the changed lines are parsed. */
export class LineMemory {
  #lines = new Map<Bytes, KnownLine>()
  #next = new Map<Bytes, KnownLine>()

  /** Returns the cache for the file of these users; null if the file is too large for one. */
  static of(users: Users, content: Bytes): LineMemory | null {
    if (content.length > MAX_REMEMBERED) return null
    let both = memories.get(users)
    if (both === undefined) memories.set(users, (both = { open: new LineMemory(), closed: new LineMemory() }))
    return users.allChannelsByDefault ? both.open : both.closed
  }

  get(line: Bytes): KnownLine | undefined {
    const known = this.#lines.get(line)
    if (known !== undefined) this.#next.set(line, known)
    return known
  }

  add(line: Bytes, known: KnownLine): void {
    this.#next.set(line, known)
  }

  /** Drops the lines that the file just read did not contain. */
  finish(): void {
    this.#lines = this.#next
    this.#next = new Map()
  }
}
