import { encodeFile, encodeLink } from '../../../workspace/codec'
import { hideSecrets } from '../../../workspace/secrets'
import type { SharedLink } from '../described'
import type { Inputs } from '../protocol'

/** Makes a link of a workspace. */
export async function link({ workspace, keepPasswords }: Inputs['link']): Promise<SharedLink> {
  const hidden = hideSecrets(workspace)
  const holdsPasswords = JSON.stringify(hidden) !== JSON.stringify(workspace)
  const result = await encodeLink(keepPasswords ? workspace : hidden, { keepPasswords: true })
  return {
    fragment: result.ok ? result.fragment : '',
    problem: result.ok ? '' : result.message,
    holdsPasswords,
  }
}

/** Makes a file of a workspace. */
export function file({ workspace, keepPasswords }: Inputs['file']): Promise<string> {
  return Promise.resolve(encodeFile(workspace, { keepPasswords }))
}
