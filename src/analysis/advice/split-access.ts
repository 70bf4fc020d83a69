import { READ, WRITE } from '../../acl/command'
import { allowedAmong, keyRule, tokensOf } from './facts'
import { onEachSelector, onToken, type Advice, type UserLine } from './line'

const readToo = ['dump', 'xreadgroup']
const notForWriters = ['incr', 'getset', 'lpop', 'setbit', 'hincrby', 'ttl', 'getdel', 'getex', 'rename']
const upper = (names: readonly string[]): string => names.map((name) => name.toUpperCase()).join(', ')

function commands(line: UserLine, selector: number, names: readonly string[]): readonly string[] {
  const set = line.user?.selectors[selector]?.commands
  return set === undefined ? [] : allowedAmong(set, names)
}

/** What %R~ and %W~ alone let through, and what they do not. */
export const splitAccess: Advice = {
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
          ? [onToken(reads.token, `Reading includes ${upper(more)}.`, 'Take a command away where it is not wanted.')]
          : []),
        ...(writes && less.length > 0
          ? [
              onToken(
                writes.token,
                `Writing alone is not enough for ${upper(less)}: they read the key, or tell of it. SET, DEL and EXPIRE pass.`,
                'Where they are wanted, grant the keys for both with ~.',
              ),
            ]
          : []),
      ]
    }),
}
