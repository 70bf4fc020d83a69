import type { Bytes } from './bytes'
import { eachAclLine, ruleEnd, trimRule } from './aclfile'
import type { Span } from './decision'
import { LineMemory, LineOrigin } from './line-origin'
import { cString, ruleErrorText, type RuleError } from './rule-errors'
import { hasSpaces } from './selector'
import { SourceText } from './source'
import type { User } from './user'
import type { Users } from './users'

/** An error in a line of an ACL file other than a refused rule. */
export type LineError = 'not-user-line' | 'username-chars' | 'duplicate-user' | 'unmatched-parenthesis'

export interface AclFileProblem {
  /** The server's message: `users.acl:1: Syntax error.` */
  readonly message: Bytes
  readonly kind: RuleError | LineError
  /** The word that caused it. */
  readonly span: Span
}

export type AclFileResult =
  | { readonly ok: true; readonly users: Map<Bytes, User> }
  | {
      readonly ok: false
      /** True if the real server crashes on this file. */
      readonly crash: boolean
      /** The whole message, as in `ERR …` of ACL LOAD and after `because of ACL errors: ` at start. */
      readonly message: Bytes
      readonly problems: readonly AclFileProblem[]
    }

/**
 * Parses an ACL file as a server does at start and on ACL LOAD (ACLLoadFromFile), without changing anything: pass the
 * result to `users.replaceAll`. All lines are parsed even after an error; with any error, no users are returned.
 * Messages contain `fileName`. Never throws.
 */
export function loadAclFile(users: Users, content: Bytes, fileName: Bytes): AclFileResult {
  return new Loader(users, content.includes('\0') ? asRead(content) : content, fileName).load()
}

/** Removes what servers lose: they read a file in pieces of a line or 1,023 bytes, and each piece ends at a NUL. */
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
  readonly #memory: LineMemory | null
  #crash = false

  constructor(
    readonly users: Users,
    readonly content: Bytes,
    readonly fileName: Bytes,
  ) {
    this.#source = new SourceText('users.acl', content)
    this.#hasSelectors = users.space.behaviours.hasSelectors
    this.#strict = users.space.behaviours.strictAclFile
    this.#memory = LineMemory.of(users, content)
  }

  load(): AclFileResult {
    const skipsComments = this.users.space.behaviours.commentsInAclFile
    if (!this.#strict) this.#loaded.set('default', this.users.newDefaultUser())
    eachAclLine(this.content, (number, from, to) => {
      if (!this.#crash && !(skipsComments && this.content[from] === '#')) this.#readLine(number, from, to)
    })
    this.#memory?.finish()
    if (this.#problems.length === 0) return { ok: true, users: this.#loaded }
    const end = 'WARNING: ACL errors detected, no change to the previously active ACL rules was performed'
    const message = [...this.#problems.map((problem) => problem.message), end].join(' ')
    return { ok: false, crash: this.#crash, message, problems: this.#problems }
  }

  #readLine(number: number, from: number, to: number): void {
    const { content, fileName } = this
    const wordEnd = ruleEnd(content, from, to, false)
    if (wordEnd - from !== 4 || wordEnd === to || !content.startsWith('user', from)) {
      this.#problem(
        'not-user-line',
        `${fileName}:${number} should start with user keyword followed by the username.`,
        number,
        from,
        wordEnd,
      )
      return
    }
    const nameEnd = ruleEnd(content, from + 5, to, false)
    const name = content.slice(from + 5, nameEnd)
    if (hasSpaces(name)) {
      this.#problem(
        'username-chars',
        `'${fileName}:${number}: username '${name}' contains invalid characters.`,
        number,
        from + 5,
        nameEnd,
      )
      return
    }
    const known = this.#loaded.get(name)
    if (known !== undefined && this.#strict) {
      this.#problem(
        'duplicate-user',
        `WARNING: Duplicate user '${name}' found on line ${number}.`,
        number,
        from + 5,
        nameEnd,
      )
      return
    }
    this.#loaded.set(name, this.#readUser(name, known !== undefined, number, nameEnd + 1, from, to))
  }

  /** Creates the user of a line. A user of an earlier line (6.x) is reset. */
  #readUser(name: Bytes, again: boolean, number: number, rules: number, from: number, to: number): User {
    const user = this.users.newUser(name)
    const memory = again ? null : this.#memory
    const line = memory === null ? '' : this.content.slice(from, to)
    const known = memory?.get(line)
    if (known !== undefined) {
      known.origin.moveTo(this.#source, number, from, to)
      user.assign(known.user)
      return user
    }
    if (again) user.apply('reset')
    if (!this.#applyRules(user, number, rules, to)) return user
    const origin = new LineOrigin(this.#source, number, from, to, this.#hasSelectors)
    for (let i = 0; i < user.selectors.length; i++) user.selectors[i]?.setOrigin(origin, i)
    if (memory !== null) {
      const model = this.users.newUser(name)
      model.assign(user)
      memory.add(line, { user: model, origin })
    }
    return user
  }

  /** Applies the rules of a line and reports refused ones: all of them on 6.x, later unknown names and the first of the others. */
  #applyRules(user: User, number: number, from: number, to: number): boolean {
    const before = this.#problems.length
    let toldOne = false
    for (let at = from, end; at <= to; at = end + 1) {
      end = ruleEnd(this.content, at, to, this.#hasSelectors)
      if (end < 0) {
        this.#problems.length = 0
        this.#crash = true
        this.#problem(
          'unmatched-parenthesis',
          `${this.fileName}:${number}: Unmatched parenthesis in selector definition.`,
          number,
          at,
          ruleEnd(this.content, at, to, false),
        )
        return false
      }
      const error = this.#crash ? null : user.apply(trimRule(this.content.slice(at, end)))
      if (error === null) continue
      const rule = trimRule(this.content.slice(at, end))
      const start = at + this.content.slice(at, end).indexOf(rule)
      const where = `${this.fileName}:${number}`
      if (error === 'unknown' && this.#strict) {
        this.#problem(
          error,
          `${where}: Error in applying operation '${cString(rule)}': ${ruleErrorText[error]}.`,
          number,
          start,
          start + rule.length,
        )
      } else if (!toldOne || !this.#strict) {
        this.#problem(error, `${where}: ${ruleErrorText[error]}.`, number, start, start + rule.length)
        toldOne = true
      }
    }
    return this.#problems.length === before
  }

  #problem(kind: AclFileProblem['kind'], message: Bytes, line: number, from: number, to: number): void {
    this.#problems.push({ kind, message, span: this.#source.span(line, from, to) })
  }
}

/** Returns the text that ACL SAVE writes: every user's line. */
export function printAclFile(users: Iterable<User>): Bytes {
  let text = ''
  for (const user of users) text += `${user.describe()}\n`
  return text
}
