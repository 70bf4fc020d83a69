import { compareBytes, type Bytes } from '../../../acl/bytes'
import type { FileCheck, FileReport, PlacedLine } from './acl-file'

function report(line: PlacedLine, message: string): FileReport {
  return {
    message,
    hint: 'It sorts users by name, hashes passwords, and writes every rule out in full, resetchannels included. Keep the file that people edit elsewhere, or write it in that form.',
    line: line.number,
    from: line.from,
    to: line.from + line.checked.text.length,
    user: null,
    fixes: [],
  }
}

/** Returns true for a file that a server probably wrote: at least half of its users are formatted as by ACL SAVE. */
export function isSaved(lines: readonly PlacedLine[]): boolean {
  let users = 0
  let saved = 0
  for (const { checked } of lines) {
    if (checked.name === null) continue
    users++
    if (checked.isAsSaved === true) saved++
  }
  return saved > 0 && saved * 2 >= users
}

/**
 * A file saved by a server and edited by hand: the next ACL SAVE rewrites it. Reported once, at the first line that
 * would change. Files that people maintain and deploy are not reported.
 */
export const saveWouldRewrite: FileCheck = {
  code: 'save-would-rewrite',
  severity: 'info',
  check: ({ lines }) => {
    // A refused file is not loaded, so that nothing is saved over it.
    if (lines.some(({ checked }) => checked.isAsSaved === null) || !isSaved(lines)) return []
    let before: Bytes | null = null
    for (const line of lines) {
      const { name, isAsSaved } = line.checked
      if (name === null) continue
      if (before !== null && compareBytes(before, name.text) > 0)
        return [report(line, 'ACL SAVE would move this line.')]
      if (isAsSaved !== true) return [report(line, 'ACL SAVE would rewrite this line.')]
      before = name.text
    }
    return []
  },
}
