import type { Decision } from '../../acl/decision'
import type { Expectation, ExpectationProblem, ExpectationResult, Place } from '../../analysis/expectations/expectation'
import { parseExpectations } from '../../analysis/expectations/parse'
import { runExpectation } from '../../analysis/expectations/run'
import type { Diagnostic } from '../../analysis/diagnostic'
import { withCommas } from '../../analysis/numbers'
import type { LineResult } from '../../editor/expectations'
import type { SimulatedServer } from '../../server/server'
import { typedWords } from '../state/words'
import type { Policies } from './Policies.svelte'

/** The whole file, judged. */
export interface Judged {
  readonly results: readonly ExpectationResult[]
  readonly problems: readonly ExpectationProblem[]
  /** The marks of the gutter. */
  readonly lines: readonly LineResult[]
  /** The diagnostics: lines that fail, and lines that cannot be read. */
  readonly diagnostics: readonly Diagnostic[]
  /** Sentences that the worker is to decide; those that were decided before the rules changed still have a result. */
  readonly waiting: readonly string[]
  /** The number of lines without a result. */
  readonly unknown: number
}

function diagnostic(
  severity: Diagnostic['severity'],
  code: string,
  message: string,
  hint: string | null,
  { line, from, to }: Place,
): Diagnostic {
  return { code, severity, message, hint, span: { source: 'users.expect', line, from, to }, fixes: [] }
}

/** The words of a sentence that the ACL takes for keys and channels, and a subcommand. */
function objectWords(
  expectation: Expectation,
  line: string,
  lineStart: number,
  decision: Decision | null,
): LineResult['words'] {
  if (expectation.kind === 'policy') return []
  const { action, places } = expectation
  const check = decision?.selectors[0]
  if (action.kind === 'log-in' || check === undefined) return []
  const words = typedWords(line.slice(places.action.from - lineStart, places.action.to - lineStart)) ?? []
  const at = (index: number, kind: 'cmd' | 'key' | 'chan'): LineResult['words'] => {
    const word = words[index]
    return word === undefined ? [] : [{ from: places.action.from + word.from, to: places.action.from + word.to, kind }]
  }
  const sub = decision?.command.parent == null ? [] : at(1, 'cmd')
  return [
    ...sub,
    ...check.keys.flatMap(({ use }) => at(use.at, 'key')),
    ...check.channels.flatMap(({ use }) => at(use.at, 'chan')),
  ]
}

/** The lines and characters of users.expect that the page checks: it does so again after each command. */
const most = { lines: 1_000, characters: 100_000 } as const

/** Returns the lines that the page checks, and the first line that it does not. */
function checkedPart(text: string): { readonly checked: string; readonly rest: ExpectationProblem | null } {
  let line = 1
  let from = 0
  while (line <= most.lines && from < most.characters) {
    const end = text.indexOf('\n', from)
    if (end < 0) return { checked: text, rest: null }
    from = end + 1
    line++
  }
  if (from === text.length) return { checked: text, rest: null }
  const end = text.indexOf('\n', from)
  const place = { line, column: 1, from, to: end < 0 ? text.length : end }
  const message = `The page checks the first ${withCommas(line - 1)} lines. This one and those after it are not checked.`
  return {
    checked: text.slice(0, from),
    rest: { message, hint: 'On the command line, acl-playground test checks all of them.', place },
  }
}

/**
 * Reads users.expect and checks each of its lines against the server as it is now; those about every command line as far as
 * `policies` knows them. Nothing is run or logged.
 */
export function judge(server: SimulatedServer, text: string, policies: Policies): Judged {
  const { checked, rest } = checkedPart(text)
  const { expectations, problems: unread } = parseExpectations(checked)
  const problems = rest === null ? unread : [...unread, rest]
  const results: ExpectationResult[] = []
  const unknown = new Set<Expectation>()
  const stale = new Set<Expectation>()
  policies.begin(server)
  for (const expectation of expectations) {
    if (expectation.kind === 'line') {
      results.push(runExpectation(server, expectation))
      continue
    }
    const known = policies.of(server, expectation)
    if (known === null) unknown.add(expectation)
    else results.push(known.result)
    if (known?.isCurrent === false) stale.add(expectation)
  }
  const lines = [
    ...results.map(({ expectation, state, message, decision }): LineResult => {
      const start = expectation.place.from - (expectation.place.column - 1)
      return {
        line: expectation.place.line,
        state,
        message,
        words: objectWords(expectation, text.slice(start, expectation.place.to), start, decision),
        isStale: stale.has(expectation),
      }
    }),
    ...Array.from(unknown, ({ place: { line } }): LineResult => ({
      line,
      state: 'waiting',
      message: 'Checking…',
      words: [],
    })),
    ...problems.map(({ place, message }): LineResult => ({ line: place.line, state: 'unread', message, words: [] })),
  ]
  const diagnostics = [
    ...results.flatMap(({ state, message, hint, place }) =>
      state === 'holds'
        ? []
        : [diagnostic(state === 'fails' ? 'error' : 'warning', `expectation-${state}`, message, hint, place)],
    ),
    ...problems.map(({ message, hint, place }) => diagnostic('error', 'expectation-unread', message, hint, place)),
  ]
  return {
    results,
    problems,
    lines: lines.sort((a, b) => a.line - b.line),
    diagnostics: diagnostics.sort((a, b) => a.span.from - b.span.from),
    waiting: [...new Set(expectations.flatMap((one) => (stale.has(one) || unknown.has(one) ? [one.text] : [])))],
    unknown: unknown.size,
  }
}
