import type { Bytes } from '../acl/bytes'
import { describeCommands } from '../acl/describe'
import type { Role } from '../acl/role'
import type { Selector } from '../acl/selector'
import type { User } from '../acl/user'
import { selectorText } from './user-line'

/** Returns the rules that define a user from nothing, passwords hashed: the output of ACL LIST, split into rules. */
export function rulesOfUser(user: User): Bytes[] {
  const flags = user.flags.filter((flag) => !flag.startsWith('all'))
  return [
    ...flags,
    ...user.passwords.map(({ hash }) => `#${hash}`),
    ...rulesOfRole(user),
    ...(user.roles.length === 0 ? [] : [`role=${user.roles.join(',')}`]),
  ]
}

/** Rules that take all rules of a role, which has no `reset`. */
export const emptyRole: readonly Bytes[] = ['clearselectors', 'resetkeys', 'resetchannels', 'alldbs', '-@all']

/** Returns the rules that define from nothing, and without roles, a user who may do the same: selectors in place of its roles. */
export function rulesWithoutRoles(user: User): Bytes[] {
  const own = rulesOfUser(user).filter((rule) => !rule.startsWith('role='))
  return [...own, ...user.selectors.slice(user.own.length).map((one) => selectorText(selectorRules(one)))]
}

/** Returns the rules that define a role from nothing. */
export function rulesOfRole({ own: [root, ...selectors] }: Pick<Role, 'own'>): Bytes[] {
  return [...selectorRules(root), ...selectors.map((one) => selectorText(selectorRules(one)))]
}

function selectorRules(selector: Selector): Bytes[] {
  const { behaviours } = selector.space
  // As a pattern among others, * was written with its access: ~* would replace the others.
  const rules = selector.allKeys ? ['~*'] : selector.keys.map(({ text }) => (text === '~*' ? '%RW~*' : text))
  if (behaviours.hasChannels) {
    if (selector.allChannels) rules.push('&*')
    else rules.push('resetchannels', ...selector.channels.map(({ pattern }) => `&${pattern}`))
  }
  if (behaviours.hasDatabases && !selector.allDatabases)
    rules.push(selector.databases.length === 0 ? 'resetdbs' : selector.describeDatabases())
  const { commands } = selector
  const list = behaviours.keepsRuleHistory ? commands.history : describeCommands(commands).split(' ').slice(1)
  return [...rules, commands.future ? '+@all' : '-@all', ...list]
}
