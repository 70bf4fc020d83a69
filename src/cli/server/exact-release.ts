import { isError, type Reply } from '../../resp/reply'
import { parseExactRelease } from '../../targets/exact-release'
import { productOf, type TargetId } from '../../targets/list'
import { hasDefect, type AccessDefect } from '../../targets/releases'
import { isAsRecorded } from '../../targets/release-choice'
import { targetInfos } from '../../targets/infos'
import { onOneLine } from '../printable'
import type { ServerConnection } from './connection'
import { wordsOf } from './problems'

/** The release that a server decides as. */
export interface ServerRelease {
  /** For `parseExactRelease`: `8.0.6`, `8.0.2+last-option-keys`. */
  readonly text: string
  /** Says that the server was not asked whether its build has later fixes; null where it was. */
  readonly gap: string | null
}

/**
 * The defects that COMMAND GETKEYS shows: a command line, and the key that it finds only without the defect, or, where
 * `missed` is false, only with it.
 */
const probes: readonly {
  readonly defect: AccessDefect
  readonly line: string
  readonly key: string
  readonly missed: boolean
}[] = [
  { defect: 'last-option-keys', line: 'XREAD STREAMS x b 0', key: 'x', missed: false },
  { defect: 'georadius-store', line: 'GEORADIUS a 0 0 1 m STORE b STORE c', key: 'c', missed: true },
  { defect: 'pfmerge-key', line: 'PFMERGE x', key: 'x', missed: true },
  { defect: 'msetex-keys', line: 'MSETEX 2 a 1 b 2', key: 'b', missed: true },
  { defect: 'sort-ro-keys', line: 'SORT_RO x', key: 'x', missed: true },
]

/**
 * Returns the release that a server decides as. Its version does not tell which fixes a distribution added, so it is asked
 * for the keys of command lines in which its version misses some; nothing runs.
 * @param version the version by INFO: `8.0.2`
 */
export async function exactRelease(
  connection: ServerConnection,
  id: TargetId,
  version: string,
): Promise<ServerRelease | null> {
  const release = parseExactRelease(productOf(id), version)
  if (release === null) return null
  const fixes: string[] = []
  let gap: string | null = null
  for (const { defect, line, key, missed } of probes) {
    if (!hasDefect(defect, id, release)) continue
    const reply = await connection.ask(['COMMAND', 'GETKEYS', ...line.split(' ')])
    if (isError(reply) && !noKeys.has(reply.text))
      gap = `it is not known which later fixes its build of ${version} has (COMMAND GETKEYS: ${reply.text.startsWith('NOPERM') ? `${onOneLine(connection.user)} lacks +command|getkeys` : wordsOf(reply)})`
    else if (finds(reply, key) === missed) fixes.push(defect)
  }
  const recorded = isAsRecorded(id, { version: release.version, fixes })
    ? targetInfos.find((info) => info.id === id)?.release
    : undefined
  return { text: recorded ?? [version, ...fixes].join('+'), gap }
}

/** The errors of COMMAND GETKEYS for a command line in which it finds no keys. */
const noKeys: ReadonlySet<string> = new Set([
  'ERR Invalid arguments specified for command',
  'ERR The command has no key arguments',
])

const finds = (reply: Reply, key: string): boolean =>
  Array.isArray(reply) && (reply as readonly unknown[]).includes(key)
