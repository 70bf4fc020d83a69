import { toText } from '../acl/bytes'
import { Users } from '../acl/users'
import { Adviser } from '../analysis/advice/advise'
import { adviseConf } from '../analysis/advice/conf'
import type { Finding, Fix } from '../analysis/finding'
import { effectOfFix } from '../analysis/fix-effect'
import { refusals } from '../analysis/refusals'
import type { StartResult } from '../server/start'
import { renderGithub } from './formats/github'
import { jsonProblem, renderJson } from './formats/json'
import { renderSarif } from './formats/sarif'
import { MOST_SHOWN, painter, renderProblem } from './formats/text'
import { maskOf } from './masked'
import { onOneLine } from './printable'
import type { Io, Source } from './input'
import type { Problem, Severity } from './problem'
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
  readonly advice: boolean
}

const severities: readonly Severity[] = ['info', 'warning', 'error', 'refused']

interface Checked {
  readonly subject: Subject
  readonly result: StartResult
  readonly problems: readonly Problem[]
}

/**
 * Checks that a server of the target starts with each users.acl, and reports diagnostics. Returns 0 where all files
 * pass, 1 otherwise; throws CannotRun where a file cannot be read.
 */
export async function check(files: readonly string[], options: CheckOptions, io: Io): Promise<0 | 1> {
  const checked: Checked[] = []
  for (const file of files)
    checked.push(checkOne(await readSubject(file, options, io, files.slice(checked.length + 1)), options))
  const least = severities.indexOf(options.failOn)
  const problems = checked.flatMap((one) => one.problems)
  const holds =
    checked.every(({ result }) => result.started) &&
    problems.every(({ severity }) => severities.indexOf(severity) < least)
  switch (options.format) {
    case 'json':
      io.out(renderJson({ command: 'check', holds, files: checked.map(jsonFile) }))
      break
    case 'sarif':
      io.out(renderSarif(problems, version))
      break
    case 'github':
      io.out(renderGithub(problems))
      break
    case 'text':
      for (const one of checked) io.out(renderText(one, io))
  }
  return holds ? 0 : 1
}

/** Checks one file, and masks its passwords in what is reported. */
function checkOne(subject: Subject, options: CheckOptions): Checked {
  const { result, problems } = reportOn(subject, options)
  const mask = maskOf(subject.acl, subject.conf)
  return {
    subject,
    result,
    problems: problems.map((problem) => ({
      ...problem,
      message: mask(problem.message),
      notes: problem.notes.map(mask),
    })),
  }
}

function reportOn(subject: Subject, options: CheckOptions): Checked {
  const { target, acl, conf, settings } = subject
  const result = start(subject)
  const reported = result.started ? [] : result.problems
  const placed = reported.filter(({ span }) => span !== null)
  const findings = [
    ...refusals(
      placed.filter(({ span }) => span?.source === 'users.acl'),
      acl.text,
      target,
    ).map((finding) => refused(finding, acl)),
    ...(conf === null
      ? []
      : refusals(
          placed.filter(({ span }) => span?.source === 'redis.conf'),
          conf.text,
          target,
        ).map((finding) => refused(finding, conf))),
    ...reported.filter(({ span }) => span === null).map(({ message }) => whole(conf ?? acl, message)),
  ]
  if (!result.started && findings.length === 0) findings.push(whole(acl, result.message))
  if (!result.started && result.crash)
    findings.push(whole(acl, 'The real server crashes on this file: it prints nothing of use, and is gone.'))
  if (!options.advice) return { subject, result, problems: findings }
  const wanted = {
    silenced: [...settings.silenced, ...options.ignore],
    silencedFor: settings.silencedFor,
    choices: options.client === undefined ? settings.choices : { ...settings.choices, client: options.client },
  }
  const advice = new Adviser(new Users(target.table, target.behaviours), target)
    .advise(acl.text, wanted)
    .map((finding) =>
      problemOf(finding, acl, finding.severity, (fix) => effectOfFix(acl.text, fix, target, conf?.text)),
    )
  const confAdvice =
    conf === null
      ? []
      : adviseConf(withAclFile(conf.text), acl.text, target, wanted).map((finding) =>
          problemOf(finding, conf, finding.severity),
        )
  return { subject, result, problems: [...findings, ...emptyFile(acl, wanted.silenced), ...advice, ...confAdvice] }
}

/** Reports an empty file: it is more often a mistake (a redirection, a failed `git show`) than intended. */
function emptyFile(acl: Source, silenced: readonly string[]): Problem[] {
  if (acl.text.trim() !== '' || silenced.includes('missing-default')) return []
  return [
    {
      source: acl,
      code: 'missing-default',
      severity: 'error',
      place: null,
      message:
        'The file is empty: the server has one user, default, who is on, without a password, with every command and key.',
      notes: [
        'If this is not the file that you meant, look at what made it.',
        'Fix: Write user default off, and a line for each user',
      ],
    },
  ]
}

function problemOf(
  finding: Finding,
  source: Source,
  severity: Severity,
  effectOf?: (fix: Fix) => string | null,
): Problem {
  const { code, message, hint, span } = finding
  return {
    source,
    code,
    severity,
    message,
    // Computed on access: trying a fix takes time, and not all diagnostics of a large file are printed.
    get notes() {
      return [
        ...(hint === null ? [] : [hint]),
        ...finding.fixes.map((fix) => {
          const effect = effectOf?.(fix) ?? null
          return `Fix: ${fix.label}${effect === null ? '' : ` (then ${effect})`}`
        }),
      ]
    },
    place: span,
  }
}

const refused = (finding: Finding, source: Source): Problem => problemOf(finding, source, 'refused')

function whole(source: Source, message: string): Problem {
  return { source, code: 'refused', severity: 'refused', message: toText(message), notes: [], place: null }
}

function jsonFile({ subject, result, problems }: Checked): Readonly<Record<string, unknown>> {
  const { acl, conf, target } = subject
  return {
    file: acl.name,
    conf: conf?.name ?? null,
    target: { id: target.id, version: target.version, evidence: target.evidence, modules: target.modules },
    accepted: result.started,
    crash: !result.started && result.crash,
    says: result.started ? null : maskOf(acl, conf)(toText(result.output)),
    users: result.started ? [...result.server.users].map(({ name }) => toText(name)) : [],
    findings: problems.map(jsonProblem),
  }
}

function renderText({ subject, result, problems }: Checked, io: Io): string {
  const paint = painter(io.color)
  const count = (severity: Severity): number => problems.filter((problem) => problem.severity === severity).length
  const name = onOneLine(subject.acl.name)
  const verdict = result.started
    ? `${paint('green', 'accepted')} by ${describeTarget(subject.target)}: ${plural(result.server.users.size, 'user')}`
    : `${paint('red', 'refused')} by ${describeTarget(subject.target)}: ${plural(count('refused'), 'problem')}`
  const advice = [
    ...(count('error') > 0 ? [plural(count('error'), 'error')] : []),
    ...(count('warning') > 0 ? [plural(count('warning'), 'warning')] : []),
    ...(count('info') > 0 ? [`${count('info')} for information`] : []),
  ]
  const told = advice.length === 0 ? '' : `; advice: ${advice.join(', ')}`
  const shown = gravest(problems)
  const hidden = problems.length - shown.length
  const more =
    hidden === 0
      ? ''
      : `… and ${hidden.toLocaleString('en')} more, none graver than these: --format json has them all.\n\n`
  return `${shown.map((problem) => `${renderProblem(problem, paint)}\n\n`).join('')}${more}${paint('bold', name)}: ${verdict}${told}\n`
}

/** Returns the most severe diagnostics, at most MOST_SHOWN, in their original order. */
function gravest(problems: readonly Problem[]): readonly Problem[] {
  if (problems.length <= MOST_SHOWN) return problems
  const kept = new Set(
    [...problems].sort((a, b) => severities.indexOf(b.severity) - severities.indexOf(a.severity)).slice(0, MOST_SHOWN),
  )
  return problems.filter((problem) => kept.has(problem))
}

export const plural = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`
