/**
 * Returns what is wrong with a release of Node: it is older than those that the tests run on. Null where nothing is. Holds
 * nothing that an older Node cannot read.
 */
export function unsupported(version: string): string | null {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  if (major > 20 || (major === 20 && minor >= 19)) return null
  return `ACL Playground needs Node 20.19 or newer; this is Node ${version}. Install a current release: https://nodejs.org`
}
