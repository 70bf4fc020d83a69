import { toText, type Bytes } from '../../acl/bytes'
import type { Diagnostic, Fix } from '../diagnostic'
import { listSome } from './facts'

/** A diagnostic on a user's line. Those of the same code and group are joined. */
export interface UserDiagnostic extends Diagnostic {
  readonly user: Bytes
  readonly group?: string | undefined
  /** Returns the fixes without caching them. */
  makeFixes(): readonly Fix[]
}

/** Collects the diagnostics of a file and joins equal ones of several users at the first of them. */
export class GroupedDiagnostics {
  readonly #diagnostics: Diagnostic[] = []
  /** By the text of the group: few groups of several codes have the same. */
  readonly #groups = new Map<string, Group[]>()

  add(diagnostic: Diagnostic): void {
    this.#diagnostics.push(diagnostic)
  }

  addOfUser(diagnostic: UserDiagnostic): void {
    const { group, code, severity } = diagnostic
    if (group === undefined) return this.add(diagnostic)
    let alike = this.#groups.get(group)
    if (alike === undefined) this.#groups.set(group, (alike = []))
    const known = alike.find((other) => other.code === code && other.severity === severity)
    if (known === undefined) {
      alike.push({ code, severity, at: this.#diagnostics.length, members: [diagnostic] })
      this.#diagnostics.push(diagnostic)
    } else {
      known.members.push(diagnostic)
    }
  }

  /** Returns the diagnostics in the order in which they were added. */
  finish(): Diagnostic[] {
    for (const alike of this.#groups.values())
      for (const { at, members } of alike) if (members.length > 1) this.#diagnostics[at] = new JoinedDiagnostic(members)
    return this.#diagnostics
  }
}

interface Group {
  readonly code: string
  readonly severity: Diagnostic['severity']
  readonly at: number
  readonly members: UserDiagnostic[]
}

const sameFor = ' The same goes for '

/** Returns the message of a joined diagnostic without the names of the other users. */
export const withoutOthers = ({ message, also }: Diagnostic): string =>
  also === undefined ? message : (message.split(sameFor)[0] ?? message)

/** A joined diagnostic: that of the first user, which names the others. */
class JoinedDiagnostic implements Diagnostic {
  readonly #members: readonly UserDiagnostic[]
  readonly #first: Diagnostic
  #fixes: readonly Fix[] | null = null

  constructor(members: readonly UserDiagnostic[]) {
    this.#members = members
    this.#first = members[0] as Diagnostic
  }

  get code(): string {
    return this.#first.code
  }
  get severity(): Diagnostic['severity'] {
    return this.#first.severity
  }
  get message(): string {
    const others = this.#members.slice(1).map(({ user }) => toText(user))
    return `${this.#first.message}${sameFor}${listSome(others)}.`
  }
  get hint(): string | null {
    return this.#first.hint
  }
  get span(): Diagnostic['span'] {
    return this.#first.span
  }
  get also(): readonly Diagnostic['span'][] {
    return this.#members.slice(1).map(({ span }) => span)
  }
  /** The fixes of the first user, then its first fix applied to all users. */
  get fixes(): readonly Fix[] {
    return (this.#fixes ??= [...this.#first.fixes, ...this.#forAll()])
  }

  #forAll(): readonly Fix[] {
    // Of a large file, the fixes of each member take more memory than all else: only this one keeps them.
    const each = this.#members.flatMap((member) => member.makeFixes()[0] ?? [])
    const [first] = each
    if (first === undefined || each.length < this.#members.length || each.some(({ label }) => label !== first.label))
      return []
    const isOneEach = new Set(this.#members.map(({ user }) => user)).size === this.#members.length
    return [
      {
        label: `${first.label}, for all ${each.length} users`,
        edits: each.flatMap(({ edits }) => edits),
        everywhere: true,
        // Two safe fixes of one line need not be safe together; those of different users' lines are.
        ...(isOneEach && each.every(({ safe }) => safe === true) && { safe: true as const }),
      },
    ]
  }
}
