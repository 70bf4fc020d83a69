import { toText } from '../acl/bytes'
import { Users } from '../acl/users'
import { Checker } from '../analysis/diagnostics/checker'
import { mostSevere } from '../analysis/diagnostics/most-severe'
import type { Diagnostic, Fix } from '../analysis/diagnostic'
import type { ServiceId } from '../analysis/services/ids'
import { withCommas } from '../analysis/numbers'
import { startRefusals } from '../analysis/start-refusals'
import type { StartResult } from '../server/start-with'
import type { Release } from '../targets/named-release'
import { chosenTarget } from './chosen-target'
import { collectOften } from './collect-often'
import { debugTo, type Debug } from './debug'
import { renderGithub } from './formats/github'
import { jsonDiagnostic, jsonTarget, listed, renderJson } from './formats/json'
import { MOST_SHOWN, painter, plural, renderDiagnostic } from './formats/text'
import { maskOf, writesPassword } from './masked'
import { onOneLine } from './printable'
import { CannotRun, writePieces, type Io, type Source } from './input'
import { withoutForeignPlace, type FileDiagnostic, type Severity } from './diagnostic'
import { describeTarget, readSubject, start, withAclFile, type ServerOptions, type Subject } from './subject'
import { version } from './version'

export interface CheckOptions extends ServerOptions {
  readonly format: 'text' | 'json' | 'sarif' | 'github'
  /** The minimum severity that makes the check fail. */
  readonly failOn: Severity
  /** Codes of diagnostics to ignore. */
  readonly ignore: readonly string[]
  /** The client library that connects, for the diagnostics that depend on it. */
  readonly client?: string
  /** False: report only what the server refuses. */
  readonly diagnostics: boolean
  /** The managed service that the users are meant for. */
  readonly service?: ServiceId
}

const severities: readonly Severity[] = ['info', 'warning', 'error', 'refused']

interface Checked {
  readonly subject: Subject
  readonly result: StartResult
  readonly diagnostics: readonly FileDiagnostic[]
  /** The known defects of the release; null where none is given. */
  readonly defects: { readonly text: string; readonly json: Readonly<Record<string, unknown>> } | null
}

/**
 * Checks that a server of the target starts with each users.acl, and reports diagnostics. Returns 0 where all files
 * pass, 1 otherwise; throws CannotRun where a file cannot be read.
 */
export async function check(files: readonly string[], options: CheckOptions, io: Io): Promise<0 | 1> {
  await knowCodes(options.ignore)
  const checked: Checked[] = []
  const debug = debugTo(io, options.debug === true)
  for (const file of files)
    checked.push(await checkOne(await readSubject(file, options, io, files.slice(checked.length + 1)), options, debug))
  const least = severities.indexOf(options.failOn)
  const diagnostics = checked.flatMap((one) => one.diagnostics)
  const holds =
    checked.every(({ result }) => result.started) &&
    diagnostics.every(({ severity }) => severities.indexOf(severity) < least)
  switch (options.format) {
    case 'json':
      await writePieces(renderJson({ command: 'check', holds, files: checked.map(jsonFile) }), io)
      break
    case 'sarif':
      await writePieces((await import('./formats/sarif')).renderSarif(diagnostics, version), io)
      break
    case 'github':
      await writePieces(renderGithub(diagnostics), io)
      break
    case 'text':
      for (const one of checked) io.out(renderText(one, io))
  }
  return holds ? 0 : 1
}

/** Throws CannotRun for a code of no diagnostic: a misspelt one would ignore nothing, without a word. */
async function knowCodes(ignored: readonly string[]): Promise<void> {
  if (ignored.length === 0) return
  const { unknownCode } = await import('../analysis/diagnostics/codes')
  const problem = unknownCode(ignored)
  if (problem !== null) throw new CannotRun(`--ignore: ${problem}`)
}

/** The options on which the diagnostics depend. */
type DiagnosticOptions = Pick<CheckOptions, 'diagnostics' | 'ignore' | 'client' | 'service'>

/** Starts the server on its files, and returns the diagnostics with passwords masked. */
export async function diagnosticsOf(
  subject: Subject,
  options: DiagnosticOptions,
): Promise<Pick<Checked, 'result' | 'diagnostics'>> {
  const { result, diagnostics } = await reportOn(subject, options)
  const mask = maskOf(subject.acl, subject.conf)
  return { result, diagnostics: diagnostics.map((diagnostic) => withoutForeignPlace(masked(diagnostic, mask))) }
}

/** Checks one file, and masks its passwords in what is reported. */
async function checkOne(subject: Subject, options: CheckOptions, debug: Debug): Promise<Checked> {
  // The text format shows few of the diagnostics of a large file, and makes the texts of these alone.
  if (options.format !== 'text') await collectOften(subject.acl)
  const { result, diagnostics } = await diagnosticsOf(subject, options)
  if (options.debug === true) (await import('./trace')).traceLoad(debug, subject, result)
  debug(`${subject.acl.name}: ${plural(diagnostics.length, 'diagnostic')}`)
  const { release } = chosenTarget(options)
  return {
    subject,
    result,
    defects: release === undefined ? null : await defectsOf(release, subject),
    diagnostics,
  }
}

/** Masks passwords. The texts stay computed on access. */
function masked(diagnostic: FileDiagnostic, mask: (text: string) => string): FileDiagnostic {
  const { source, code, severity } = diagnostic
  return {
    ...{ source, code, severity },
    get message() {
      return mask(diagnostic.message)
    },
    get notes() {
      return diagnostic.notes.map(mask)
    },
    get place() {
      return diagnostic.place
    },
    // A fix that writes a password is told in words only.
    get fixes() {
      return (diagnostic.fixes ?? [])
        .filter(({ edits }) => !edits.some((edit) => writesPassword(source, edit) || mask(edit.insert) !== edit.insert))
        .map((fix) => ({ ...fix, label: mask(fix.label) }))
    },
  }
}

async function defectsOf(release: Release, subject: Subject): Promise<Checked['defects']> {
  const { jsonDefects, presentDefects, renderDefects } = await import('./known-defects')
  const defects = presentDefects(release, subject)
  return { text: renderDefects(defects), json: jsonDefects(defects) }
}

async function reportOn(
  subject: Subject,
  options: DiagnosticOptions,
): Promise<Pick<Checked, 'result' | 'diagnostics'>> {
  const { target, acl, conf, settings } = subject
  const result = start(subject)
  const reported = startRefusals(result, acl.text, conf?.text ?? null, target)
  const refusing = [
    ...reported.acl.map((diagnostic) => refused(diagnostic, acl)),
    ...(conf === null ? [] : reported.conf.map((diagnostic) => refused(diagnostic, conf))),
    ...reported.whole.map((message) => whole(conf ?? acl, message)),
    ...(!result.started && result.crash
      ? [whole(acl, 'The real server crashes on this file, without a useful message.')]
      : []),
  ]
  if (options.service !== undefined) refusing.push(...(await ofService(subject, options.service, options.diagnostics)))
  if (!options.diagnostics) return { result, diagnostics: refusing }
  const wanted = {
    silenced: [...settings.silenced, ...options.ignore],
    silencedFor: settings.silencedFor,
    choices: options.client === undefined ? settings.choices : { ...settings.choices, client: options.client },
  }
  const found = new Checker(new Users(target.table, target.behaviours), target).diagnose(acl.text, wanted)
  const { effectOfFix } = found.some(({ fixes }) => fixes.some(({ safe }) => safe !== true))
    ? await import('../analysis/fix-effect')
    : { effectOfFix: () => null }
  const effectOf = (fix: Fix): string | null => effectOfFix(acl.text, fix, target, conf?.text)
  const ofAcl = found.map((diagnostic) => diagnosticOf(diagnostic, acl, diagnostic.severity, effectOf))
  const ofConf =
    conf === null
      ? []
      : (await import('../analysis/diagnostics/conf'))
          .diagnoseConf(withAclFile(conf.text), acl.text, target, wanted)
          .map((diagnostic) => diagnosticOf(diagnostic, conf, diagnostic.severity))
  return { result, diagnostics: [...refusing, ...emptyFile(acl, wanted.silenced), ...ofAcl, ...ofConf] }
}

/** Reports what a managed service refuses of a file, and how else that is done there. */
async function ofService({ acl, target }: Subject, id: ServiceId, all: boolean): Promise<FileDiagnostic[]> {
  const { serviceReports } = await import('../analysis/services')
  return serviceReports(acl.text, id, target)
    .filter(({ kind }) => all || kind === 'refused')
    .map(({ kind, message, source, place }) => ({
      source: acl,
      code: 'service',
      severity: kind,
      place,
      message,
      notes: [`Documented: ${source}`],
    }))
}

/** Reports an empty file: it is more often a mistake (a redirection, a failed `git show`) than intended. */
function emptyFile(acl: Source, silenced: readonly string[]): FileDiagnostic[] {
  if (acl.text.trim() !== '' || silenced.includes('missing-default')) return []
  return [
    {
      source: acl,
      code: 'missing-default',
      severity: 'error',
      place: null,
      message:
        'The file is empty: the server has one user, default, which is on, without a password, with every command and key.',
      notes: [
        'If this is not the file that you meant, check the command that wrote it.',
        'Fix: Write user default off, and a line for each user',
      ],
    },
  ]
}

function diagnosticOf(
  diagnostic: Diagnostic,
  source: Source,
  severity: Severity,
  effectOf?: (fix: Fix) => string | null,
): FileDiagnostic {
  return {
    ...{ source, code: diagnostic.code, severity },
    // Computed on access: the line is parsed again for its texts, trying a fix takes time, and not all diagnostics of a
    // large file are printed.
    get message() {
      return diagnostic.message
    },
    get notes() {
      const { hint, fixes, needsModules } = diagnostic
      return [
        ...(hint === null ? [] : [hint]),
        ...(needsModules === true ? ['Fix: Check with --modules, if the server has them'] : []),
        ...fixes.map((fix) => {
          const effect = effectOf?.(fix) ?? null
          return `Fix: ${fix.label}${effect === null ? '' : ` (then ${effect})`}`
        }),
      ]
    },
    get place() {
      return diagnostic.span
    },
    get fixes() {
      return diagnostic.fixes
    },
  }
}

const refused = (diagnostic: Diagnostic, source: Source): FileDiagnostic => diagnosticOf(diagnostic, source, 'refused')

function whole(source: Source, message: string): FileDiagnostic {
  return { source, code: 'refused', severity: 'refused', message, notes: [], place: null }
}

function jsonFile({ subject, result, diagnostics, defects }: Checked): Readonly<Record<string, unknown>> {
  const { acl, conf, target } = subject
  return {
    file: acl.name,
    conf: conf?.name ?? null,
    target: jsonTarget(target),
    accepted: result.started,
    crash: !result.started && result.crash,
    says: result.started ? null : maskOf(acl, conf)(toText(result.output)),
    users: result.started ? [...result.server.users].map(({ name }) => toText(name)) : [],
    diagnostics: listed(diagnostics, jsonDiagnostic),
    ...(defects === null ? {} : { knownDefects: defects.json }),
  }
}

function renderText({ subject, result, diagnostics, defects }: Checked, io: Io): string {
  const paint = painter(io.color)
  const count = (severity: Severity): number =>
    diagnostics.filter((diagnostic) => diagnostic.severity === severity).length
  const name = onOneLine(subject.acl.name)
  const verdict = result.started
    ? `${paint('green', 'accepted')} by ${describeTarget(subject.target)}: ${plural(result.server.users.size, 'user')}`
    : `${paint('red', 'refused')} by ${describeTarget(subject.target)}: ${plural(count('refused'), 'refusal')}`
  const counts = [
    ...(count('error') > 0 ? [plural(count('error'), 'error')] : []),
    ...(count('warning') > 0 ? [plural(count('warning'), 'warning')] : []),
    ...(count('info') > 0 ? [`${count('info')} info`] : []),
  ]
  const told = counts.length === 0 ? '' : `; ${counts.join(', ')}`
  const shown = mostSevere(diagnostics, MOST_SHOWN)
  const hidden = diagnostics.length - shown.length
  const more =
    hidden === 0 ? '' : `… and ${withCommas(hidden)} more, none more severe than these: --format json lists all.\n\n`
  return `${shown.map((diagnostic) => `${renderDiagnostic(diagnostic, paint)}\n\n`).join('')}${more}${paint('bold', name)}: ${verdict}${told}\n${defects?.text ?? ''}`
}
