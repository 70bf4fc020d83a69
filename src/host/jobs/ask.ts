import { toText } from '../../acl/bytes'
import { ask as askPolicy, type Asked } from '../../ask'
import type { Target } from '../../targets/target'
import type { Job } from '../job'
import type { Inputs } from '../protocol'
import { only } from './diagnostics'
import { serverOf } from './server-of'

/** Answers a question about the page's server. */
export async function ask(
  { basis, question }: Inputs['ask'],
  job: Job<'ask'>,
  targets: readonly Target[],
): Promise<Asked> {
  await job.pause()
  job.workOn(question)
  const { server } = serverOf(only(targets), basis, job.environment)
  return askPolicy({ server, acl: toText(basis.acl), conf: toText(basis.conf) }, question)
}
