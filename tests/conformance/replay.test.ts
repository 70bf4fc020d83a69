import { afterAll, describe, expect, test } from 'vitest'
import { loadTarget } from '../../src/targets/load'
import { families, recordedTargets, recordingsOf } from './recordings'
import { replay } from './replay'

const counts: string[] = []

describe.each(recordedTargets)('%s answers as recorded', (id) => {
  test.each(families)('%s', async (family) => {
    const scenarios = recordingsOf(id, family)
    expect(scenarios.length).toBeGreaterThan(0)
    const outcome = await replay(await loadTarget(id), scenarios, 3)
    counts.push(`${id} ${family}: ${outcome.scenarios - outcome.failedScenarios} of ${outcome.scenarios} scenarios, ${outcome.steps} steps`)
    expect(outcome.differences).toEqual([])
  })
})

afterAll(() => {
  console.log(counts.join('\n'))
})
