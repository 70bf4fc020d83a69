import { Frequencies } from '../keyspace/frequencies'
import type { Configuration, Data, Randomness } from './parts'

/** Counts how often keys are used from now on if `maxmemory-policy` is an LFU policy, and not if it is another. */
export function countByPolicy({ config, keyspace, random }: Configuration & Data & Randomness): void {
  const rules = () => ({ decayTime: config.number('lfu-decay-time'), logFactor: config.number('lfu-log-factor') })
  const isLfu = config.get('maxmemory-policy').endsWith('-lfu')
  keyspace.frequencies = isLfu ? new Frequencies(rules, random) : null
}
