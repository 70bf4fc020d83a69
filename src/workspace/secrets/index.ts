import { fromText, toText } from '../../acl/bytes'
import type { SavedEntry, WorkspaceState } from '../state'
import { type CommandNames, secretsInCommandLine } from './command'
import { renamed, secretsByLine } from './files'
import { type FindSecrets, secretsInAclLine, secretsInConfLine, secretsInExpectation } from './lines'
import { applySecrets } from './rules'

export { standInPassword } from './command'
export { masker, maskText } from './mask'
export type { MaskedText, SecretFile } from './mask'
export { replayOf } from './replay'
export type { Replay } from './replay'
export { hiddenPassword } from './rules'

function hideLines(text: string, find: FindSecrets): string {
  const lines = fromText(text).split('\n')
  const secrets = secretsByLine(lines, find)
  return toText(lines.map((line, i) => applySecrets(line, secrets[i] ?? [])).join('\n'))
}

/** Hides the passwords of what was typed, one connection after the other: a quote may be closed by the next line. */
function hideEntries(entries: readonly SavedEntry[], names: CommandNames): SavedEntry[] {
  const hidden = [...entries]
  for (const on of new Set(entries.map((entry) => entry.on))) {
    const indexes = entries.flatMap((entry, i) => (entry.on === on ? [i] : []))
    const lines = indexes.map((i) => fromText(entries[i]?.line ?? ''))
    const secrets = secretsByLine(lines, (line) => secretsInCommandLine(line, names))
    indexes.forEach((index, i) => {
      const entry = entries[index]
      if (entry !== undefined)
        hidden[index] = { ...entry, line: toText(applySecrets(lines[i] ?? '', secrets[i] ?? [])) }
    })
  }
  return hidden
}

/**
 * The same workspace without its passwords, for a link. Lines are split as servers split them: quoted and escaped names count.
 *
 * - users.acl, `user` lines of redis.conf and ACL SETUSER: `>secret` becomes `#` and its SHA-256, `<secret` becomes `!` and
 *   its SHA-256. To a server that is the same. (A weak password can still be guessed from its hash.)
 * - requirepass, masterauth and the like, in redis.conf and CONFIG SET: the password becomes `stand-in-for-the-password`,
 *   since they know no hash. Whoever opens the link has a server with that password.
 * - AUTH, HELLO … AUTH, MIGRATE … AUTH: the password becomes `password-not-shared`. The entry's `login` says whom the line
 *   logged in; replayOf tells to log in by name then, without a password. A log-in that was refused stays refused.
 * - users.expect: the commands in its sentences, as above.
 * - Lines whose quotes do not close: all that follows the name of a directive or command that takes passwords, and the lines
 *   up to the closing quote. The quote stays open, so that the line stays refused.
 * - Lines inside ACL DRYRUN and COMMAND GETKEYS, under names that rename-command gave, and comment lines of the files count too.
 *
 * What is not recognized: passwords within a script's text, and in keys and values.
 */
export function hideSecrets(state: WorkspaceState): WorkspaceState {
  const { acl, conf, expect } = state.files
  const names = renamed(fromText(conf))
  const files = {
    acl: hideLines(acl, (line) => secretsInAclLine(line, names)),
    conf: hideLines(conf, (line) => secretsInConfLine(line, names)),
    ...(expect !== undefined && { expect: hideLines(expect, (line) => secretsInExpectation(line, names)) }),
  }
  return { ...state, files, entries: hideEntries(state.entries, names) }
}
