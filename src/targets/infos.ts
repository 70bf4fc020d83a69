import { isTargetId, productOf, targets, type TargetId } from './list'
import type { TargetInfo } from './target'

export { isTargetId }

/** Every target, Redis first, oldest first. */
export const targetInfos: readonly TargetInfo[] = targets.map((entry) => {
  const product = productOf(entry.id)
  return {
    id: entry.id,
    label: `${product === 'valkey' ? 'Valkey' : 'Redis'} ${entry.id.slice(product.length + 1)}`,
    product,
    version: entry.version,
    stage: 'stage' in entry ? entry.stage : null,
    release: 'package' in entry ? entry.package : 'stage' in entry ? `${entry.version}-${entry.stage}` : entry.version,
    evidence: 'notRecorded' in entry ? 'documented' : 'recorded',
    hasModules: 'hasModules' in entry,
  }
})

/** Returns the name of a target, `Redis 8.0`, or of an exact release of it, `Redis 8.0.6`; of an unknown one, its id. */
export function labelOf(id: string, release?: string | null): string {
  const label = targetInfos.find((info) => info.id === id)?.label ?? id
  return release == null ? label : label.replace(/ .*/, ` ${release}`)
}

/** The target of links and files that name none. It stays the same when newer releases are recorded, because they depend on it. */
export const defaultTargetId: TargetId = 'redis-8.0'
