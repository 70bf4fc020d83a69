import { toText } from '../acl/bytes'
import { coverage, type Coverage, type RuleCoverage } from '../analysis/coverage'
import { decisionsBehind } from '../analysis/expectations/decisions'
import type { ExpectationResult } from '../analysis/expectations/expectation'
import type { SimulatedServer } from '../server/server'
import { listed } from './formats/json'
import { painter, plural, renderDiagnostic } from './formats/text'
import { maskOf } from './masked'
import { onOneLine } from './printable'
import { locationOf, withoutForeignPlace, type FileDiagnostic } from './diagnostic'
import type { Subject } from './subject'

/** Returns the rules that the results depended on. Results that an earlier check such as `off` decided do not count. */
export function coverageOf(
  { target, acl }: Subject,
  server: SimulatedServer,
  results: readonly ExpectationResult[],
): Coverage {
  const decisions = results.flatMap((result) => decisionsBehind(server, result))
  return coverage(target, acl.text, decisions)
}

/** Reports the rules that no expectation depends on, and those that no command could depend on. */
export function* coverageDiagnostics({ rules }: Coverage, { acl }: Subject): Generator<FileDiagnostic> {
  const mask = maskOf(acl)
  for (const covered of rules) {
    if (covered.state !== 'unused' && covered.state !== 'dead') continue
    yield withoutForeignPlace({
      source: acl,
      code: covered.state === 'dead' ? 'dead-rule' : 'unused-rule',
      severity: covered.state === 'dead' ? 'warning' : 'info',
      message:
        covered.state === 'dead'
          ? `No command could depend on ${mask(toText(covered.rule.text))}: ${mask(reasonOf(covered))}`
          : `No expectation depends on ${mask(toText(covered.rule.text))}.`,
      notes: [],
      place: covered.rule.span,
    })
  }
}

function reasonOf({ why }: RuleCoverage): string {
  return why === null ? '' : why.charAt(0).toLowerCase() + why.slice(1)
}

/** Summarizes coverage: `9 of 14 rules are used by an expectation, 4 unused, 1 dead`. */
function coverageSummary({ counts: { used, unused, dead }, isPartial }: Coverage): string {
  const all = used + unused + dead
  return `${used} of ${plural(all, 'rule')} ${used === 1 ? 'is' : 'are'} used by an expectation, ${unused} unused, ${dead} dead${isPartial ? ' (partly checked: too many rules or patterns to compare all)' : ''}`
}

/** Renders coverage as text, in pieces. */
export function* renderCoverage(found: Coverage, subject: Subject, color: boolean): Generator<string> {
  const paint = painter(color)
  for (const diagnostic of coverageDiagnostics(found, subject)) yield `${renderDiagnostic(diagnostic, paint)}\n\n`
  yield `${paint('bold', onOneLine(subject.acl.name))}: ${coverageSummary(found)}\n`
}

export function jsonCoverage(
  { counts, rules, isPartial }: Coverage,
  { acl }: Subject,
): Readonly<Record<string, unknown>> {
  const mask = maskOf(acl)
  return {
    counts,
    ...(isPartial && { partlyChecked: true }),
    rules: listed(rules, ({ rule, of, name, state, uses, why }) => ({
      [of]: toText(name),
      rule: mask(toText(rule.text)),
      state,
      uses,
      why,
      place: rule.span === null ? null : locationOf({ source: acl, place: rule.span }),
    })),
  }
}
