import {
  CodeActionKind,
  DiagnosticSeverity,
  type CodeAction,
  type CodeLens,
  type Diagnostic as LspDiagnostic,
  type Position,
  type Range,
  type TextEdit,
  type WorkspaceEdit,
} from 'vscode-languageserver/node'
import { TextDocument } from 'vscode-languageserver-textdocument'
import type { Diagnostic } from '../analysis/diagnostic'
import type { ExpectationResult } from '../analysis/expectations/expectation'
import { parseExpectation } from '../analysis/expectations/parse'
import { renameRole, roleRenameProblem, rolesNamed } from '../analysis/rename-role'
import {
  type LineKind,
  nameInAcl,
  nameInConf,
  namesIn,
  renameProblem,
  renameUser,
  wordsOf,
} from '../analysis/rename-user'
import { fromText, toText } from '../acl/bytes'
import { splitWords } from '../acl/split'
import type { FileKind } from './kinds'
import { lineAt, rangeOf, textEdits, touches } from './lines'
import type { Project } from './project'

const severities = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  info: DiagnosticSeverity.Information,
}

/** Converts a diagnostic. */
export function lspDiagnostic(
  document: TextDocument,
  { code, severity, message, hint, span }: Diagnostic,
): LspDiagnostic {
  return {
    range: rangeOf(document, span.from, span.to),
    severity: severities[severity],
    code,
    source: 'acl-playground',
    message: hint === null ? message : `${message}\n${hint}`,
  }
}

/** Returns the fixes of the diagnostics that a range touches. */
export function fixes(document: TextDocument, diagnostics: readonly Diagnostic[], range: Range): CodeAction[] {
  return diagnostics
    .filter(({ span }) => touches(rangeOf(document, span.from, span.to), range))
    .flatMap((diagnostic) =>
      diagnostic.fixes.map((fix): CodeAction => ({
        title: fix.label,
        kind: CodeActionKind.QuickFix,
        diagnostics: [lspDiagnostic(document, diagnostic)],
        ...(diagnostic.fixes.length === 1 && { isPreferred: true }),
        edit: changesOf(document, textEdits(document, fix.edits)),
      })),
    )
}

/** Returns the action that applies all safe fixes of a file; none where there is nothing to fix. */
export function fixAll(document: TextDocument, fixed: string): CodeAction[] {
  const text = document.getText()
  if (fixed === text) return []
  const whole = [{ range: rangeOf(document, 0, text.length), newText: fixed }]
  return [
    {
      title: 'Apply all fixes that change no permissions',
      kind: CodeActionKind.SourceFixAll,
      edit: changesOf(document, whole),
    },
  ]
}

const changesOf = ({ uri }: TextDocument, edits: TextEdit[]): WorkspaceEdit => ({ changes: { [uri]: edits } })

/** Returns a lens for each expectation that does not hold; in users.acl, one for each user that these are about. */
export function lenses(kind: FileKind, document: TextDocument, results: readonly ExpectationResult[]): CodeLens[] {
  const failed = results.filter(({ state }) => state !== 'holds')
  const lens = (from: number, title: string): CodeLens => ({
    range: rangeOf(document, from, from),
    command: { title, command: '' },
  })
  if (kind === 'expect')
    return failed.map(({ expectation, message }) => lens(expectation.place.from, `Does not hold: ${message}`))
  if (kind !== 'acl' || failed.length === 0) return []
  const counts = new Map<string, number>()
  for (const { expectation } of failed) {
    const user =
      expectation.kind === 'line'
        ? expectation.user
        : expectation.subject.kind === 'user'
          ? expectation.subject.user
          : null
    const name = user === null ? '' : toText(user)
    counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  const found: CodeLens[] = []
  let from = 0
  for (const line of document.getText().split('\n')) {
    const name = /^[ \t]*user ([^ \r\t]+)/.exec(line)?.[1] ?? ''
    const count = counts.get(name) ?? 0
    if (name !== '' && count > 0)
      found.push(lens(from, `${count} ${count === 1 ? 'expectation does' : 'expectations do'} not hold`))
    from += line.length + 1
  }
  return found
}

/** A user or role, and the range of its name. */
export interface NamedRange {
  readonly kind: LineKind
  readonly name: string
  readonly range: Range
}

/** Returns the user or role whose name is at a place; null where there is none. */
export function namedAt(kind: FileKind, document: TextDocument, position: Position): NamedRange | null {
  const { text, from } = lineAt(document, position.line)
  const all = kind === 'expect' ? inSentence(text) : [...inUserLine(text, kind), ...inRules(text)]
  const found = all.find((one) => one.from <= position.character && position.character <= one.to)
  if (found === undefined) return null
  return { kind: found.kind, name: found.name, range: rangeOf(document, from + found.from, from + found.to) }
}

/** Returns the range of the name in the line that defines a user or role; null where none does. */
export function definitionOf(
  { acl, conf }: Project,
  { kind, name }: NamedRange,
): { readonly uri: string; readonly range: Range } | null {
  for (const [file, find] of [
    [acl, nameInAcl],
    [conf, nameInConf],
  ] as const) {
    const [place] = file === null ? [] : find(file.text, kind, name, '')
    if (file === null || place === undefined) continue
    return { uri: file.uri, range: rangeOf(TextDocument.create(file.uri, '', 0, file.text), place.from, place.to) }
  }
  return null
}

interface Named {
  readonly kind: LineKind
  readonly name: string
  readonly from: number
  readonly to: number
}

function inUserLine(line: string, kind: FileKind): Named[] {
  const match = /^(\s*(user|role)[ \t]+)("(?:[^"\\]|\\.)*"|'[^']*'|[^\s]+)/i.exec(line)
  if (match === null) return []
  const [, before = '', keyword = '', written = ''] = match
  const isQuoted = kind === 'conf' && /^["']/.test(written)
  const name = isQuoted ? toText(splitWords(fromText(written))?.[0]?.text ?? '') : written
  const of = keyword.toLowerCase() === 'role' ? 'role' : 'user'
  return [{ kind: of, name, from: before.length, to: before.length + written.length }]
}

/** Returns the roles that the rules of a line give. */
function inRules(line: string): Named[] {
  if (!/^\s*user\s/i.test(line)) return []
  return [...line.matchAll(/\S+/g)].flatMap(({ 0: rule, index }) =>
    rolesNamed(rule).map(({ name, from, to }): Named => ({ kind: 'role', name, from: index + from, to: index + to })),
  )
}

function inSentence(line: string): Named[] {
  const read = parseExpectation(line)
  if (read === null || 'message' in read) return []
  const { from, to } = read.places.user
  if (read.kind === 'line') return [{ kind: 'user', name: toText(read.user), from, to }]
  const { subject } = read
  if (subject.kind === 'user') return [{ kind: 'user', name: toText(subject.user), from, to }]
  if (!('role' in subject) || subject.role === undefined) return []
  const word = wordsOf(line.slice(from, to))[subject.kind === 'role' ? 1 : 3]
  return word === undefined
    ? []
    : [{ kind: 'role', name: toText(subject.role), from: from + word.from, to: from + word.to }]
}

/** Returns the changes that rename a user or role in all files of a project, or the reason why it cannot be renamed. */
export function rename(
  { acl, conf, expect }: Project,
  { kind, name: from }: NamedRange,
  to: string,
): WorkspaceEdit | string {
  const texts = { acl: acl?.text ?? '', conf: conf?.text ?? '', expect: expect?.text ?? '' }
  const isRole = kind === 'role'
  const problem = (isRole ? roleRenameProblem : renameProblem)(from, to, namesIn(texts, kind))
  if (problem !== null) return problem
  const edits = (isRole ? renameRole : renameUser)(texts, from, to)
  const changes: Record<string, TextEdit[]> = {}
  for (const [file, list] of [
    [acl, edits.acl],
    [conf, edits.conf],
    [expect, edits.expect],
  ] as const) {
    if (file === null || list.length === 0) continue
    changes[file.uri] = textEdits(TextDocument.create(file.uri, '', 0, file.text), list)
  }
  return { changes }
}
