/** Returns the user that a line (from 1) of an ACL file is about; null where it is about none. */
export function userOfLine(acl: string, line: number): string | null {
  let from = 0
  for (let i = 1; i < line; i++) {
    from = acl.indexOf('\n', from) + 1
    if (from === 0) return null
  }
  const end = acl.indexOf('\n', from)
  return /^[ \t\r]*user +([^ \r]+)/.exec(acl.slice(from, end < 0 ? undefined : end))?.[1] ?? null
}
