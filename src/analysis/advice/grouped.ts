import { toText, type Bytes } from '../../acl/bytes'
import type { Finding, Fix } from '../finding'
import { listSome } from './facts'

/** A diagnostic on the line of a user. Those of one code and group are shown as one. */
export interface UserFinding extends Finding {
  readonly user: Bytes
  readonly group?: string | undefined
}

/** Collects the diagnostics of a file and joins those that say the same of several users, at the first of these. */
export class GroupedFindings {
  readonly #findings: Finding[] = []
  readonly #groups = new Map<string, Group>()

  add(finding: Finding): void {
    this.#findings.push(finding)
  }

  addOfUser(finding: UserFinding): void {
    if (finding.group === undefined) return this.add(finding)
    const key = `${finding.code} ${finding.severity} ${finding.group}`
    const known = this.#groups.get(key)
    if (known === undefined) {
      this.#groups.set(key, { at: this.#findings.length, members: [finding] })
      this.#findings.push(finding)
    } else {
      known.members.push(finding)
    }
  }

  /** Returns the diagnostics in the order in which they were added. */
  finish(): Finding[] {
    for (const { at, members } of this.#groups.values())
      if (members.length > 1) this.#findings[at] = new JoinedFinding(members)
    return this.#findings
  }
}

interface Group {
  readonly at: number
  readonly members: UserFinding[]
}

/** Several diagnostics as one: that of the first user, which names the others. */
class JoinedFinding implements Finding {
  readonly #members: readonly UserFinding[]
  readonly #first: Finding
  #fixes: readonly Fix[] | null = null

  constructor(members: readonly UserFinding[]) {
    this.#members = members
    this.#first = members[0] as Finding
  }

  get code(): string {
    return this.#first.code
  }
  get severity(): Finding['severity'] {
    return this.#first.severity
  }
  get message(): string {
    const others = this.#members.slice(1).map(({ user }) => toText(user))
    return `${this.#first.message} The same goes for ${listSome(others)}.`
  }
  get hint(): string | null {
    return this.#first.hint
  }
  get span(): Finding['span'] {
    return this.#first.span
  }
  /** The fixes of the first user, and the first of these for all users. */
  get fixes(): readonly Fix[] {
    return (this.#fixes ??= [...this.#first.fixes, ...this.#forAll()])
  }

  #forAll(): readonly Fix[] {
    const each = this.#members.flatMap(({ fixes }) => fixes[0] ?? [])
    const [first] = each
    if (first === undefined || each.length < this.#members.length || each.some(({ label }) => label !== first.label))
      return []
    return [{ label: `${first.label}, for all ${each.length} users`, edits: each.flatMap(({ edits }) => edits) }]
  }
}
