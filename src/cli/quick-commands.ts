import type { CommandTimes } from '../server/command-times'
import type { Config } from '../server/config'

/** Commands that take microseconds, unless a value that they return is long. */
const quick = new Set('get set incr decr incrby ping exists ttl hget hset llen lpush rpush sadd sismember'.split(' '))
const QUICK_ARGUMENTS = 8
const QUICK_REPLY = 4096
/** Values of slowlog-log-slower-than, in microseconds, below which every command is measured. */
const QUICK_LIMIT = 1000

/** Returns which commands need not be measured, because SLOWLOG would not note them. */
export function quickCommands(config: Config): NonNullable<CommandTimes['isQuick']> {
  /** By Command.index. */
  const isQuick: boolean[] = []
  return (command, argv, reply) => {
    if (!(isQuick[command.index] ??= quick.has(command.name))) return false
    const { slowerThan } = config.frequent
    if (slowerThan >= 0 && slowerThan < QUICK_LIMIT) return false
    return argv.length <= QUICK_ARGUMENTS && !(typeof reply === 'string' && reply.length > QUICK_REPLY)
  }
}
