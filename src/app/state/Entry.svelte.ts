import type { Bytes } from '../../acl/bytes'
import type { Decision } from '../../acl/decision'
import type { CommandRemark } from '../../analysis/advice/command-line'
import type { Origin } from '../../server/types'
import type { Reply } from '../../resp/reply'
import { isError } from '../../resp/reply'
import type { RenderedLine } from '../../resp/render'
import { ownLine, replyLines } from './replies'
import type { LineToken } from './words'
import { lineTokens } from './words'

/** What the chip at the end of an entry says. */
export interface Verdict {
  readonly kind: 'ok' | 'no' | 'changed' | 'plain'
  readonly text: string
}

let nextId = 1

/** One line of a console's transcript: a command with its replies and the decision on it, or a notice. */
export class Entry {
  readonly id = nextId++
  readonly kind: 'command' | 'push' | 'notice'
  /** The prompt as it stood when the line was run. */
  readonly prompt: string
  readonly line: string
  /** The decision when the line was run; null where the ACL was not asked. */
  first = $state.raw<Decision | null>(null)
  /** Who ran it, and in which database: to judge it again. */
  user: Bytes | null = null
  /** How many words name the command: two where it has a subcommand, none where the server knows no such command. */
  named = $state(0)
  /** The line's words as they were sent. */
  argv: readonly Bytes[] = []
  db = 0
  /** Where the connection that it ran on comes from. */
  origin: Origin | null = null
  /** Who was logged in by this line; null: refused; undefined: no log-in line. */
  login: string | null | undefined = undefined
  #now = $state.raw<Decision | null>(null)
  #lines = $state.raw<readonly RenderedLine[]>([])
  /** The first error that came back. */
  #error = $state.raw<Bytes | null>(null)
  /** What is worth knowing of this command, whatever came of it. */
  remarks = $state.raw<readonly CommandRemark[]>([])
  waiting = $state(false)
  /** A saved session's command that was left out: it did not run. */
  isLeft = false
  /** Characters of all replies. */
  length = 0
  open = $state(false)

  constructor(kind: Entry['kind'], prompt: string, line: string) {
    this.kind = kind
    this.prompt = prompt
    this.line = line
  }

  get lines(): readonly RenderedLine[] {
    return this.#lines
  }

  /** The decision as it would be now. */
  get now(): Decision | null {
    return this.#now
  }

  decided(decision: Decision | null, user: Bytes | null, db: number): void {
    this.first = decision
    this.#now = decision
    this.user = user
    this.db = db
  }

  /** Takes the decision that today's rules give. */
  judgedAgain(decision: Decision | null): void {
    if (this.first !== null) this.#now = decision
  }

  /** Adds replies as redis-cli shows them. */
  answered(replies: readonly Reply[], protocol: 2 | 3 = 2): void {
    const lines = replies.flatMap((reply) => replyLines(reply, this.argv, protocol))
    for (const line of lines) for (const { text } of line) this.length += text.length
    this.#lines = [...this.#lines, ...lines]
    this.#error ??= replies.find(isError)?.text ?? null
  }

  /** Adds a line of our own (or redis-cli's), not a reply. */
  said(text: string, isFailure = true): void {
    this.#lines = [...this.#lines, ownLine(text, isFailure)]
  }

  /** The server hung up before it answered. */
  lost(): void {
    this.waiting = false
    this.said('Error: Server closed the connection')
  }

  /** What the ACL said, in a word and a mark; null where it said nothing. */
  get verdict(): Verdict | null {
    const { first } = this
    if (this.isLeft) return { kind: 'plain', text: 'not run' }
    if (this.kind !== 'command' || (this.waiting && first === null)) return null
    const now = this.#now
    if (first === null) {
      const error = this.#error
      if (error === null) return null
      if (/^NOAUTH/.test(error)) return { kind: 'no', text: 'not logged in' }
      if (/^WRONGPASS/.test(error) || /invalid password/.test(error)) return { kind: 'no', text: 'log-in' }
      return null
    }
    if (now === null)
      return { kind: 'changed', text: first.allowed ? 'was allowed, user is gone' : 'was refused, user is gone' }
    if (now.allowed !== first.allowed)
      return { kind: 'changed', text: first.allowed ? 'was allowed, now refused' : 'was refused, now allowed' }
    if (!now.allowed) return { kind: 'no', text: now.reason ?? 'refused' }
    const inside = this.#error !== null && /^NOPERM|ACL failure in script/.test(this.#error)
    return inside ? { kind: 'no', text: 'refused inside' } : { kind: 'ok', text: 'allowed' }
  }

  /** The line in pieces, each with what it is. */
  readonly #tokens = $derived.by(() => lineTokens(this.line, this.named, this.first))
  get tokens(): readonly LineToken[] {
    return this.#tokens
  }
}
