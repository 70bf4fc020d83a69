import { defaultLimits, type Limits } from '../keyspace/limits'
import type { Target } from '../targets/target'
import type { Config } from './config'

type Changing = Exclude<keyof Limits, 'setsArePacked'>

/** The directives of the limits of encodings, by the names that they have from 7.0 on. */
const directives: Readonly<Record<string, Changing>> = {
  'list-max-listpack-size': 'listSize',
  'hash-max-listpack-entries': 'hashEntries',
  'hash-max-listpack-value': 'hashValue',
  'set-max-intset-entries': 'setIntegers',
  'set-max-listpack-entries': 'setEntries',
  'set-max-listpack-value': 'setValue',
  'zset-max-listpack-entries': 'zsetEntries',
  'zset-max-listpack-value': 'zsetValue',
}

/** Applies a directive to the limits of encodings, if it is one of theirs. It holds for values that change afterwards. */
export function applyLimit(limits: Limits, config: Config, name: string): void {
  const limit = directives[name.replace('ziplist', 'listpack')]
  if (limit !== undefined) limits[limit] = config.number(name)
}

/** Returns the limits of encodings that a configuration sets. */
export function limitsOf(config: Config, { behaviours }: Target): Limits {
  const limits = defaultLimits(behaviours)
  for (const name of config.changed) applyLimit(limits, config, name)
  return limits
}
