import { toText, type Bytes } from '../../../acl/bytes'
import type { FileCheck, FileReport } from './acl-file'

/** Two users with the same password. */
export const sharedPassword: FileCheck = {
  code: 'shared-password',
  severity: 'warning',
  check: ({ lines }) => {
    const first = new Map<Bytes, Bytes>()
    const reports: FileReport[] = []
    for (const { known, number, from } of lines) {
      if (known.name === null) continue
      for (const password of known.passwords) {
        const owner = first.get(password.hash)
        if (owner === undefined) first.set(password.hash, known.name.text)
        else if (owner !== known.name.text) {
          reports.push({
            message: `${toText(owner)} has the same password: whoever knows it can log in as both users.`,
            hint: 'Give every user a password of its own; ACL GENPASS makes one.',
            line: number,
            from: from + password.from,
            to: from + password.to,
            user: known.name.text,
            fixes: [],
          })
        }
      }
    }
    return reports
  },
}
