import type { FileCheck } from './acl-file'
import { isSaved } from './save-would-rewrite'

/**
 * A file saved by a server in which nobody who can log in may run ACL, not even ACL LOAD. Files deployed by hand or by
 * a pipeline usually intend that, and are not reported.
 */
export const nobodyMayRunAcl: FileCheck = {
  code: 'nobody-may-run-acl',
  severity: 'info',
  check: ({ lines }) => {
    if (!isSaved(lines)) return []
    const users = lines.filter(({ checked }) => checked.name !== null)
    // Without a line for default, the server gives it all permissions.
    const own = users.find(({ checked }) => checked.name?.text === 'default')
    const name = own?.checked.name
    if (own === undefined || !name || users.some(({ checked }) => checked.mayChangeUsers)) return []
    return [
      {
        message: 'No user who can log in may run ACL SETUSER or ACL LOAD: users can only be changed by a restart.',
        hint: 'Keep an administrator, for example user admin on #hash ~* &* +@all, or allow +acl|load to whoever deploys the file.',
        line: own.number,
        from: own.from + name.from,
        to: own.from + name.to,
        user: 'default',
        fixes: [],
      },
    ]
  },
}
