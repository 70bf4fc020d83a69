import { fromText, toTextExact, type Bytes } from '../../acl/bytes'
import { loadAclFile, type AclFileProblem } from '../../acl/load'
import { Users } from '../../acl/users'
import type { Target } from '../../targets/target'
import { applyFix, type Edit } from '../diagnostic'

/** The maximum number of repair rounds; each removes everything that the server reported. */
const MAX_ROUNDS = 20

/**
 * Removes from users.acl what the target's server rejects, as far as single rules and lines can be removed: comment
 * lines, unknown commands, the earlier of two lines for a user. `blank` replaces them with spaces, so that offsets stay
 * the same.
 */
export function withoutRefused(
  acl: Bytes,
  target: Target,
  blank = false,
): { readonly text: Bytes; readonly removed: Bytes[] } {
  let text = acl
  const removed: Bytes[] = []
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const loaded = loadAclFile(new Users(target.table, target.behaviours), text, 'users.acl')
    if (loaded.ok) break
    // Problems are placed in the text that is shown: in the bytes themselves where they are not valid UTF-8.
    const exact = toTextExact(text)
    const shown = exact ?? text
    const bytesOf = (part: string): Bytes => (exact === null ? part : fromText(part))
    const edits = inOrder(loaded.problems.flatMap((problem) => removal(shown, problem)?.edit ?? []))
    if (edits.length === 0) break
    for (const edit of edits) removed.push(bytesOf(shown.slice(edit.from, edit.to).trim()))
    text = bytesOf(applyFix(shown, { label: '', edits: edits.map((edit) => (blank ? blankOf(shown, edit) : edit)) }))
  }
  return { text, removed }
}

/** Returns the edit that removes the cause of a problem; null where it would remove more than that. */
function removal(text: string, { kind, span }: AclFileProblem): { readonly edit: Edit } | null {
  const lineFrom = text.lastIndexOf('\n', span.from - 1) + 1
  const end = text.indexOf('\n', span.from)
  const lineEnd = end < 0 ? text.length : end + 1
  const line = text.slice(lineFrom, lineEnd)
  if (kind === 'not-user-line')
    return /^\s*(#|\/\/|;)/.test(line) ? { edit: { from: lineFrom, to: lineEnd, insert: '' } } : null
  if (kind === 'username-chars' || kind === 'unmatched-parenthesis') return null
  if (kind === 'role-name' || kind === 'unnamed-role' || kind === 'duplicate-role') return null
  if (kind === 'duplicate-user') return removeEarlier(text, lineFrom, text.slice(span.from, span.to))
  const from = text[span.from - 1] === ' ' ? span.from - 1 : span.from
  return { edit: { from, to: endOfSelector(text.slice(0, lineEnd), span), insert: '' } }
}

/**
 * Returns the end of a rejected word, or of the selector that it opens: a release without selectors rejects `(~a` and
 * `+set)` one by one, and would take what stands between them for root permissions.
 */
function endOfSelector(text: string, { from, to }: AclFileProblem['span']): number {
  if (text[from] !== '(' || text[to - 1] === ')') return to
  const closed = /\)(?=\s|$)/g
  closed.lastIndex = to
  return closed.exec(text) === null ? to : closed.lastIndex
}

/** Removes the earlier line of a user that has two: where a server accepts that, the last line is the effective one. */
function removeEarlier(text: string, before: number, name: string): { readonly edit: Edit } | null {
  let from = 0
  for (const line of text.slice(0, before).split('\n')) {
    const [keyword, other] = line.trim().split(' ')
    if (keyword === 'user' && other === name) return { edit: { from, to: from + line.length + 1, insert: '' } }
    from += line.length + 1
  }
  return null
}

function blankOf(text: string, edit: Edit): Edit {
  return { ...edit, insert: text.slice(edit.from, edit.to).replace(/[^\n]/g, ' ') }
}

/** Sorts edits and drops duplicates of the same place. */
function inOrder(edits: readonly Edit[]): Edit[] {
  const sorted = [...edits].sort((a, b) => a.from - b.from)
  return sorted.filter((edit, i) => i === 0 || edit.from >= (sorted[i - 1]?.to ?? 0))
}
