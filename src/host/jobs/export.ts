import type { Target } from '../../targets/target'
import { type Exported, exportUsers } from '../../workspace/export'
import type { Job } from '../job'
import type { Inputs } from '../protocol'
import { only } from './diagnostics'
import { serverOf } from './server-of'

/** Exports the users of a server. */
export function exported(
  { basis, format }: Inputs['export'],
  job: Job<'export'>,
  targets: readonly Target[],
): Promise<Exported> {
  const target = only(targets)
  const { users } = serverOf(target, basis, job.environment).server
  return exportUsers(format, { target, users, roles: users.roles.values() })
}
