import { setImmediate } from 'node:timers/promises'
import { Users } from '../acl/users'
import type { Diagnostic } from '../analysis/diagnostic'
import { Checker } from '../analysis/diagnostics/checker'
import { diagnoseConf } from '../analysis/diagnostics/conf'
import type { DiagnosticSettings } from '../analysis/diagnostics/settings'
import type { ExpectationResult } from '../analysis/expectations/expectation'
import { parseExpectations } from '../analysis/expectations/parse'
import { runExpectation } from '../analysis/expectations/run'
import { startRefusals } from '../analysis/start-refusals'
import type { Target } from '../targets/target'
import type { FileKind } from './kinds'
import type { Loaded } from './state'

/** Milliseconds of checking after which other requests are answered first. */
const SLICE = 20

/** The diagnostics of a file, and the results of its expectations. */
export interface Checked {
  readonly diagnostics: readonly Diagnostic[]
  readonly results: readonly ExpectationResult[]
}

/** Checks the files of one document, and caches what did not change since. */
export class FileChecker {
  #checker: { readonly checker: Checker; readonly target: Target } | null = null

  /**
   * Checks a file. Answers other requests in between; rejects with the signal's reason where it is aborted.
   * @param settings the same object while nothing changed
   */
  async check(kind: FileKind, loaded: Loaded, settings: DiagnosticSettings, signal: AbortSignal): Promise<Checked> {
    const { project, target, result } = loaded
    const acl = project.acl?.text ?? ''
    const conf = project.conf?.text ?? null
    if (kind === 'expect') return checkExpectations(loaded, signal)
    const refused = startRefusals(result, acl, conf, target)
    if (kind === 'conf') {
      const diagnostics = diagnoseConf(conf ?? '', acl, target, settings)
      return { diagnostics: [...refused.conf, ...diagnostics], results: [] }
    }
    const diagnostics = await inSlices(this.#checkerOf(target).diagnoseInSteps(acl, settings), signal)
    const { results } = await checkExpectations(loaded, signal)
    return { diagnostics: [...refused.acl, ...diagnostics], results }
  }

  /** Returns users.acl with all safe fixes applied. */
  fixAll({ project, target }: Loaded, settings: DiagnosticSettings): string {
    return this.#checkerOf(target).fixAll(project.acl?.text ?? '', settings)
  }

  #checkerOf(target: Target): Checker {
    if (this.#checker?.target !== target)
      this.#checker = { checker: new Checker(new Users(target.table, target.behaviours), target), target }
    return this.#checker.checker
  }
}

async function inSlices<T>(steps: Generator<undefined, T>, signal: AbortSignal): Promise<T> {
  let since = performance.now()
  for (;;) {
    const step = steps.next()
    if (step.done === true) return step.value
    if (performance.now() - since < SLICE) continue
    await setImmediate()
    signal.throwIfAborted()
    since = performance.now()
  }
}

/** Checks the expectations of a project; none where the server does not start, which users.acl reports. */
async function checkExpectations({ project, result }: Loaded, signal: AbortSignal): Promise<Checked> {
  const { expectations, problems } = parseExpectations(project.expect?.text ?? '')
  const diagnostics = problems.map(({ message, hint, place }): Diagnostic => ({
    code: 'no-expectation',
    severity: 'error',
    message,
    hint,
    span: { source: 'users.expect', ...place },
    fixes: [],
  }))
  if (!result.started) return { diagnostics, results: [] }
  const { server } = result
  function* run(): Generator<undefined, ExpectationResult[]> {
    const results: ExpectationResult[] = []
    for (const expectation of expectations) {
      results.push(runExpectation(server, expectation))
      yield
    }
    return results
  }
  const results = await inSlices(run(), signal)
  const failed = results.filter(({ state }) => state !== 'holds')
  return {
    diagnostics: [
      ...diagnostics,
      ...failed.map(({ state, message, hint, place }): Diagnostic => ({
        code: state === 'invalid' ? 'invalid-expectation' : 'expectation',
        severity: 'error',
        message,
        hint,
        span: { source: 'users.expect', ...place },
        fixes: [],
      })),
    ].sort((a, b) => a.span.from - b.span.from),
    results,
  }
}
