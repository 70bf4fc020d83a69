import type { User } from '../../acl/user'
import { commandTitle } from '../command-title'
import type { Edit, Diagnostic } from '../diagnostic'
import { memoize } from '../memoize'
import {
  allowedAmong,
  allowsKeyCommands,
  keyRule,
  listSome,
  namedRoles,
  rolesAllowing,
  tokensOf,
  userAllows,
} from './facts'
import { insertRules, onToken, type LineCheck } from './line'

const names = ['keys', 'scan', 'randomkey', 'clusterscan']
const tracking = ['client|tracking']
const counts = ['dbsize']
const wipes = ['flushall', 'flushdb', 'swapdb']
const every = [...names, ...tracking, ...counts, ...wipes]

/** Example command lines that no key pattern limits, by command. */
const sample: Readonly<Record<string, readonly string[]>> = {
  keys: ['keys', '*'],
  scan: ['scan', '0'],
  'client|tracking': ['client', 'tracking', 'on', 'bcast'],
  swapdb: ['swapdb', '0', '1'],
}

/** Returns the severity and texts for the commands that a user may run; null where it may run none. */
const textsFor = memoize((all: readonly string[]) => {
  if (all.length === 0) return null
  const has = (some: readonly string[]): boolean => some.some((name) => all.includes(name))
  const can = [
    ...(has(names) ? ['learn the names of all keys'] : []),
    ...(has(tracking) && !has(names) ? ['be told the names of keys that others change (with BCAST)'] : []),
    ...(has(counts) && !has(names) ? ['count all keys'] : []),
    ...(has(wipes) ? ['wipe or swap whole databases'] : []),
  ]
  const severity: Diagnostic['severity'] = has(names) || has(tracking) || has(wipes) ? 'warning' : 'info'
  return {
    severity,
    message: `Key patterns do not limit ${listSome(all.map(commandTitle), 8)}: this user can ${listSome(can)}.`,
    label: all.length === 1 ? 'Deny it' : 'Deny them',
  }
})

/**
 * Returns the commands that the user can run in some database. They need access to the database, and some to every
 * database (Valkey 9.1).
 */
function within(user: User, held: readonly string[]): readonly string[] {
  if (user.selectors.every(({ allDatabases }) => allDatabases)) return held
  return held.filter((name) => {
    const command = user.space.table.find(name)
    return user.selectors.some(
      ({ allDatabases, databases, commands }) =>
        command !== undefined &&
        commands.has(command.index) &&
        (allDatabases || (databases.length > 0 && name !== 'flushall' && name !== 'swapdb')),
    )
  })
}

/** Commands that key patterns do not limit, for a user with key patterns. */
export const keysCommandLeaks: LineCheck = {
  code: 'keys-command-leaks',
  severity: 'warning',
  check: (line) => {
    const { user } = line
    if (user === null || user.selectors.some(({ allKeys, commands }) => allKeys && allowsKeyCommands(commands)))
      return []
    if (!user.selectors.some((selector) => selector.keys.length > 0)) return []
    const held = within(user, userAllows(line, every))
    const found = textsFor(held)
    const roles = rolesAllowing(user, held)
    if (found === null) return []
    const edits = (): Edit[] =>
      user.own.flatMap(({ commands }, i) => {
        const taken = allowedAmong(commands, every)
        return taken.length === 0
          ? []
          : [
              insertRules(
                line,
                i,
                taken.map((name) => `-${name}`),
              ),
            ]
      })
    const token =
      tokensOf(line, 0).find((other) => keyRule(other) !== null) ?? line.tokens.find((other) => keyRule(other) !== null)
    return [
      {
        ...onToken(
          token ?? line.name,
          found.message,
          roles.length === 0
            ? null
            : `The ${namedRoles(roles)} of the user ${roles.length === 1 ? 'allows' : 'allow'} this.`,
          () => (roles.length === 0 ? [{ label: found.label, edits: edits().sort((a, b) => a.from - b.from) }] : []),
        ),
        severity: found.severity,
        group: found.message,
        claims: () => held.map((name) => ({ argv: sample[name] ?? [name], allowed: true })),
      },
    ]
  },
}
