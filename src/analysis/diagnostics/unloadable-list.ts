import { loadAclFile } from '../../acl/load'
import { Users } from '../../acl/users'
import { channelPattern, keyRule } from './facts'
import { onToken, type LineCheck } from './line'

/** A parenthesis, quote or blank in a pattern can make what ACL LIST and ACL SAVE print unreadable to the server itself. */
export const unloadableList: LineCheck = {
  code: 'unloadable-list',
  severity: 'error',
  about: 'oddPatterns',
  check: ({ user, patterns, target }) => {
    if (user === null) return []
    const token = patterns.find((other) => /[()\s"'\\]/.test(keyRule(other)?.pattern ?? channelPattern(other) ?? ''))
    if (token === undefined) return []
    const printed = user.describe()
    const roles = user.roles.map((role) => `role ${role}`)
    const again = loadAclFile(new Users(target.table, target.behaviours), [printed, ...roles].join('\n'), 'users.acl')
    if (again.ok && again.users.get(user.name)?.describe() === printed) return []
    return [
      onToken(
        token,
        `ACL LIST and ACL SAVE print this user in a way that ${target.label} cannot load again.`,
        'Write ? in place of the parenthesis, quote or blank in the pattern: it matches any one byte.',
      ),
    ]
  },
}
