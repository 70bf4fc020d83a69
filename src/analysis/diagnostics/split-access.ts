import { READ, WRITE } from '../../acl/command'
import { allowedAmong, keyRule, tokensOf } from './facts'
import { onEachSelector, onToken, type LineCheck, type UserLine } from './line'

const readToo = ['xreadgroup']
const notForWriters = ['incr', 'getset', 'lpop', 'setbit', 'hincrby', 'ttl', 'getdel', 'getex', 'rename']
const upper = (names: readonly string[]): string => names.map((name) => name.toUpperCase()).join(', ')

function commands(line: UserLine, selector: number, names: readonly string[]): readonly string[] {
  const set = line.user?.own[selector]?.commands
  return set === undefined ? [] : allowedAmong(set, names)
}

/** Surprising effects of %R~ and %W~: a read that changes a consumer group, and writes that need read access. */
export const splitAccess: LineCheck = {
  code: 'split-access',
  severity: 'info',
  check: (line) =>
    onEachSelector(line, (selector, i) => {
      if (selector.allKeys || !selector.keys.some(({ access }) => access === READ || access === WRITE)) return []
      const rules = tokensOf(line, i).map(keyRule)
      const reads = rules.find((rule) => rule?.access === READ)
      const writes = rules.find((rule) => rule?.access === WRITE)
      const more = commands(line, i, readToo)
      const less = commands(line, i, notForWriters)
      return [
        ...(reads && more.length > 0
          ? [
              onToken(
                reads.token,
                `Read access is enough for ${upper(more)}, which changes the consumer group.`,
                'Deny it (-xreadgroup) to a user who must change nothing.',
              ),
            ]
          : []),
        ...(writes && less.length > 0
          ? [
              onToken(
                writes.token,
                `Write access is not enough for ${upper(less)}: they also read the key. SET, DEL and EXPIRE need write access only.`,
                'To allow them, grant the keys with ~ in place of %W~.',
              ),
            ]
          : []),
      ]
    }),
}
