import { Users } from '../acl/users'
import { Checker as LineChecker, type DiagnosticSettings as CheckSettings } from '../analysis/diagnostics/checker'
import { diagnoseConf } from '../analysis/diagnostics/conf'
import { withSafeFixes } from '../analysis/diagnostics/safe-fixes'
import type { Diagnostic } from '../analysis/diagnostic'
import type { Target } from '../targets/target'

/** Checks both files for one target and its users. Memoizes the diagnostics of each line. */
export class FileChecker {
  readonly #lines: LineChecker

  /** @param users give the rules that a new user starts with */
  constructor(
    readonly target: Target,
    users: Users,
  ) {
    this.#lines = new LineChecker(users, target)
  }

  /** Returns the diagnostics of users.acl, in steps. */
  check(acl: string, settings: CheckSettings): Generator<undefined, readonly Diagnostic[]> {
    return this.#lines.diagnoseInSteps(acl, settings)
  }

  /** Returns the diagnostics of redis.conf. */
  checkConf(conf: string, acl: string, settings: CheckSettings): readonly Diagnostic[] {
    return diagnoseConf(conf, acl, this.target, settings)
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
