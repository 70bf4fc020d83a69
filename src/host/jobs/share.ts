import { encodeFile, encodeLink } from '../../workspace/codec'
import { hideSecrets } from '../../workspace/secrets'
import { leaveOutHashes } from '../../workspace/secrets/hashes'
import type { SharedLink } from '../described'
import type { Inputs } from '../protocol'

/** Makes a link of a workspace. */
export async function link({ workspace, secrets }: Inputs['link']): Promise<SharedLink> {
  const hidden = hideSecrets(workspace)
  const holdsPasswords = JSON.stringify(hidden) !== JSON.stringify(workspace)
  const shared = { passwords: workspace, hashes: hidden, none: leaveOutHashes(hidden) }[secrets]
  const result = await encodeLink(shared, { keepPasswords: true })
  return {
    fragment: result.ok ? result.fragment : '',
    problem: result.ok ? '' : result.message,
    holdsPasswords,
  }
}

/** Makes a file of a workspace. */
export function file({ workspace, secrets }: Inputs['file']): Promise<string> {
  const shared = secrets === 'none' ? leaveOutHashes(hideSecrets(workspace)) : workspace
  return Promise.resolve(encodeFile(shared, { keepPasswords: secrets === 'passwords' }))
}
