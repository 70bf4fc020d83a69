import type { CheckedLine } from '../checked-line'
import { shown } from '../facts'
import type { FileCheck, FileReport, PlacedLine } from './acl-file'

type Name = NonNullable<CheckedLine['name']>

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
      const { at, command } = changes
      found.push({
        message: `${shown(name.text)} can change functions (${command}) that ${shown(caller.text)} may call: they run with the caller’s permissions.`,
        hint: 'Deny FUNCTION (-function) to users that do not deploy functions.',
        line: number,
        from: from + at.from,
        to: from + at.to,
        user: name.text,
        fixes: [
          {
            label: 'Deny FUNCTION (-function)',
            edits: [{ from: from + checked.end, to: from + checked.end, insert: ' -function' }],
          },
        ],
      })
    }
    return found
  },
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
