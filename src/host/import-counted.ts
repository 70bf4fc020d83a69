import type { Target } from '../targets/target'
import { importText } from '../workspace/import'
import type { Inputs, Results } from './protocol'

/** Imports the users of a text, and counts them. Rejects where the reader of the format cannot be loaded. */
export async function importCounted(
  { text, format }: Inputs['import'],
  { behaviours }: Target,
): Promise<Results['import']> {
  const outcome = await importText(text, { behaviours, ...(format !== null && { format }) })
  if (!outcome.ok) return outcome
  const { users, ...result } = outcome.result
  return { ok: true, result: { ...result, users: users.length } }
}
