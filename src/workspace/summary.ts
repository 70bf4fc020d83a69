import type { WorkspaceState } from './state'

/** Whether a workspace seems to hold a password in clear: a quick look, for a hint. */
export function seemsToHoldPasswords({ files: { acl, conf }, entries }: WorkspaceState): boolean {
  return (
    /[\s(]>\S/.test(acl) ||
    /^[ \t]*["']?(?:requirepass|masterauth|user[ \t][^\n]*[ \t]>)/im.test(conf) ||
    entries.some(({ line }) => /^[ \t\d]*(?:auth|hello[ \t]|acl[ \t]+setuser[^\n]*[ \t]>)/i.test(line))
  )
}

/** The names of the users in users.acl, in order; at most `most` of them, and how many there are. */
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
