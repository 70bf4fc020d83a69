import type { Target } from '../../../targets/target'
import { importText } from '../../../workspace/import'
import type { Job } from '../job'
import type { Inputs, Results } from '../protocol'
import { only } from './diagnostics'

/** Imports the users of a text. */
export async function imported(
  { text, format }: Inputs['import'],
  _job: Job<'import'>,
  targets: readonly Target[],
): Promise<Results['import']> {
  const { behaviours } = only(targets)
  const outcome = await importText(text, { behaviours, ...(format !== null && { format }) })
  if (!outcome.ok) return outcome
  const { users, ...result } = outcome.result
  return { ok: true, result: { ...result, users: users.length } }
}
