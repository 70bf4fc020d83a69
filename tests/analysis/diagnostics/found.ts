import { decide } from '../../../src/acl/check'
import { fromText } from '../../../src/acl/bytes'
import { loadAclFile } from '../../../src/acl/load'
import type { User } from '../../../src/acl/user'
import { Users } from '../../../src/acl/users'
import { Checker } from '../../../src/analysis/diagnostics/checker'
import { allDiagnostics } from '../../../src/analysis/diagnostics/settings'
import type { ClientId } from '../../../src/analysis/diagnostics/clients'
import { diagnoseConf } from '../../../src/analysis/diagnostics/conf'
import { applyFix, type Diagnostic } from '../../../src/analysis/diagnostic'
import { loadTarget } from '../../../src/targets/load'
import type { TargetId } from '../../../src/targets/target'
import { usesOf } from '../../../src/targets/uses'

export const hash = `#${'0123456789abcdef'.repeat(4)}`

/** A diagnostic as text: severity, line and column, what is underlined, the words, and the text after each fix. */
export function written(text: string, { severity, message, hint, span, fixes }: Diagnostic): string {
  const column = span.from - (text.lastIndexOf('\n', span.from - 1) + 1) + 1
  const short = (whole: string): string => whole.replaceAll(hash, '#…')
  return [
    short(`${severity} ${span.line}:${column} ${text.slice(span.from, span.to)}`),
    message,
    ...(hint === null ? [] : [`(${hint})`]),
    ...fixes.map((fix) => short(`${fix.safe ? 'safe: ' : ''}${fix.label} → ${applyFix(text, fix).trimEnd()}`)),
  ].join('\n')
}

/** All that a kind of diagnostics says of users.acl. `#…` stands for a hash in the text and in what comes back. */
export async function found(
  code: string,
  text: string,
  id: TargetId = 'redis-8.0',
  client: ClientId | null = null,
  modules = false,
): Promise<string> {
  const target = await loadTarget(id, { modules })
  const file = text.replaceAll('#…', hash)
  const settings = client === null ? allDiagnostics : { ...allDiagnostics, choices: { client } }
  const diagnostics = new Checker(new Users(target.table, target.behaviours), target).diagnose(file, settings)
  return diagnostics
    .filter((diagnostic) => diagnostic.code === code)
    .map((diagnostic) => written(file, diagnostic))
    .join('\n\n')
}

/** All that a kind of diagnostics says of redis.conf. */
export async function foundInConf(code: string, conf: string, acl = '', id: TargetId = 'redis-8.0'): Promise<string> {
  const target = await loadTarget(id)
  return diagnoseConf(conf, acl, target)
    .filter((diagnostic) => diagnostic.code === code)
    .map((diagnostic) => written(conf, diagnostic))
    .join('\n\n')
}

/** The users of a file; fails where the server refuses it. */
export async function usersOf(text: string, id: TargetId = 'redis-8.0'): Promise<ReadonlyMap<string, User>> {
  const target = await loadTarget(id)
  const read = loadAclFile(
    new Users(target.table, target.behaviours),
    fromText(text.replaceAll('#…', hash)),
    'users.acl',
  )
  if (!read.ok) throw new Error(`${id}: ${read.message}`)
  return read.users
}

/** What the simulator says of command lines for the last user of a file: `allowed`, or why not. */
export async function verdicts(
  text: string,
  lines: readonly string[],
  id: TargetId = 'redis-8.0',
  db = 0,
): Promise<string> {
  const target = await loadTarget(id)
  const user = [...(await usersOf(text, id)).values()].at(-1)
  return lines
    .map((line) => {
      const argv = line.split(' ')
      const command = target.table.resolve(argv)
      if (user === undefined || command === undefined) throw new Error(`${line} on ${id}`)
      const decision = decide(user, command, argv, usesOf(target, command, argv, db))
      return `${line}: ${decision.allowed ? 'allowed' : decision.reason}`
    })
    .join('\n')
}
