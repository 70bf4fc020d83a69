import type { WorkspaceState } from './state'

/** Returns true where a workspace seems to contain a clear-text password. A quick check, for a hint. */
export function seemsToHoldPasswords({ files: { acl, conf }, entries }: WorkspaceState): boolean {
  return (
    /[\s(]>\S/.test(acl) ||
    /^[ \t]*["']?(?:requirepass|masterauth|user[ \t][^\n]*[ \t]>)/im.test(conf) ||
    entries.some(({ line }) => /^[ \t\d]*(?:auth|hello[ \t]|acl[ \t]+setuser[^\n]*[ \t]>)/i.test(line))
  )
}

/** Returns the names of the users in users.acl, in order and at most `most` of them, and their total number. */
export function usersIn(
  { files: { acl } }: WorkspaceState,
  most: number,
): { readonly names: readonly string[]; readonly count: number } {
  const names: string[] = []
  let count = 0
  for (const [, name = ''] of acl.matchAll(/^[ \t]*user[ \t]+(\S{1,200})/gim)) {
    count++
    if (names.length < most) names.push(name)
  }
  return { names, count }
}
