import { toText, type Bytes } from '../../acl/bytes'
import type { Selector } from '../../acl/selector'
import { allowedAmong, allowsKeyCommands, listSome, namedRoles, roleToken, shown } from './facts'
import { onToken, type LineCheck, type Report } from './line'

/** A role that allows all databases or all channels to a user whose own rules are restricted to some. */
export const roleOpensAll: LineCheck = {
  code: 'role-opens-all',
  severity: 'warning',
  check: (line) => {
    const { user } = line
    const token = roleToken(line)
    if (user === null || user.roles.length === 0 || token === undefined) return []
    const rolesWith = (opens: (selector: Selector) => boolean): readonly Bytes[] =>
      user.roles.filter((role) => user.defaults.roles?.get(role)?.own.some(opens))
    const report = (roles: readonly Bytes[], what: string, own: string, hint: string): Report[] =>
      roles.length === 0
        ? []
        : [
            onToken(
              token,
              `The ${namedRoles(roles)} ${roles.length === 1 ? 'allows' : 'allow'} ${what}, while ${shown(line.name.text)}’s own rules are limited to ${own}.`,
              hint,
            ),
          ]
    const { own } = user
    const databases = new Set(own.flatMap((one) => one.databases))
    const channels = new Set(own.flatMap((one) => one.channels.map(({ pattern }) => pattern)))
    return [
      ...(own.some(({ allDatabases }) => allDatabases) || databases.size === 0
        ? []
        : report(
            rolesWith(
              ({ allDatabases, allKeys, keys, commands }) =>
                allDatabases && (allKeys || keys.length > 0) && allowsKeyCommands(commands),
            ),
            'commands on keys in every database',
            `db=${[...databases].sort((a, b) => a - b).join(',')}`,
            'A new role opens all databases. Add db=… to the role.',
          )),
      ...(own.some(({ allChannels }) => allChannels) || channels.size === 0
        ? []
        : report(
            rolesWith(({ allChannels, commands }) => allChannels && allowedAmong(commands, pubsub).length > 0),
            'commands on every channel',
            listSome([...channels].map((pattern) => `&${toText(pattern)}`)),
            'Replace &* in the role by the channels that it needs.',
          )),
    ]
  },
}

const pubsub = ['publish', 'spublish', 'subscribe', 'psubscribe', 'ssubscribe']
