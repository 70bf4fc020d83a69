import { readFileSync } from 'node:fs'
import { brotliDecompressSync } from 'node:zlib'
import { targetInfos } from '../../src/targets/infos'
import { since } from '../../src/targets/list'
import type { TargetId } from '../../src/targets/target'

/** A reply as the recordings write it; the README beside the recordings lists the forms. */
export type Recorded = string | null | readonly Recorded[] | { readonly [tag: string]: unknown }

export type Argument = string | { readonly x: string }

/** [connection, argv, reply, further replies of the same command]. argv null: what was pushed so far. */
export type Step = readonly [number, readonly Argument[] | null, Recorded, (readonly Recorded[])?]

export interface Scenario {
  readonly id: string
  readonly steps: readonly Step[]
  readonly fresh?: boolean
  readonly conf?: readonly string[]
  readonly files?: Readonly<Record<string, string>>
  readonly start?: 'started' | 'refused'
  readonly message?: string
  readonly saved?: string
  /** The `role` and `user` lines that CONFIG REWRITE left. */
  readonly rewritten?: readonly string[]
  readonly rewrite?: string
  readonly from?: Readonly<Record<string, 'loopback' | 'remote' | 'unix'>>
}

export const families = [
  'dryrun',
  'queue',
  'getkeys',
  'glob',
  'exec',
  'keyspace',
  'session',
  'file',
  'load',
  'protected',
  'roles',
  'rolefile',
] as const
export type Family = (typeof families)[number]

/** Returns true if a target has recordings of a family: ACL DRYRUN came with 7.0, roles with Valkey 9.2. */
export function isRecorded(id: TargetId, family: Family): boolean {
  if (family === 'dryrun') return since(id, 'redis-7.0', 'valkey-7.2')
  return !family.startsWith('role') || since(id, null, 'valkey-9.2')
}

/** The targets that have a file of recordings. */
export const recordedTargets: readonly TargetId[] = targetInfos
  .filter(({ evidence }) => evidence === 'recorded')
  .map(({ id }) => id)

const cache = new Map<TargetId, Map<Family, Scenario[]>>()

/** The scenarios of one family as one target answered them, in order. */
export function recordingsOf(target: TargetId, family: Family): readonly Scenario[] {
  let byFamily = cache.get(target)
  if (byFamily === undefined) {
    byFamily = new Map()
    let current: Scenario[] = []
    const packed = readFileSync(new URL(`./recordings/${target}.jsonl.br`, import.meta.url))
    for (const line of brotliDecompressSync(packed).toString('utf8').split('\n')) {
      if (line === '') continue
      const value = JSON.parse(line) as Scenario & { family?: Family }
      if (value.family !== undefined) byFamily.set(value.family, (current = []))
      else current.push(value)
    }
    cache.set(target, byFamily)
  }
  return byFamily.get(family) ?? []
}
