import type { Target } from '../../targets/target'
import { importCounted } from '../import-counted'
import type { Job } from '../job'
import type { Inputs, Results } from '../protocol'
import { only } from './diagnostics'

/** Imports the users of a text. */
export function imported(
  input: Inputs['import'],
  _job: Job<'import'>,
  targets: readonly Target[],
): Promise<Results['import']> {
  return importCounted(input, only(targets))
}
