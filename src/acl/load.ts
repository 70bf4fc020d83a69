import { type Bytes, compareBytes } from './bytes'
import { AclLines } from './aclfile'
import type { Span } from './decision'
import { type ParsedLine, parseAclLine } from './file-line'
import { isSkippedLine, LineCache, lineCacheLimits, type PlacedLine } from './line-cache'
import { type LineError, NAME_FROM } from './line-rules'
import { cString, type RuleError } from './rule-errors'
import { SourceText } from './source'
import type { Role } from './role'
import { User } from './user'
import type { LoadedAcl, Users } from './users'

export interface AclFileProblem {
  /** The server's message: `users.acl:1: Syntax error.` */
  readonly message: Bytes
  readonly kind: RuleError | LineError
  /** The word that caused it. */
  readonly span: Span
}

export type AclFileResult =
  /** Users and roles in the order of the file. Never change them: later loads return them again, and `replaceAll` copies them. */
  | (LoadedAcl & { readonly ok: true })
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
 * Messages contain `fileName`. Never throws. Of a file that differs from the last one of these users, only the lines that
 * changed are parsed.
 */
export function loadAclFile(users: Users, content: Bytes, fileName: Bytes): AclFileResult {
  return new Loader(users, asRead(content), fileName).load()
}

/** Removes what servers lose: they read a file in pieces of a line or 1,023 bytes, and each piece ends at a NUL. */
export function asRead(content: Bytes): Bytes {
  if (!content.includes('\0')) return content
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
  readonly #roles = new Map<Bytes, Role>()
  readonly #problems: AclFileProblem[] = []
  #crash = false

  constructor(
    readonly users: Users,
    readonly content: Bytes,
    readonly fileName: Bytes,
  ) {
    this.#source = new SourceText('users.acl', content)
  }

  load(): AclFileResult {
    if (!this.users.space.behaviours.strictAclFile) this.#loaded.set('default', this.users.newDefaultUser())
    if (this.content.length > lineCacheLimits.file) this.#readOnce()
    else this.#readCached()
    if (this.#problems.length === 0) return { ok: true, users: this.#loaded, roles: this.#roles }
    const end = 'WARNING: ACL errors detected, no change to the previously active ACL rules was performed'
    const message = [...this.#problems.map((problem) => problem.message), end].join(' ')
    return { ok: false, crash: this.#crash, message, problems: this.#problems }
  }

  /** Parses the lines that changed. Rules get new places once all of the file is accepted: before, the old ones are in force. */
  #readCached(): void {
    const lines = LineCache.of(this.users).read(this.content)
    for (const ofRoles of this.#passes) {
      for (let i = 0; i < lines.length && !this.#crash; i++) {
        const line = lines[i]
        if (line !== undefined && line.parsed?.isOfRole === ofRoles) this.#take(line, line.parsed, i + 1)
      }
    }
    if (this.#problems.length > 0) return
    for (let i = 0; i < lines.length; i++) {
      const line = lines[i]
      line?.parsed?.origin?.moveTo(this.#source, i + 1, line.from, line.to)
    }
  }

  /**
   * Parses all lines, and keeps nothing for the next load: what a large file leaves behind costs more than it saves. Its users
   * are validated, and built when they are needed.
   */
  #readOnce(): void {
    for (const ofRoles of this.#passes) {
      const lines = new AclLines(this.content)
      while (lines.next()) {
        const { number, start, from, to } = lines
        const text = this.content.slice(from, to)
        if (isSkippedLine(this.users, text) || (this.#hasRoles && startsWithRole(text) !== ofRoles)) continue
        const parsed = parseAclLine(this.users, text, false)
        const line: PlacedLine = { start, from, to, parsed }
        const user = this.#take(line, parsed, number)
        if (this.#crash) return
        const origin = line.parsed?.origin ?? null
        if (origin === null) continue
        origin.moveTo(this.#source, number, from, to)
        user?.rest(origin)
      }
    }
  }

  get #hasRoles(): boolean {
    return this.users.space.behaviours.hasRoles
  }

  /** Servers with roles parse all lines of roles before all others. */
  get #passes(): readonly boolean[] {
    return this.#hasRoles ? [true, false] : [false]
  }

  /** Adds what a line defines, or its problems. Returns the user that it defines, if any. */
  #take(line: PlacedLine, parsed: ParsedLine, number: number): User | null {
    const { name, role, user } = parsed
    if (role !== null) this.#takeRole(role, line, parsed, number)
    else if (name !== null && user !== null) return this.#takeUser(name, user, line, parsed, number)
    else this.#report(line, parsed, number)
    return null
  }

  #takeRole(role: Role, line: PlacedLine, parsed: ParsedLine, number: number): void {
    if (this.#roles.has(role.name)) this.#reportDuplicate('role', role.name, line, parsed.nameTo, number)
    else {
      if (parsed.problems.length === 0) this.#roles.set(role.name, role)
      this.#report(line, parsed, number)
    }
  }

  #takeUser(name: Bytes, user: User, line: PlacedLine, parsed: ParsedLine, number: number): User | null {
    const isStrict = this.users.space.behaviours.strictAclFile
    const known = !isStrict && this.#loaded.has(name)
    if (parsed.again !== known) {
      // A user of an earlier line (6.x) is reset.
      line.parsed = parseAclLine(this.users, parsed.text, known)
      return this.#take(line, line.parsed, number)
    }
    const holder = user.roles.length === 0 ? user : this.#holder(user)
    const before = this.#loaded.size
    this.#loaded.set(name, holder)
    if (isStrict && this.#loaded.size === before) {
      this.#reportDuplicate('user', name, line, parsed.nameTo, number)
      return null
    }
    const isMissing = parsed.lookedUp.some((role) => !this.#roles.has(role))
    this.#report(line, isMissing ? parseAclLine(this.users, parsed.text, known, this.#roles) : parsed, number)
    return holder
  }

  /** Returns a user as one who holds the roles of this file. */
  #holder(user: User): User {
    const { space, allChannelsByDefault } = this.users
    return new User(user.name, space, { allChannelsByDefault, roles: this.#roles }, user)
  }

  #reportDuplicate(kind: 'user' | 'role', name: Bytes, line: PlacedLine, nameTo: number, number: number): void {
    const message = `WARNING: Duplicate ${kind} '${name}' found on line ${number}.`
    const span = this.#source.span(number, line.from + NAME_FROM, line.from + nameTo)
    this.#problems.push({ kind: `duplicate-${kind}`, message, span })
  }

  #report(line: PlacedLine, parsed: ParsedLine, number: number): void {
    this.#crash = parsed.crash
    if (parsed.crash) this.#problems.length = 0
    for (const { kind, before, after, from, to } of parsed.problems)
      this.#problems.push({
        kind,
        message: `${before}${this.fileName}:${number}${after}`,
        span: this.#source.span(number, line.from + from, line.from + to),
      })
  }
}

/** Returns true for a line that servers with roles parse before all others. */
const startsWithRole = (text: Bytes): boolean => text === 'role' || text.startsWith('role ')

/** Returns users or roles in the order in which a server lists them. */
export function inOrder<Named extends User | Role>(all: Iterable<Named>): Named[] {
  return [...all].sort((a, b) => compareBytes(a.name, b.name))
}

/** Returns the lines of ACL LIST: the roles, then the users. */
export function listAcl(users: Users): Bytes[] {
  return [...inOrder(users.roles.values()), ...inOrder(users)].map((one) => one.describe())
}

/** Returns the text that ACL SAVE writes: every line of ACL LIST. */
export function printAclFile(users: Users): Bytes {
  const lines = listAcl(users)
  // Joined at once: a text that grows line by line is copied once more when it is read.
  return lines.length === 0 ? '' : `${lines.join('\n')}\n`
}
