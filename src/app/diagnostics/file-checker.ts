import { Users } from '../../acl/users'
import { Checker as LineChecker, type DiagnosticSettings as CheckSettings } from '../../analysis/diagnostics/checker'
import { diagnoseConf } from '../../analysis/diagnostics/conf'
import { withSafeFixes } from '../../analysis/diagnostics/safe-fixes'
import type { Diagnostic } from '../../analysis/diagnostic'
import type { Target } from '../../targets/target'

/** Milliseconds of work between two pauses. */
const SLICE = 10

/** Yields to the event loop: a key press or a frame comes first. */
export function breath(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0))
}

/** Checks both files for one target and its users. Memoizes the diagnostics of each line. */
export class FileChecker {
  readonly #lines: LineChecker

  /** @param users give the rules that a new user starts with; null where no server runs */
  constructor(
    readonly target: Target,
    readonly users: Users | null,
  ) {
    this.#lines = new LineChecker(users ?? new Users(target.table, target.behaviours), target)
  }

  /**
   * Returns the diagnostics of users.acl. Yields to the event loop every few milliseconds.
   * @param isStale called after each pause; where it returns true, the result is null
   */
  async check(acl: string, settings: CheckSettings, isStale: () => boolean): Promise<readonly Diagnostic[] | null> {
    const steps = this.#lines.diagnoseInSteps(acl, settings)
    for (let until = performance.now() + SLICE; ;) {
      const step = steps.next()
      if (step.done) return step.value
      if (performance.now() < until) continue
      await breath()
      if (isStale()) return null
      until = performance.now() + SLICE
    }
  }

  /** Returns the diagnostics of redis.conf, in the same way. */
  async checkConf(
    conf: string,
    acl: string,
    settings: CheckSettings,
    isStale: () => boolean,
  ): Promise<readonly Diagnostic[] | null> {
    await breath()
    return isStale() ? null : diagnoseConf(conf, acl, this.target, settings)
  }

  /** Returns users.acl with every safe fix applied. */
  fixAll(acl: string, settings: CheckSettings): string {
    return this.#lines.fixAll(acl, settings)
  }

  /** Returns redis.conf with every safe fix applied. */
  fixAllConf(conf: string, acl: string, settings: CheckSettings): string {
    return withSafeFixes(conf, (text) => diagnoseConf(text, acl, this.target, settings))
  }
}
