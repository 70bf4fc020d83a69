import type { Decision } from '../../acl/decision'
import type { Expectation, ExpectationProblem, ExpectationResult, Place } from '../../analysis/expectations/expectation'
import { parseExpectations } from '../../analysis/expectations/parse'
import { runExpectations } from '../../analysis/expectations/run'
import type { Diagnostic } from '../../analysis/diagnostic'
import type { LineResult } from '../../editor/expectations'
import type { SimulatedServer } from '../../server/server'
import { typedWords } from '../state/words'

/** The whole file, judged. */
export interface Judged {
  readonly results: readonly ExpectationResult[]
  readonly problems: readonly ExpectationProblem[]
  /** The marks of the gutter. */
  readonly lines: readonly LineResult[]
  /** The diagnostics: lines that fail, and lines that cannot be read. */
  readonly diagnostics: readonly Diagnostic[]
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

/** Reads users.expect and checks each of its lines against the server as it is now. Nothing is run or logged. */
export function judge(server: SimulatedServer, text: string): Judged {
  const { expectations, problems } = parseExpectations(text)
  const results = runExpectations(server, expectations)
  const lines = [
    ...results.map(({ expectation, state, message, decision }): LineResult => {
      const start = expectation.place.from - (expectation.place.column - 1)
      return {
        line: expectation.place.line,
        state,
        message,
        words: objectWords(expectation, text.slice(start, expectation.place.to), start, decision),
      }
    }),
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
  return { results, problems, lines, diagnostics: diagnostics.sort((a, b) => a.span.from - b.span.from) }
}
