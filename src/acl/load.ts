import type { Bytes } from './bytes'
import { aclWords, eachAclLine, rulesBySelector, rulesOfLine, trimRule, type AclWord } from './aclfile'
import type { Rule, Span } from './decision'
import { mergeSelectors } from './merge'
import { cString, ruleErrorText, type RuleError } from './rule-errors'
import { hasSpaces } from './selector'
import { SourceText } from './source'
import type { User } from './user'
import type { Users } from './users'

/** What is wrong with a line of an ACL file, besides a rule that is refused. */
export type LineError = 'not-user-line' | 'username-chars' | 'duplicate-user' | 'unmatched-parenthesis'

export interface AclFileProblem {
  /** The server's words: `users.acl:1: Syntax error.` */
  readonly message: Bytes
  readonly kind: RuleError | LineError
  /** The word that caused it. */
  readonly span: Span
}

export type AclFileResult =
  | { readonly ok: true; readonly users: ReadonlyMap<Bytes, User> }
  | {
      readonly ok: false
      /** The real server crashes on this file: it prints nothing of use, and is gone. */
      readonly crash: boolean
      /** All that the server says, as in `ERR …` of ACL LOAD and after `because of ACL errors: ` at start. */
      readonly message: Bytes
      readonly problems: readonly AclFileProblem[]
    }

/**
 * Reads an ACL file as a server does at start and on ACL LOAD (ACLLoadFromFile), without changing anything:
 * `users.replaceAll` takes over what was read. All lines are read even after a bad one; with any problem, there are no
 * users. `fileName` is what messages call the file. Never throws.
 */
export function loadAclFile(users: Users, content: Bytes, fileName: Bytes): AclFileResult {
  return new Loader(users, content.includes('\0') ? asRead(content) : content, fileName).load()
}

/** Servers read a file in pieces of a line or 1,023 bytes, and lose what follows a NUL in each. */
function asRead(content: Bytes): Bytes {
  const pieces: Bytes[] = []
  for (let at = 0; at < content.length;) {
    const end = content.indexOf('\n', at)
    const to = Math.min(end < 0 ? content.length : end + 1, at + 1023)
    pieces.push(cString(content.slice(at, to)))
    at = to
  }
  return pieces.join('')
}

class Loader {
  readonly #source: SourceText
  readonly #loaded = new Map<Bytes, User>()
  readonly #problems: AclFileProblem[] = []
  readonly #hasSelectors: boolean
  readonly #strict: boolean
  #crash = false

  constructor(readonly users: Users, readonly content: Bytes, readonly fileName: Bytes) {
    this.#source = new SourceText('users.acl', content)
    this.#hasSelectors = users.space.behaviours.hasSelectors
    this.#strict = users.space.behaviours.strictAclFile
  }

  load(): AclFileResult {
    const skipsComments = this.users.space.behaviours.commentsInAclFile
    if (!this.#strict) this.#loaded.set('default', this.users.newDefaultUser())
    eachAclLine(this.content, (number, from, to) => {
      if (!this.#crash && !(skipsComments && this.content[from] === '#')) this.#readLine(number, from, to)
    })
    if (this.#problems.length === 0) return { ok: true, users: this.#loaded }
    const end = 'WARNING: ACL errors detected, no change to the previously active ACL rules was performed'
    const message = [...this.#problems.map((problem) => problem.message), end].join(' ')
    return { ok: false, crash: this.#crash, message, problems: this.#problems }
  }

  #readLine(number: number, from: number, to: number): void {
    const words = aclWords(this.content, from, to)
    const [keyword, name] = words
    if (keyword === undefined || keyword.text !== 'user' || name === undefined) {
      this.#problem('not-user-line', `${this.fileName}:${number} should start with user keyword followed by the username.`, number, keyword)
      return
    }
    if (hasSpaces(name.text)) {
      this.#problem('username-chars', `'${this.fileName}:${number}: username '${name.text}' contains invalid characters.`, number, name)
      return
    }
    const known = this.#loaded.get(name.text)
    if (known !== undefined && this.#strict) {
      this.#problem('duplicate-user', `WARNING: Duplicate user '${name.text}' found on line ${number}.`, number, name)
      return
    }
    const user = this.users.newUser(name.text)
    if (known !== undefined) user.apply('reset')
    if (this.#applyRules(user, number, words) && this.#problems.length === 0) {
      this.#explain(user, number, from, to)
      this.#loaded.set(name.text, user)
    }
  }

  /** Applies the rules of a line and reports what is refused. 6.x reports everything; later servers unknown names and the first of the rest. */
  #applyRules(user: User, number: number, words: readonly AclWord[]): boolean {
    const before = this.#problems.length
    const merged = this.#hasSelectors && words.some((word) => word.text[0] === '(') ? mergeSelectors(words.slice(2).map((w) => w.text)) : null
    if (typeof merged === 'number') {
      this.#crash = true
      this.#problem('unmatched-parenthesis', `${this.fileName}:${number}: Unmatched parenthesis in selector definition.`, number, words[merged + 2])
      return false
    }
    let toldOne = false
    const count = merged?.length ?? words.length - 2
    for (let i = 0; i < count; i++) {
      const text = trimRule((merged === null ? words[i + 2]?.text : merged[i]?.text) ?? '')
      const error = user.apply(text)
      if (error === null) continue
      const word = words[(merged?.[i]?.argument ?? i) + 2]
      const at = word && { text, from: word.from, to: word.from + text.length }
      if (error === 'unknown' && this.#strict) {
        this.#problem(error, `${this.fileName}:${number}: Error in applying operation '${cString(text)}': ${ruleErrorText[error]}.`, number, at)
      } else if (!toldOne || !this.#strict) {
        this.#problem(error, `${this.fileName}:${number}: ${ruleErrorText[error]}.`, number, at)
        toldOne = true
      }
    }
    return this.#problems.length === before
  }

  #problem(kind: AclFileProblem['kind'], message: Bytes, line: number, word: AclWord | undefined): void {
    this.#problems.push({ kind, message, span: this.#source.span(line, word?.from ?? 0, word?.to ?? 0) })
  }

  /** Lets the user's selectors find their rules again when somebody asks for reasons. */
  #explain(user: User, number: number, from: number, to: number): void {
    let found: (readonly Rule[])[] | null = null
    const find = (): (readonly Rule[])[] => {
      const words = aclWords(this.content, from, to)
      return (found ??= rulesBySelector(rulesOfLine(this.#source, number, words, this.#hasSelectors).rules, this.#hasSelectors))
    }
    for (const [i, selector] of user.selectors.entries()) selector.setRules(() => find()[i] ?? [])
  }
}

/** The text of an ACL file that ACL SAVE writes: every user's line. */
export function printAclFile(users: Iterable<User>): Bytes {
  let text = ''
  for (const user of users) text += `${user.describe()}\n`
  return text
}
