import { textAt } from '../../acl/argv'
import type { Bytes } from '../../acl/bytes'
import type { Command } from '../../acl/command'
import type { Behaviours } from '../../targets/behaviours'
import type { Target } from '../../targets/target'
import { readScriptShebang } from './shebang'

/** The scripts and functions of a server. */
interface Engines {
  readonly scripts: { flagsOf(sha: Bytes): ReadonlySet<string> | null }
  readonly functions: { find(name: Bytes): { readonly flags: readonly string[] } | undefined }
}

/**
 * Returns the flags of a command that runs a script or function: those that it declares replace the command's own
 * (evalGetCommandFlags, fcallGetCommandFlags). Null for any other command, and in releases without such flags.
 * @param engines null where no script or function has been asked for
 */
export function flagsOf(
  engines: Engines | null,
  { behaviours }: Target,
  { name, flags: own }: Command,
  argv: readonly Bytes[],
): Command['flags'] | null {
  if (!behaviours.scriptFlags || !/^(?:eval|evalsha|fcall)(?:_ro)?$/.test(name)) return null
  const declared = declaredFlags(engines, behaviours, name, textAt(argv, 1))
  const flags = new Set(own)
  flags.delete('stale')
  if (declared === null) return flags
  for (const flag of ['denyoom', 'write', 'may_replicate']) flags.delete(flag)
  if (!declared.has('no-writes')) {
    flags.add('write')
    if (!declared.has('allow-oom')) flags.add('denyoom')
  }
  if (declared.has('allow-stale')) flags.add('stale')
  return flags
}

/** Returns the flags that a script or function declares; null where it declares none or is unknown. */
function declaredFlags(
  engines: Engines | null,
  behaviours: Behaviours,
  command: string,
  what: Bytes,
): ReadonlySet<string> | null {
  if (command.startsWith('evalsha')) return engines?.scripts.flagsOf(what) ?? null
  if (command.startsWith('fcall')) {
    const found = engines?.functions.find(what)
    return found === undefined ? null : new Set<string>(found.flags)
  }
  try {
    return readScriptShebang(what, behaviours).flags
  } catch {
    return null
  }
}
