import { lower, toText } from '../../../acl/bytes'
import { all, type ConfCheck } from './conf-file'

/** rename-command is deprecated, and ACL rules still use the original name. */
export const renameCommand: ConfCheck = {
  code: 'rename-command',
  severity: 'warning',
  check: (conf) =>
    all(conf, 'rename-command').map((one) => {
      const [command = '', name = ''] = one.values
      const rule = `-${toText(lower(command))}`
      return {
        message:
          name === ''
            ? `rename-command is deprecated. The rule ${rule} denies ${toText(command)} to one user and can leave it to an administrator.`
            : `rename-command is deprecated. Rules still call this command ${toText(lower(command))}.`,
        hint: `Write ${rule} in the lines of users who should not have it, then remove this line.`,
        span: one.line.span,
        fixes: [],
      }
    }),
}
