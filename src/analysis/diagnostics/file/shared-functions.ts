import { shown } from '../facts'
import type { FileCheck, FileReport } from './acl-file'

/** A user that may change functions which another user without administrator permissions may call. */
export const sharedFunctions: FileCheck = {
  code: 'privilege-escalation',
  severity: 'info',
  check: ({ lines }) => {
    const callers = lines.filter(({ checked }) => checked.functions?.calls === true)
    return lines.flatMap(({ checked, number, from }): FileReport[] => {
      const { name, functions, reports } = checked
      const caller = callers.find((other) => other.checked.name?.text !== name?.text)?.checked.name
      if (name === null || functions === null || functions.changes === null || caller === undefined || caller === null)
        return []
      if (reports.some(({ code, severity }) => code === 'privilege-escalation' && severity === 'error')) return []
      const { at, command } = functions.changes
      return [
        {
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
        },
      ]
    })
  },
}
