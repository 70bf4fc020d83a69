import { fromText } from '../../acl/bytes'
import { loadAclFile } from '../../acl/load'
import { Users } from '../../acl/users'
import { parseConfigFile, type ConfigLine } from '../../server/config-file'
import type { Target } from '../../targets/target'
import type { Diagnostic } from '../diagnostic'
import type { ConfText, Directive } from './conf/conf-file'
import { confCatalogue } from './conf/catalogue'
import { GroupedDiagnostics } from './grouped'
import { checkLine, shownReports } from './checked-line'
import { allDiagnostics, clientOf, silencer, type DiagnosticSettings } from './settings'

/** Checks that do not apply to `user` lines of redis.conf, where quotes are parsed. */
const notInConf = new Set(['quoted-token'])

/**
 * Returns diagnostics on redis.conf: on its directives, and on its `user` lines as on those of an ACL file.
 * @param acl the text of users.acl, used where redis.conf names an ACL file
 */
export function diagnoseConf(
  text: string,
  acl: string,
  target: Target,
  settings: DiagnosticSettings = allDiagnostics,
): Diagnostic[] {
  const lines = parseConfigFile(fromText(text))
  const directives = lines.flatMap((line): Directive[] =>
    line.words === null ? [] : [{ name: line.words[0] ?? '', values: line.words.slice(1), line }],
  )
  const conf = readConf(text, acl, target, directives)
  const isSilenced = silencer(settings)
  const diagnostics = confCatalogue.flatMap(({ code, severity, check }) =>
    isSilenced(code, null) ? [] : check(conf).map((report): Diagnostic => ({ code, severity, ...report })),
  )
  return [...diagnostics, ...diagnoseUsers(lines, text, target, settings)].sort((a, b) => a.span.from - b.span.from)
}

function readConf(text: string, acl: string, target: Target, directives: readonly Directive[]): ConfText {
  const value = (name: string): string => directives.findLast((one) => one.name === name)?.values[0] ?? ''
  const file = value('aclfile') === '' ? null : acl
  return {
    text,
    target,
    directives,
    acl: file,
    defaultIsOpen:
      file === null ? isOpenWithoutFile(target, directives, value('requirepass')) : isOpen(target, fromText(file)),
  }
}

/** Returns true where users.acl lets anybody connect as the default user; false where the server rejects the file. */
function isOpen(target: Target, acl: string): boolean {
  const users = new Users(target.table, target.behaviours)
  const read = loadAclFile(users, acl, 'users.acl')
  if (!read.ok) return false
  const user = read.users.get('default') ?? users.default
  return user.enabled && user.nopass
}

function isOpenWithoutFile(target: Target, directives: readonly Directive[], requirepass: string): boolean {
  const users = new Users(target.table, target.behaviours)
  for (const { name, values } of directives)
    if (name === 'user' && values[0] === 'default') users.setUser('default', ['reset', ...values.slice(1)])
  const line = directives.some(({ name, values }) => name === 'user' && values[0] === 'default')
  return users.default.enabled && users.default.nopass && (line || requirepass === '')
}

/** Returns diagnostics on `user` lines. Only lines without quotes are checked: those read the same in an ACL file. */
function diagnoseUsers(
  lines: readonly ConfigLine[],
  text: string,
  target: Target,
  settings: DiagnosticSettings,
): Diagnostic[] {
  const users = new Users(target.table, target.behaviours)
  const isSilenced = silencer(settings)
  const diagnostics = new GroupedDiagnostics()
  for (const { words, span } of lines) {
    const line = text.slice(span.from, span.to)
    if (words?.[0] !== 'user' || /["'\\]/.test(line) || !line.startsWith('user ')) continue
    const checked = checkLine(line, users, target, clientOf(settings))
    const { name } = checked
    if (name === null || name.text === '') continue
    for (const report of shownReports(checked, isSilenced)) {
      if (notInConf.has(report.code)) continue
      const fixes = report.fixes.map((fix) => ({
        ...fix,
        edits: fix.edits.map((edit) => ({ ...edit, from: edit.from + span.from, to: edit.to + span.from })),
      }))
      diagnostics.addOfUser({
        code: report.code,
        severity: report.severity,
        message: report.message,
        hint: report.hint,
        span: { ...span, from: report.from + span.from, to: report.to + span.from },
        fixes,
        makeFixes: () => fixes,
        user: name.text,
        group: report.group,
      })
    }
  }
  return diagnostics.finish()
}
