import { fromText, toText } from '../acl/bytes'
import type { Expectation, ExpectationProblem, ExpectationResult } from '../analysis/expectations/expectation'
import { parseExpectations } from '../analysis/expectations/parse'
import { shellPath } from '../analysis/escape/shell'
import { fixOf, type PolicyFix } from '../analysis/expectations/fix'
import { runExpectation } from '../analysis/expectations/run'
import { withCommas } from '../analysis/numbers'
import type { SimulatedServer } from '../server/server'
import { coverageOf, coverageDiagnostics, jsonCoverage, renderCoverage } from './coverage'
import { collectOften } from './collect-often'
import { debugTo } from './debug'
import { locationOf, type FileDiagnostic } from './diagnostic'
import { renderGithub } from './formats/github'
import { jsonDiagnostic, jsonTarget, renderJson } from './formats/json'
import { renderJUnit } from './formats/junit'
import { MOST_SHOWN, painter, renderDiagnostic } from './formats/text'
import { CannotRun, sourceOf, read, writePieces, type Io, type Source } from './input'
import { markFile, maskOf, shownText } from './masked'
import { onOneLine } from './printable'
import { isServerAddress } from './server/address'
import { describeDisagreement, summaryOf, type ServerAnswers } from './server/answers'
import { readSubject, start, startOrFail, type ServerOptions, type Subject } from './subject'
import { caseOf, diagnosticOf, jsonResult, renderText, type Fixes } from './test-results'
import { traceDecision, traceLoad } from './trace'

export interface TestOptions extends ServerOptions {
  readonly format: 'text' | 'json' | 'junit' | 'github'
  /** Reports the rules that no expectation depends on; they make nothing fail. */
  readonly coverage: boolean
  /** Asks the server too, and reports where it and the engine differ. */
  readonly onServer?: boolean
}

/**
 * Checks an expectations file against users.acl. Returns 0 where all lines hold, 1 otherwise; throws CannotRun where a
 * file cannot be read, the server does not start, or a line cannot be parsed.
 */
export async function test(file: string, expectFile: string | undefined, options: TestOptions, io: Io): Promise<0 | 1> {
  const startedAt = Date.now()
  if (options.onServer === true && !isServerAddress(file))
    throw new CannotRun('--on-server needs the address of a server in place of users.acl, such as redis://host:6379')
  const subject = await readSubject(file, options, io, [expectFile])
  const source = await readExpect(subject, expectFile, io)
  const expectations = expectationsOf(source, io)
  const server = startOrFail(subject)
  const debug = debugTo(io, options.debug === true)
  traceLoad(debug, subject, { started: true, server, notes: [] })
  const decided = expectations.map((expectation) => {
    const result = runExpectation(server, expectation)
    traceDecision(debug, `line ${expectation.place.line}`, result.decision, subject)
    return result
  })
  const fixes = fixesFor(decided, server, subject)
  const results = masked(decided, source, subject)
  const failures = results.filter(({ state }) => state !== 'holds')
  const answers = options.onServer === true ? await answersOf(file, results, subject, options, io) : null
  const differing = answers === null ? [] : differences(answers, source)
  const holds = failures.length === 0 && differing.length === 0
  if (options.coverage) await collectOften(subject.acl)
  const covered = options.coverage ? coverageOf(subject, server, results) : null
  switch (options.format) {
    case 'json':
      await writePieces(
        renderJson({
          command: 'test',
          holds,
          file: subject.acl.name,
          expect: source.name,
          target: jsonTarget(subject.target),
          ...(subject.limits.length > 0 && { limits: subject.limits }),
          total: results.length,
          failed: failures.length,
          results: results.map((result) => jsonResult(result, source, subject, fixes)),
          ...(answers !== null && {
            onServer: {
              asked: answers.asked,
              notAsked: answers.notAsked,
              differences: differing.map(jsonDiagnostic),
            },
          }),
          ...(covered !== null && { coverage: jsonCoverage(covered, subject) }),
        }),
        io,
      )
      break
    case 'junit':
      io.out(
        renderJUnit({
          name: source.name,
          at: startedAt,
          seconds: (Date.now() - startedAt) / 1000,
          cases: [
            ...results.map((result) => caseOf(result, source, subject, fixes)),
            ...differing.map((diagnostic): ReturnType<typeof caseOf> => ({
              name: `${locationOf(diagnostic).line}: on ${subject.acl.name}`,
              outcome: 'failure',
              message: diagnostic.message,
              details: renderDiagnostic(diagnostic, painter(false)),
            })),
          ],
          output: covered === null ? '' : [...renderCoverage(covered, subject, false)].join(''),
        }),
      )
      break
    case 'github':
      await writePieces(
        renderGithub([...failures.map((result) => diagnosticOf(result, source, subject, fixes)), ...differing]),
        io,
      )
      if (covered !== null) await writePieces(renderGithub(coverageDiagnostics(covered, subject)), io)
      break
    case 'text':
      io.out(
        renderText(
          failures.map((result) => diagnosticOf(result, source, subject, fixes)),
          results.length,
          source,
          subject,
          io,
        ),
      )
      if (answers !== null) io.out(renderAnswers(answers, differing, io))
      if (covered !== null) {
        io.out('\n')
        await writePieces(renderCoverage(covered, subject, io.color), io)
      }
  }
  return holds ? 0 : 1
}

/** Parses expectations. Throws CannotRun for lines that are none, and where there are none. */
function expectationsOf(source: Source, io: Io): readonly Expectation[] {
  const { expectations, problems } = parseExpectations(source.text)
  if (problems.length > 0) throw new CannotRun(notSentences(problems, source, io))
  if (expectations.length === 0)
    throw new CannotRun(
      `${onOneLine(source.name)} contains no expectations. Write one per line, such as: app can GET app:1`,
    )
  return expectations
}

/** Returns the expectations of a file with their results on a server, passwords masked. Throws CannotRun as `test` does. */
export async function resultsOf(
  subject: Subject,
  expectFile: string | undefined,
  server: SimulatedServer,
  io: Io,
): Promise<{ readonly source: Source; readonly results: readonly ExpectationResult[] }> {
  const source = await readExpect(subject, expectFile, io)
  const results = expectationsOf(source, io).map((expectation) => runExpectation(server, expectation))
  return { source, results: masked(results, source, subject) }
}

/** Asks the server about the command lines. The client is loaded only where it is needed. */
async function answersOf(
  file: string,
  results: readonly ExpectationResult[],
  { target }: Subject,
  options: TestOptions,
  io: Io,
): Promise<ServerAnswers> {
  const { askServer } = await import('./server/on-server')
  return askServer(file, target, results, options, io)
}

function differences({ name, disagreements }: ServerAnswers, source: Source): FileDiagnostic[] {
  const mask = maskOf(source)
  return disagreements.map((found) => ({
    source,
    code: 'server-differs',
    severity: 'error',
    message: mask(describeDisagreement(found, name)),
    notes: ['Please report it: the engine should decide as the server does.'],
    place: found.result.expectation.place,
  }))
}

function renderAnswers(answers: ServerAnswers, differing: readonly FileDiagnostic[], io: Io): string {
  const paint = painter(io.color)
  const shown = differing.slice(0, MOST_SHOWN).map((diagnostic) => `${renderDiagnostic(diagnostic, paint)}\n\n`)
  return `${shown.join('')}${summaryOf(answers)}\n`
}

/** Reads the expectations: the named file, else those in the link, else the .expect file beside users.acl. */
async function readExpect(subject: Subject, argument: string | undefined, io: Io): Promise<Source> {
  if (argument !== undefined) {
    const given = await read(argument, io, 'users.expect')
    if (given.kind === 'file') return markFile(given.source, 'expect', subject.conf)
    if (given.state.files.expect === undefined) throw new CannotRun(`${onOneLine(argument)} contains no expectations.`)
    return markFile(sourceOf('users.expect', given.state.files.expect), 'expect', subject.conf)
  }
  if (subject.expect !== null) return subject.expect
  throw new CannotRun(`Name the expectations file too: acl-playground test ${shellPath(subject.acl.name)} users.expect`)
}

/** Masks the passwords in all reported parts of the results. */
function masked(results: readonly ExpectationResult[], source: Source, subject: Subject): ExpectationResult[] {
  const mask = maskOf(source, subject.acl, subject.conf)
  return results.map((result) => ({
    ...result,
    expectation: { ...result.expectation, text: maskedSentence(result, source) },
    message: mask(result.message),
    hint: result.hint === null ? null : mask(result.hint),
    reply: result.reply === null ? null : fromText(mask(toText(result.reply))),
  }))
}

const maskedSentence = ({ expectation: { place } }: ExpectationResult, source: Source): string =>
  shownText(source).slice(place.from, place.to)

/** The number of invalid lines to show. A file with more of them has another format. */
const FEW = 20

function notSentences(problems: readonly ExpectationProblem[], source: Source, io: Io): string {
  const mask = maskOf(source)
  const paint = painter(io.errColor)
  const shown = problems
    .slice(0, FEW)
    .map(({ message, hint, place }) =>
      renderDiagnostic(
        { source, code: 'no-expectation', severity: 'error', message: mask(message), notes: [mask(hint)], place },
        paint,
      ),
    )
  const more = problems.length - shown.length
  return `${onOneLine(source.name)} was not checked: ${withCommas(problems.length)} ${problems.length === 1 ? 'line is' : 'lines are'} not valid.\n\n${shown.join('\n\n')}${more === 0 ? '' : `\n\n… and ${withCommas(more)} more.`}`
}

/** The failing sentences for which a fix is sought: with more, the first ones are fixed first. */
const MAX_FIXES = 20

function fixesFor(results: readonly ExpectationResult[], server: SimulatedServer, subject: Subject): Fixes {
  const { acl } = subject
  const fixes = new Map<number, PolicyFix>()
  // The text of a file that is not UTF-8 shows other characters than it holds.
  if (fromText(acl.text) !== acl.bytes) return fixes
  const restart = (text: string): SimulatedServer | null => {
    const started = start({ ...subject, acl: { ...acl, text, bytes: fromText(text) } })
    return started.started ? started.server : null
  }
  const disproved = results.filter(({ proof }) => proof?.kind === 'disproved').slice(0, MAX_FIXES)
  for (const result of disproved) {
    const fix = fixOf({ server, acl: acl.text, results, start: restart }, result)
    if (fix !== null) fixes.set(result.expectation.place.line, fix)
  }
  return fixes
}
