import { wordAt } from '../../acl/argv'
import { lower, type Bytes } from '../../acl/bytes'
import type { User } from '../../acl/user'
import type { CommandLine } from '../../proof/command-line'
import type { SimulatedServer } from '../../server/server'

/** A user on a server. */
export interface Side {
  readonly server: SimulatedServer
  readonly user: User
}

/** Returns true for a made-up subcommand, which is any where a server takes it for a first argument, and for some real ones. */
const isOneOf = (sub: Bytes | undefined, ...names: readonly string[]): boolean =>
  sub === undefined || ['x', ...names].includes(lower(sub))

/** Arguments in place of those that a proof made up, by command: such that the command does something when it runs. */
const better: Readonly<Record<string, (argv: readonly Bytes[], user: Bytes) => readonly Bytes[]>> = {
  acl: (argv, user) => (isOneOf(argv[1], 'setuser') ? ['acl', 'SETUSER', user, '+@all'] : argv),
  client: (argv) =>
    isOneOf(argv[1]) ? ['client', 'LIST'] : wordAt(argv, 1) === 'tracking' ? ['client', 'TRACKING', 'on'] : argv,
  config: (argv) =>
    wordAt(argv, 1) === 'get'
      ? ['config', 'GET', 'maxmemory']
      : isOneOf(argv[1], 'set')
        ? ['config', 'SET', 'maxmemory', '1mb']
        : argv,
  expire: ([name = '', key = '']) => [name, key, '60'],
  keys: ([name = '']) => [name, '*'],
  pexpire: ([name = '', key = '']) => [name, key, '60000'],
  publish: ([name = '', channel = '']) => [name, channel, 'hello'],
  scan: ([name = '']) => [name, '0'],
}

/**
 * Returns a command line like the given one, with arguments that make sense when it runs. Returns the given one where there
 * are none, or where any of the users would be judged differently.
 */
export function runnable(line: CommandLine, sides: readonly [Side, ...Side[]]): CommandLine {
  const [{ user }] = sides
  const argv = better[wordAt(line.argv, 0)]?.(line.argv, user.name)
  if (argv === undefined) return line
  const verdict = ({ server, user: one }: Side, words: readonly Bytes[]): boolean | undefined =>
    server.judge(one, words, { db: line.db })?.allowed
  return sides.every((side) => verdict(side, argv) === verdict(side, line.argv)) ? { argv, db: line.db } : line
}
