import { type Bytes, compareBytes } from './bytes'
import { AclLines } from './aclfile'
import type { Span } from './decision'
import { type ParsedLine, parseAclLine } from './file-line'
import { isSkippedLine, LineCache, lineCacheLimits, type PlacedLine } from './line-cache'
import { type LineError, NAME_FROM } from './line-rules'
import { cString, type RuleError } from './rule-errors'
import { SourceText } from './source'
import type { User } from './user'
import type { Users } from './users'

export interface AclFileProblem {
  /** The server's message: `users.acl:1: Syntax error.` */
  readonly message: Bytes
  readonly kind: RuleError | LineError
  /** The word that caused it. */
  readonly span: Span
}

export type AclFileResult =
  | {
      readonly ok: true
      /** In the order of the file. Never change them: later loads return them again, and `replaceAll` copies them. */
      readonly users: ReadonlyMap<Bytes, User>
    }
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
    if (this.#problems.length === 0) return { ok: true, users: this.#loaded }
    const end = 'WARNING: ACL errors detected, no change to the previously active ACL rules was performed'
    const message = [...this.#problems.map((problem) => problem.message), end].join(' ')
    return { ok: false, crash: this.#crash, message, problems: this.#problems }
  }

  /** Parses the lines that changed. Rules get new places once all of the file is accepted: before, the old ones are in force. */
  #readCached(): void {
    const lines = LineCache.of(this.users).read(this.content)
    for (let i = 0; i < lines.length && !this.#crash; i++) {
      const line = lines[i]
      if (line !== undefined && line.parsed !== null) this.#take(line, line.parsed, i + 1)
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
    const lines = new AclLines(this.content)
    while (lines.next()) {
      const { number, start, from, to } = lines
      const text = this.content.slice(from, to)
      if (isSkippedLine(this.users, text)) continue
      const parsed = parseAclLine(this.users, text, false)
      const line: PlacedLine = { start, from, to, parsed }
      this.#take(line, parsed, number)
      if (this.#crash) return
      const { user = null, origin = null } = line.parsed ?? {}
      if (origin === null) continue
      origin.moveTo(this.#source, number, from, to)
      user?.rest(origin)
    }
  }

  #take(line: PlacedLine, parsed: ParsedLine, number: number): void {
    if (parsed.name !== null && parsed.user !== null) {
      const isStrict = this.users.space.behaviours.strictAclFile
      const known = !isStrict && this.#loaded.has(parsed.name)
      if (parsed.again !== known) {
        // A user of an earlier line (6.x) is reset.
        line.parsed = parseAclLine(this.users, parsed.text, known)
        return this.#take(line, line.parsed, number)
      }
      const before = this.#loaded.size
      this.#loaded.set(parsed.name, parsed.user)
      if (isStrict && this.#loaded.size === before) {
        const message = `WARNING: Duplicate user '${parsed.name}' found on line ${number}.`
        const span = this.#source.span(number, line.from + NAME_FROM, line.from + parsed.nameTo)
        this.#problems.push({ kind: 'duplicate-user', message, span })
        return
      }
    }
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

/** Returns users in the order in which a server lists them. */
export function inOrder(users: Iterable<User>): User[] {
  return [...users].sort((a, b) => compareBytes(a.name, b.name))
}

/** Returns the text that ACL SAVE writes: every user's line, by name. */
export function printAclFile(users: Iterable<User>): Bytes {
  const lines: Bytes[] = []
  for (const user of inOrder(users)) lines.push(user.describe())
  // Joined at once: a text that grows line by line is copied once more when it is read.
  return lines.length === 0 ? '' : `${lines.join('\n')}\n`
}
