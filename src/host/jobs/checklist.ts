import { checklistInSteps } from '../../analysis/checklist'
import type { ChecklistItem } from '../../analysis/checklist/types'
import type { Target } from '../../targets/target'
import type { ListedItem } from '../subject'
import type { Job } from '../job'
import type { Inputs } from '../protocol'
import { only } from './diagnostics'

/** The most evidence of an item that the page shows. */
const MOST_EVIDENCE = 8

/** Works the security checklist out. */
export async function checklist(
  { client, ...subject }: Inputs['checklist'],
  job: Job<'checklist'>,
  targets: readonly Target[],
): Promise<readonly ListedItem[]> {
  const items = await job.take(checklistInSteps({ ...subject, target: only(targets), client }))
  return items.map(listed)
}

/** Returns an item of the checklist with what the page shows of it. */
function listed({ evidence, fix, ...item }: ChecklistItem): ListedItem {
  const shown = evidence.slice(0, MOST_EVIDENCE)
  if (fix === null) return { ...item, evidence: shown, evidences: evidence.length, fix }
  const { edits } = fix
  const files =
    edits === null || edits.conf.length === 0 ? 'users.acl' : edits.acl.length === 0 ? 'redis.conf' : 'both files'
  return {
    ...item,
    evidence: shown,
    evidences: evidence.length,
    fix: { ...fix, edits: edits && { files, json: JSON.stringify(edits) } },
  }
}
