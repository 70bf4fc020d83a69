import type { Bytes } from './bytes'
import { aclWords, rulesBySelector, rulesOfLine } from './aclfile'
import type { Rule } from './decision'
import type { RuleOrigin } from './selector'
import type { SourceText } from './source'
import type { User } from './user'
import type { Users } from './users'

/** Where a user's line is, to find its rules again when somebody asks for reasons. */
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

  /** The same line is somewhere else now. */
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

/** A user line that was read before without a problem. */
export interface KnownLine {
  /** Never handed out, only copied from. */
  readonly user: User
  readonly origin: LineOrigin
}

/** Beyond this size, remembering lines costs more than it saves. */
const MAX_REMEMBERED = 4 << 20

const memories = new WeakMap<Users, { readonly open: LineMemory; readonly closed: LineMemory }>()

/** The lines of the file that was last read, so that after an edit only the changed ones are read again. */
export class LineMemory {
  #lines = new Map<Bytes, KnownLine>()
  #next = new Map<Bytes, KnownLine>()

  /** The memory for the file of these users; null where the file is too big for one. */
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

  /** The file has been read: what was not in it is forgotten. */
  finish(): void {
    this.#lines = this.#next
    this.#next = new Map()
  }
}
