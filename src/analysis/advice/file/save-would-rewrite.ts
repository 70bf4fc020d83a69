import { compareBytes, type Bytes } from '../../../acl/bytes'
import type { FileAdvice, FileRemark, PlacedLine } from './acl-file'

function remark(line: PlacedLine, message: string): FileRemark {
  return {
    message,
    hint: 'It sorts users by name, hashes passwords, and writes every user out in full, resetchannels included. Keep the file that people edit elsewhere, or take its form over.',
    line: line.number,
    from: line.from,
    to: line.from + line.known.text.length,
    user: null,
    fixes: [],
  }
}

/** ACL SAVE replaces the file by its own account of the users. Says so once, at the first line that would not stay. */
export const saveWouldRewrite: FileAdvice = {
  code: 'save-would-rewrite',
  severity: 'info',
  check: ({ lines }) => {
    let before: Bytes | null = null
    for (const line of lines) {
      const { name, isAsSaved } = line.known
      if (name === null) continue
      if (before !== null && compareBytes(before, name.text) > 0)
        return [remark(line, 'ACL SAVE would put this user elsewhere.')]
      if (!isAsSaved) return [remark(line, 'ACL SAVE would write this line anew.')]
      before = name.text
    }
    return []
  },
}
