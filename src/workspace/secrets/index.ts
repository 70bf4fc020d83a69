import { fromText, toText, type Bytes } from '../../acl/bytes'
import type { SavedEntry, WorkspaceState } from '../state'
import { type CommandNames, secretsInCommandLine } from './command'
import { renamed, secretsByLine } from './files'
import { type FindSecrets, secretsInAclLine, secretsInConfLine, secretsInExpectation } from './lines'
import { applySecrets } from './rules'

export { masker, maskText } from './mask'
export type { MaskedText, SecretFile } from './mask'

function hideLines(text: string, find: FindSecrets): string {
  const lines = fromText(text).split('\n')
  const secrets = secretsByLine(lines, find)
  return toText(lines.map((line, i) => applySecrets(line, secrets[i] ?? [])).join('\n'))
}

/** Hides the passwords of the console's entries, for each connection in turn: a later line may close a quote. */
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

/** Hides the passwords of a command line, as typed or as MONITOR prints it. */
export function hideCommandSecrets(line: Bytes): Bytes {
  return applySecrets(line, secretsInCommandLine(line, new Map()))
}

/** Returns users.acl without its passwords, as `hideSecrets` writes it. */
export function hideAclSecrets(acl: string, conf: string): string {
  const names = renamed(fromText(conf))
  return hideLines(acl, (line) => secretsInAclLine(line, names))
}

/**
 * Returns a copy of the workspace without its passwords, for a link. Lines are split as servers split them: quoted
 * and escaped names count.
 *
 * - users.acl, `user` lines of redis.conf and ACL SETUSER: `>secret` becomes `#` and its SHA-256, `<secret` becomes `!`
 *   and its SHA-256, which is equivalent. (A weak password can still be guessed from its hash.)
 * - requirepass, masterauth and similar directives, in redis.conf and CONFIG SET: the password becomes
 *   `stand-in-for-the-password`, since they accept no hash. Whoever opens the link has a server with that password.
 * - AUTH, HELLO … AUTH, MIGRATE … AUTH: the password becomes `password-not-shared`. The entry's `login` names the user
 *   that logged in, and replayOf logs in by name. A failed log-in stays failed.
 * - users.expect and the goals of an exercise: the commands in their sentences, as above. The solution: as users.acl.
 * - Lines with unbalanced quotes: everything after the name of a directive or command that takes passwords, and the
 *   lines up to the closing quote. The quote stays open, so that servers still refuse the line.
 * - Commands in ACL DRYRUN and COMMAND GETKEYS, names from rename-command, and comment lines of the files are included.
 *
 * Not recognized: passwords in the text of scripts, and in keys and values.
 */
export function hideSecrets(state: WorkspaceState): WorkspaceState {
  const { acl, conf, expect } = state.files
  const names = renamed(fromText(conf))
  const files = {
    acl: hideAclSecrets(acl, conf),
    conf: hideLines(conf, (line) => secretsInConfLine(line, names)),
    ...(expect !== undefined && { expect: hideLines(expect, (line) => secretsInExpectation(line, names)) }),
  }
  const { exercise } = state
  return {
    ...state,
    files,
    entries: hideEntries(state.entries, names),
    ...(exercise !== undefined && {
      exercise: {
        goals: hideLines(exercise.goals, (line) => secretsInExpectation(line, names)),
        ...(exercise.solution !== undefined && {
          solution: hideLines(exercise.solution, (line) => secretsInAclLine(line, names)),
        }),
      },
    }),
  }
}
