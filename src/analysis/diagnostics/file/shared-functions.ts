import type { Bytes } from '../../../acl/bytes'
import type { Fix } from '../../diagnostic'
import type { CheckedLine } from '../checked-line'
import { shown } from '../facts'
import type { FunctionUse } from '../function-use'
import type { FileCheck, FileReport, PlacedLine } from './acl-file'

type Name = NonNullable<CheckedLine['name']>
type Change = NonNullable<FunctionUse['changes']>

/** A user that may change functions which another user without administrator permissions may call. */
export const sharedFunctions: FileCheck = {
  code: 'privilege-escalation',
  severity: 'info',
  check: ({ lines }) => {
    const [first, second] = twoCallers(lines)
    if (first === undefined) return []
    const found: FileReport[] = []
    for (const { checked, number, from } of lines) {
      const { name, functions, reports } = checked
      const changes = functions?.changes ?? null
      const caller = name?.text === first.text ? second : first
      if (name === null || changes === null || caller === undefined) continue
      if (reports.some(({ code, severity }) => code === 'privilege-escalation' && severity === 'error')) continue
      found.push(new ChangesFunctions(checked, name.text, caller.text, changes, number, from))
    }
    return found
  },
}

/** The report on a user. Texts and fixes are made on demand: a large file has many of them. */
class ChangesFunctions implements FileReport {
  readonly hint = 'Deny FUNCTION (-function) to users that do not deploy functions.'
  readonly from: number
  readonly to: number
  readonly #end: number
  readonly #caller: Bytes
  readonly #command: string
  readonly #isByRole: boolean

  constructor(
    { end }: CheckedLine,
    readonly user: Bytes,
    caller: Bytes,
    { at, command, isByRole }: Change,
    readonly line: number,
    start: number,
  ) {
    this.from = start + at.from
    this.to = start + at.to
    this.#end = start + end
    this.#caller = caller
    this.#command = command
    this.#isByRole = isByRole
  }

  get message(): string {
    return `${shown(this.user)} can change functions (${this.#command}) that ${shown(this.#caller)} may call: they run with the caller’s permissions.`
  }

  get fixes(): readonly Fix[] {
    if (this.#isByRole) return []
    const edit = { from: this.#end, to: this.#end, insert: ' -function' }
    return [{ label: 'Deny FUNCTION (-function)', edits: [edit] }]
  }
}

/** Returns the names of the first users, at most two of different names, that call functions. */
function twoCallers(lines: readonly PlacedLine[]): readonly Name[] {
  const found: Name[] = []
  for (const { checked } of lines) {
    const { name, functions } = checked
    if (functions?.calls !== true || name === null || name.text === found[0]?.text) continue
    found.push(name)
    if (found.length === 2) break
  }
  return found
}
