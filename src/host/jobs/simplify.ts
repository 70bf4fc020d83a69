import { fromText, toText } from '../../acl/bytes'
import { emptyServer, loadSide } from '../../analysis/compare/loaded-side'
import { simplifyFileInSteps } from '../../analysis/simplify/file'
import type { Target } from '../../targets/target'
import type { DescribedSimplification } from '../described'
import type { Job } from '../job'
import type { Inputs } from '../protocol'
import { only } from './diagnostics'
import { describeSimplified } from './simplified'

/** Looks for shorter rules. */
export async function simplify(
  { acl, conf, user }: Inputs['simplify'],
  job: Job<'simplify'>,
  targets: readonly Target[],
): Promise<DescribedSimplification> {
  const target = only(targets)
  const bytes = { acl: fromText(acl), conf: fromText(conf) }
  const loaded = loadSide({ target, ...bytes }, 'after')
  if ('side' in loaded)
    return {
      refused: toText(loaded.message),
      shorter: [],
      unchanged: 0,
      undecided: [],
      conditions: [],
      content: acl,
    }
  const { users } = emptyServer(target, bytes.conf)
  const name = user === null ? null : fromText(user)
  return describeSimplified(await job.take(simplifyFileInSteps(bytes.acl, users, target, name)))
}
