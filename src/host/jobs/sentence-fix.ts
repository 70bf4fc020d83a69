import { fromText } from '../../acl/bytes'
import type { ExpectationResult } from '../../analysis/expectations/expectation'
import { fixInSteps } from '../../analysis/expectations/fix'
import { parseExpectations } from '../../analysis/expectations/parse'
import { runExpectation } from '../../analysis/expectations/run'
import { findInSteps, resultOf } from '../../analysis/expectations/run-policy'
import type { SimulatedServer } from '../../server/server'
import { startServer } from '../../server/start'
import type { Target } from '../../targets/target'
import type { Job } from '../job'
import type { Inputs, Results } from '../protocol'
import { only } from './diagnostics'

/** Looks for a proved fix for the sentence of a line of users.expect. */
export async function fixSentence(
  { acl, conf, expect, line }: Inputs['sentence-fix'],
  job: Job<'sentence-fix'>,
  targets: readonly Target[],
): Promise<Results['sentence-fix']> {
  const target = only(targets)
  const none = { fix: null }
  const start = (text: string): SimulatedServer | null => {
    const result = startServer({
      target,
      // The last directive counts.
      conf: `${fromText(conf)}\naclfile users.acl\n`,
      files: { read: (path) => (path === 'users.acl' ? fromText(text) : null), write: () => undefined },
      clock: { now: () => Math.floor(job.environment.now()) },
      random: { bytes: (n) => '\0'.repeat(n), below: () => 0 },
      unknownDirectives: 'refuse',
    })
    return result.started ? result.server : null
  }
  const server = start(acl)
  if (server === null) return none
  const results: ExpectationResult[] = []
  for (const expectation of parseExpectations(expect).expectations) {
    if (expectation.kind === 'line') results.push(runExpectation(server, expectation))
    else results.push(resultOf(server, expectation, await job.take(findInSteps(server, expectation))))
    await job.pause()
  }
  const failing = results.find(({ expectation }) => expectation.place.line === line)
  const fix = failing === undefined ? null : await job.take(fixInSteps({ server, acl, results, start }, failing))
  return fix === null ? none : { fix: { label: fix.label, edits: fix.edits, effects: fix.effects } }
}
