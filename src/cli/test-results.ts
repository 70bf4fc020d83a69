import { toText } from '../acl/bytes'
import type { Rule } from '../acl/decision'
import type { PolicyFix } from '../analysis/expectations/fix'
import type { ExpectationResult } from '../analysis/expectations/expectation'
import { explain } from '../analysis/explain'
import { withCommas } from '../analysis/numbers'
import { locationOf, type FileDiagnostic } from './diagnostic'
import { jsonLine } from './formats/json'
import type { renderJUnit } from './formats/junit'
import { MOST_SHOWN, painter, plural, renderDiagnostic } from './formats/text'
import type { Io, Source } from './input'
import { maskOf } from './masked'
import { onOneLine } from './printable'
import { describeTarget, type Subject } from './subject'

/** Fixes by the line of their sentence. */
export type Fixes = ReadonlyMap<number, PolicyFix>

/** Returns the rules that decided, with their places. */
function decidingRules({ decision, verdict, proof }: ExpectationResult): readonly Rule[] {
  if (proof !== undefined && decision !== null) return explain(decision).deciding
  const aclDecided = verdict !== null && (verdict.reason === null || verdict.reason === decision?.reason)
  return decision !== null && aclDecided ? explain(decision).deciding : []
}

function jsonFix({ label, edits, changes, effects }: PolicyFix, mask: (text: string) => string): unknown {
  const shown = (rules: readonly string[]): string[] => rules.map((rule) => mask(toText(rule)))
  return {
    label: mask(label),
    edits: edits.map((edit) => ({ ...edit, insert: mask(edit.insert) })),
    changes: changes.map(({ user, line, removed, added }) => ({
      user: toText(user),
      line,
      removed: shown(removed),
      added: shown(added),
    })),
    effects: effects.map(mask),
  }
}

function notesOf(result: ExpectationResult, { acl }: Subject, fixes: Fixes): string[] {
  const mask = maskOf(acl)
  const fix = fixes.get(result.expectation.place.line)
  const rules = [
    ...new Set(
      decidingRules(result).flatMap(({ text, span }) =>
        span?.source === 'users.acl'
          ? [`${acl.name}${acl.isConverted === true ? '' : `:${span.line}`}: ${mask(toText(text))}`]
          : [],
      ),
    ),
  ]
  return [
    ...(result.hint === null ? [] : [result.hint]),
    ...(rules.length === 0 ? [] : [`decided by ${rules.join(', ')}`]),
    ...(result.reply === null ? [] : [`the server answers: ${toText(result.reply)}`]),
    ...(fix === undefined ? [] : [`proved fix: ${mask(fix.label)} (then ${fix.effects.map(mask).join('; ')})`]),
  ]
}

/** Returns a result that does not hold as a diagnostic. */
export function diagnosticOf(
  result: ExpectationResult,
  source: Source,
  subject: Subject,
  fixes: Fixes,
): FileDiagnostic {
  return {
    source,
    code: result.state === 'invalid' ? 'invalid-expectation' : 'expectation',
    severity: 'error',
    message: result.message,
    notes: notesOf(result, subject, fixes),
    place: result.place,
  }
}

/** Returns a result as `--format json` prints it. */
export function jsonResult(
  result: ExpectationResult,
  source: Source,
  subject: Subject,
  fixes: Fixes,
): Readonly<Record<string, unknown>> {
  const { expectation, state, verdict, reply, message, place, proof } = result
  const fix = fixes.get(expectation.place.line)
  return {
    line: expectation.place.line,
    text: expectation.text,
    state,
    verdict: verdict === null ? null : verdict.allowed ? 'allowed' : 'refused',
    reason: verdict?.reason ?? null,
    ...(proof !== undefined && { proof: proof.kind }),
    ...(proof?.kind === 'disproved' && {
      counterexample: {
        user: toText(proof.user),
        ...(proof.line === null ? { argv: null, db: null } : jsonLine(proof.line)),
        ...(proof.script !== null && {
          script: proof.script.map(({ as, argv, text }) => ({ as, argv: argv.map(toText), text })),
        }),
      },
    }),
    ...(proof !== undefined && { fix: fix === undefined ? null : jsonFix(fix, maskOf(subject.acl)) }),
    reply: reply === null ? null : toText(reply),
    message,
    notes: notesOf(result, subject, fixes),
    place: locationOf({ source, place }),
  }
}

/** Returns a result as a test case of `--format junit`. */
export function caseOf(
  result: ExpectationResult,
  source: Source,
  subject: Subject,
  fixes: Fixes,
): Parameters<typeof renderJUnit>[0]['cases'][number] {
  const diagnostic = diagnosticOf(result, source, subject, fixes)
  const {
    expectation: { text, place },
    state,
    message,
  } = result
  return {
    name: `${place.line}: ${text}`,
    outcome: state === 'holds' ? 'passed' : state === 'fails' ? 'failure' : 'error',
    message,
    details: state === 'holds' ? '' : renderDiagnostic(diagnostic, painter(false)),
  }
}

/** Renders the results that do not hold, and a summary of all. */
export function renderText(
  diagnostics: readonly FileDiagnostic[],
  total: number,
  source: Source,
  subject: Subject,
  io: Io,
): string {
  const paint = painter(io.color)
  const where = `${onOneLine(subject.acl.name)} on ${describeTarget(subject.target)}`
  const failed = diagnostics.length
  const summary =
    failed === 0
      ? `${paint('green', total === 1 ? 'the expectation holds' : `all ${total} expectations hold`)} for ${where}`
      : `${paint('red', `${failed} of ${plural(total, 'expectation')} ${failed === 1 ? 'does' : 'do'} not hold`)} for ${where}`
  const more = failed > MOST_SHOWN ? `… and ${withCommas(failed - MOST_SHOWN)} more: --format json lists all.\n\n` : ''
  return `${diagnostics
    .slice(0, MOST_SHOWN)
    .map((diagnostic) => `${renderDiagnostic(diagnostic, paint)}\n\n`)
    .join(
      '',
    )}${more}${paint('bold', onOneLine(source.name))}: ${summary}\n${subject.limits.map((limit) => `${paint('dim', onOneLine(limit))}\n`).join('')}`
}
