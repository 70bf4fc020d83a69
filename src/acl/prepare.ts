import { AclLines } from './aclfile'
import type { Bytes } from './bytes'
import { detached, parseAclLine } from './file-line'
import { isSkippedLine, LineCache, lineCacheLimits } from './line-cache'
import { asRead } from './load'
import type { Users } from './users'

/** Lines that are parsed between two steps. */
const STEP = 50

/**
 * Parses in steps the lines that `loadAclFile` will have to parse of a file, so that it then takes little time. Changes nothing,
 * and may be given up at any step. Does nothing for a file that is too large for the cache.
 */
export function* prepareAclFile(users: Users, content: Bytes): Generator<undefined, void> {
  const text = asRead(content)
  if (text.length > lineCacheLimits.file) return
  const cache = LineCache.of(users)
  const known = cache.texts()
  let parsed = 0
  const lines = new AclLines(text)
  while (lines.next()) {
    const line = detached(text.slice(lines.from, lines.to))
    if (isSkippedLine(users, line) || known.has(line) || cache.ahead.has(line)) continue
    cache.ahead.set(line, parseAclLine(users, line, false))
    if (++parsed % STEP === 0) yield
  }
}
