import { toText } from '../acl/bytes'
import type { Target } from '../targets/target'
import { compareFiles, describeUserChange } from './compare'
import { applyFix, type Fix } from './diagnostic'

/**
 * The maximum length of the changed lines, in characters, for which the effect is computed: it is shown while the user
 * waits.
 */
const LONGEST = 20_000

/**
 * Describes how a fix of users.acl changes permissions, with an example command line: `app can no longer run GET, such
 * as GET x`. Null where nothing changes (proved), where the effect is unknown, and for safe fixes.
 * @param conf redis.conf, for `acl-pubsub-default` and `rename-command`
 */
export function effectOfFix(text: string, fix: Fix, target: Target, conf = ''): string | null {
  const [first] = fix.edits
  const last = fix.edits.at(-1)
  if (fix.safe === true || first === undefined || last === undefined) return null
  const from = text.lastIndexOf('\n', first.from - 1) + 1
  const end = text.indexOf('\n', last.to)
  const to = end < 0 ? text.length : end
  if (to - from > LONGEST) return null
  const before = text.slice(from, to)
  const moved = fix.edits.map((edit) => ({ ...edit, from: edit.from - from, to: edit.to - from }))
  const after = applyFix(before, { ...fix, edits: moved })
  const { users, refused } = compareFiles({ target, acl: before, conf }, { target, acl: after, conf })
  if (refused.length > 0) return null
  for (const user of users) {
    if (user.kind !== 'changed') continue
    const line = describeUserChange(user, 3).find((text) => /^[+-] /.test(text))
    if (line !== undefined) return `${toText(user.name)} ${line.slice(2)}`
  }
  return null
}
