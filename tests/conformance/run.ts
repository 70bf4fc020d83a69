/**
 * Replays recordings from a shell and prints what differs.
 * Usage: npx tsx tests/conformance/run.ts TARGET|all FAMILY|all [--id ID] [--limit N] [--show N]
 */
import { parseArgs } from 'node:util'
import { loadTarget } from '../../src/targets/load'
import type { TargetId } from '../../src/targets/target'
import { families, recordedTargets, recordingsOf, type Family } from './recordings'
import { replay } from './replay'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { id: { type: 'string' }, limit: { type: 'string' }, show: { type: 'string' } },
})
const [targetArg = 'all', familyArg = 'all'] = positionals
const targets = targetArg === 'all' ? recordedTargets : (targetArg.split(',') as TargetId[])
const chosen = familyArg === 'all' ? families : (familyArg.split(',') as Family[])
let failed = 0
for (const id of targets) {
  const target = await loadTarget(id)
  for (const family of chosen) {
    let scenarios = recordingsOf(id, family)
    if (values.id !== undefined) scenarios = scenarios.filter((s) => s.id === values.id)
    if (values.limit !== undefined) scenarios = scenarios.slice(0, Number(values.limit))
    const outcome = await replay(target, scenarios, Number(values.show ?? 5))
    failed += outcome.failedScenarios
    console.log(
      `${id} ${family}: ${outcome.scenarios - outcome.failedScenarios}/${outcome.scenarios} scenarios, ${outcome.steps} steps`,
    )
    for (const d of outcome.differences) {
      console.log(
        `  ${d.id} step ${d.step}: ${d.argv}\n    recorded: ${JSON.stringify(d.expected)}\n    answered: ${JSON.stringify(d.actual)}`,
      )
    }
  }
}
process.exitCode = failed === 0 ? 0 : 1
