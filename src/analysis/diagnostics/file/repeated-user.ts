import { toText, type Bytes } from '../../../acl/bytes'
import type { FileCheck, FileReport, PlacedLine } from './acl-file'

/** A user with two lines, on servers that accept that (6.x) and use only the last one. */
export const repeatedUser: FileCheck = {
  code: 'repeated-user',
  severity: 'warning',
  check: ({ text, lines, target }) => {
    if (target.behaviours.strictAclFile) return []
    const last = new Map<Bytes, PlacedLine>()
    for (const line of lines) if (line.checked.name !== null) last.set(line.checked.name.text, line)
    return lines.flatMap((line): FileReport[] => {
      const { name } = line.checked
      const other = name === null ? undefined : last.get(name.text)
      if (name === null || other === undefined || other === line) return []
      return [
        {
          message: `Line ${other.number} defines ${toText(name.text)} again and replaces this line.`,
          hint: 'Redis 7.0 and newer refuse to load a file that names a user twice.',
          line: line.number,
          from: line.from + name.from,
          to: line.from + name.to,
          user: name.text,
          fixes: [
            {
              label: 'Remove this line',
              edits: [
                { from: line.from, to: Math.min(line.from + line.checked.text.length + 1, text.length), insert: '' },
              ],
            },
          ],
        },
      ]
    })
  },
}
