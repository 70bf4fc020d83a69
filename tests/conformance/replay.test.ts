import { afterAll, describe, expect, test } from 'vitest'
import { loadTarget } from '../../src/targets/load'
import { families, isRecorded, recordedTargets, recordingsOf } from './recordings'
import { replay } from './replay'

const counts: string[] = []

const recorded = recordedTargets.flatMap((id) =>
  families.filter((family) => isRecorded(id, family)).map((family) => ({ id, family })),
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
