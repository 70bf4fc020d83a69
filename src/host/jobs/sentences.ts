import { KnownOutcomes } from '../../analysis/expectations/known-outcomes'
import { parseExpectations } from '../../analysis/expectations/parse'
import { findInSteps } from '../../analysis/expectations/run-policy'
import type { Target } from '../../targets/target'
import type { Job } from '../job'
import type { Inputs } from '../protocol'
import { only } from './diagnostics'
import { serverOf } from './server-of'

/** The most sentences whose outcomes are remembered. */
const MOST_KNOWN = 500

/** Decides sentences about every command line of users. */
export async function sentences(
  { basis, sentences: asked }: Inputs['sentences'],
  job: Job<'sentences'>,
  targets: readonly Target[],
): Promise<null> {
  const { server, outcomes } = serverOf(only(targets), basis, job.environment)
  if (outcomes.size > MOST_KNOWN) outcomes.clear()
  for (const sentence of asked) {
    await job.pause()
    job.workOn(sentence)
    const [expectation] = parseExpectations(sentence).expectations
    if (expectation?.kind !== 'policy') continue
    let known = outcomes.get(sentence)
    if (known === undefined) outcomes.set(sentence, (known = new KnownOutcomes()))
    const finding = await job.take(findInSteps(server, expectation, known))
    job.send({ sentence, finding })
  }
  return null
}
