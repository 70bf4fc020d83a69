import { type PatternStatement, reachInSteps } from '../../analysis/key-access/pattern'
import type { Target } from '../../targets/target'
import type { Job } from '../job'
import type { Inputs } from '../protocol'
import { only } from './diagnostics'
import { serverOf } from './server-of'

/** The most users of one message: the page reads one within a few milliseconds. */
const MOST_A_PART = 500

/** Answers who reaches the keys or channels of a pattern; sends the users in parts. */
export async function reachOfPattern(
  { basis, kind, pattern }: Inputs['pattern'],
  job: Job<'pattern'>,
  targets: readonly Target[],
): Promise<readonly PatternStatement[]> {
  const { server } = serverOf(only(targets), basis, job.environment)
  const { lines, statements } = await job.take(reachInSteps(kind, server, pattern))
  for (let i = 0; i < lines.length; i += MOST_A_PART) {
    job.send(lines.slice(i, i + MOST_A_PART))
    await job.pause()
  }
  return statements
}
