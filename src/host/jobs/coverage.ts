import { coverageBy } from '../../analysis/coverage'
import type { Target } from '../../targets/target'
import type { ListedCoverage } from '../subject'
import type { Job } from '../job'
import type { Inputs } from '../protocol'
import { only } from './diagnostics'

/** Works out which rules of users.acl decisions depended on. */
export async function coverage(
  { acl, of: { decisions, most } }: Inputs['coverage'],
  job: Job<'coverage'>,
  targets: readonly Target[],
): Promise<ListedCoverage> {
  const { rules, ...rest } = coverageBy(only(targets), acl, decisions)
  await job.pause()
  const bare = Array.from(rules).filter(({ state }) => state === 'dead' || state === 'unused')
  const places = Uint32Array.from(
    bare.flatMap(({ rule: { span }, state }) => (span === null ? [] : [span.from, span.to, state === 'dead' ? 1 : 0])),
  )
  const inOrder = [...bare.filter(({ state }) => state === 'dead'), ...bare.filter(({ state }) => state === 'unused')]
  return { ...rest, listed: inOrder.slice(0, most), total: bare.length, places }
}
