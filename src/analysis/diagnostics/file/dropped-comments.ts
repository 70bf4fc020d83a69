import type { FileCheck } from './acl-file'

/** Redis 8.8 accepts comment lines, but ACL SAVE drops them. */
export const droppedComments: FileCheck = {
  code: 'dropped-comments',
  severity: 'info',
  check: ({ lines, target }) => {
    const line = lines.find(({ checked }) => checked.isComment)
    if (line === undefined || !target.behaviours.commentsInAclFile) return []
    return [
      {
        message: `${target.label} skips comment lines: ACL SAVE writes the file without them.`,
        hint: 'Servers before Redis 8.8, and Valkey, refuse to load a file with comments.',
        line: line.number,
        from: line.from,
        to: line.from + line.checked.text.length,
        user: null,
        fixes: [],
      },
    ]
  },
}
