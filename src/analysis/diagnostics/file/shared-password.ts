import { toText, type Bytes } from '../../../acl/bytes'
import type { FileCheck, FileReport } from './acl-file'

/** Two users with the same password. */
export const sharedPassword: FileCheck = {
  code: 'shared-password',
  severity: 'warning',
  check: ({ lines }) => {
    const first = new Map<Bytes, Bytes>()
    const reports: FileReport[] = []
    for (const { checked, number, from } of lines) {
      if (checked.name === null) continue
      for (const password of checked.passwords) {
        const owner = first.get(password.hash)
        if (owner === undefined) first.set(password.hash, checked.name.text)
        else if (owner !== checked.name.text) {
          reports.push({
            message: `${toText(owner)} has the same password: whoever knows it can log in as both users.`,
            hint: 'Give every user a password of its own; ACL GENPASS makes one.',
            line: number,
            from: from + password.from,
            to: from + password.to,
            user: checked.name.text,
            fixes: [],
          })
        }
      }
    }
    return reports
  },
}
