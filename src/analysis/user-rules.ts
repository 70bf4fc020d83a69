import { compareBytes, type Bytes } from '../acl/bytes'
import { describeCommands } from '../acl/describe'
import type { Selector } from '../acl/selector'
import type { User } from '../acl/user'
import { selectorText } from './user-line'

/** Sorts users by name, as servers list and save them. */
export function byName(users: Iterable<User>): User[] {
  return [...users].sort((a, b) => compareBytes(a.name, b.name))
}

/** Returns the rules that define a user from nothing, passwords hashed: the output of ACL LIST, split into rules. */
export function rulesOfUser(user: User): Bytes[] {
  const flags = user.flags.filter((flag) => !flag.startsWith('all'))
  const [root, ...selectors] = user.selectors
  return [
    ...flags,
    ...user.passwords.map(({ hash }) => `#${hash}`),
    ...selectorRules(root),
    ...selectors.map((one) => selectorText(selectorRules(one))),
  ]
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
