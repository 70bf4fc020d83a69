import type { Bytes } from '../../acl/bytes'
import type { Decision } from '../../acl/decision'
import type { CommandReport } from '../../analysis/diagnostics/command-line'
import type { Origin } from '../../server/types'
import { type Reply, isError } from '../../resp/reply'
import type { RenderedLine } from '../../resp/render'
import type { Denial } from './denial'
import { ownLine, replyLines } from './replies'
import { type LineToken, lineTokens } from './words'

/** The chip at the end of an entry. */
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
  /** The user that ran it, to judge it again. */
  user: Bytes | null = null
  /** The number of words that name the command: two where it has a subcommand, none where the server knows no such command. */
  named = $state(0)
  /** The line's words as they were sent. */
  argv: readonly Bytes[] = []
  db = 0
  /** The origin of the connection that it ran on. */
  origin: Origin | null = null
  /** The user that this line logged in; null: denied; undefined: no log-in line. */
  login: string | null | undefined = undefined
  #now = $state.raw<Decision | null>(null)
  /** The denial that followed the access check when the line was run, and the one that would follow now. */
  #firstDenial: Denial | null = null
  #denial = $state.raw<Denial | null>(null)
  /** The command was queued by MULTI: what EXEC denies is not this line's. */
  isQueued = false
  #lines = $state.raw<readonly RenderedLine[]>([])
  /** The first error that came back. */
  #error = $state.raw<Bytes | null>(null)
  /** Diagnostics of the command line. */
  diagnostics = $state.raw<readonly CommandReport[]>([])
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

  /** The denial that would follow now although the access check passes; null where there is none. */
  get denial(): Denial | null {
    return this.#denial
  }

  /** Tells whether the line would be allowed now, by the access check and by what follows it. */
  get isAllowed(): boolean {
    return this.#now?.allowed === true && this.#denial === null
  }

  /** Tells whether the line was allowed when it ran. */
  get wasAllowed(): boolean {
    return this.first?.allowed === true && this.#firstDenial === null
  }

  decided(decision: Decision | null, user: Bytes | null, db: number, denial: Denial | null = null): void {
    this.first = decision
    this.#now = decision
    this.#firstDenial = denial
    this.#denial = denial
    this.user = user
    this.db = db
  }

  /** Takes the decision that today's rules give. */
  judgedAgain(decision: Decision | null, denial: Denial | null = null): void {
    if (this.first === null) return
    this.#now = decision
    this.#denial = denial
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

  /** The verdict of the ACL; null where it was not asked. */
  get verdict(): Verdict | null {
    const { first } = this
    if (this.isLeft) return { kind: 'plain', text: 'not run' }
    if (this.kind !== 'command' || (this.waiting && first === null)) return null
    const now = this.#now
    const error = this.#error
    if (error !== null && /^NOAUTH/.test(error)) return { kind: 'no', text: 'not logged in' }
    if (first === null) {
      if (this.#firstDenial !== null) return { kind: 'no', text: this.#firstDenial.reason }
      if (error === null) return null
      if (/^WRONGPASS/.test(error) || /invalid password/.test(error)) return { kind: 'no', text: 'auth' }
      return null
    }
    if (now === null)
      return { kind: 'changed', text: this.wasAllowed ? 'was allowed, user is gone' : 'was denied, user is gone' }
    if (this.isAllowed !== this.wasAllowed)
      return { kind: 'changed', text: this.wasAllowed ? 'was allowed, now denied' : 'was denied, now allowed' }
    if (!this.isAllowed) return { kind: 'no', text: this.#denial?.reason ?? now.reason ?? 'denied' }
    const inside = error !== null && /^NOPERM|ACL failure in script/.test(error)
    return inside ? { kind: 'no', text: 'denied inside' } : { kind: 'ok', text: 'allowed' }
  }

  /** The line in pieces, each with what it is. */
  readonly #tokens = $derived.by(() => lineTokens(this.line, this.named, this.first))
  get tokens(): readonly LineToken[] {
    return this.#tokens
  }
}
