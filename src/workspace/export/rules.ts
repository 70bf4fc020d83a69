import { compareBytes, toText, toTextExact, type Bytes } from '../../acl/bytes'
import { describeCommands } from '../../acl/describe'
import type { Selector } from '../../acl/selector'
import type { User } from '../../acl/user'
import { selectorText } from '../user-line'

/** Sorts users by name, as servers list and save them. */
export function byName(users: Iterable<User>): User[] {
  return [...users].sort((a, b) => compareBytes(a.name, b.name))
}

/** Moves the default user to the end: a script ends with the rules that may lock out its own connection. */
export function defaultLast(users: Iterable<User>): User[] {
  const sorted = byName(users)
  return [...sorted.filter(({ name }) => name !== 'default'), ...sorted.filter(({ name }) => name === 'default')]
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
  const rules = selector.allKeys ? ['~*'] : selector.keys.map((key) => key.text)
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

/** Returns true for bytes that are valid UTF-8: an export is text. */
export const isText = (bytes: Bytes): boolean => toTextExact(bytes) !== null

/** Shortens a rule or name for a note. */
export function clip(bytes: Bytes): string {
  const text = toText(bytes)
  return text.length > 80 ? `${text.slice(0, 79)}…` : text
}
