import { afterAll, describe, expect, test } from 'vitest'
import { since } from '../../src/targets/list'
import { loadTarget } from '../../src/targets/load'
import { families, recordedTargets, recordingsOf } from './recordings'
import { replay } from './replay'

const counts: string[] = []

/** ACL DRYRUN came with 7.0. */
const recorded = recordedTargets.flatMap((id) =>
  families
    .filter((family) => family !== 'dryrun' || since(id, 'redis-7.0', 'valkey-7.2'))
    .map((family) => ({ id, family })),
)

describe('the simulator answers as recorded', () => {
  test.each(recorded)('$id $family', async ({ id, family }) => {
    const scenarios = recordingsOf(id, family)
    expect(scenarios.length).toBeGreaterThan(0)
    const outcome = await replay(await loadTarget(id), scenarios, 3)
    counts.push(
      `${id} ${family}: ${outcome.scenarios - outcome.failedScenarios} of ${outcome.scenarios} scenarios, ${outcome.steps} steps`,
    )
    expect(outcome.differences).toEqual([])
  })
})

afterAll(() => {
  console.log(counts.join('\n'))
})
