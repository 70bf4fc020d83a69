import { Users } from '../../acl/users'
import { Adviser, type AdviceSettings } from '../../analysis/advice/advise'
import { adviseConf } from '../../analysis/advice/conf'
import { withSafeFixes } from '../../analysis/advice/safe-fixes'
import type { Finding } from '../../analysis/finding'
import type { Target } from '../../targets/target'

/** Milliseconds of work between two pauses. */
const SLICE = 10

/** Lets everything go first that waits: a key press, a frame. */
export function breath(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0))
}

/** Advice on both files for as long as the target and its users stay: what was said of a line is kept. */
export class FileAdviser {
  readonly #adviser: Adviser

  /** @param users give the rules that a new user starts with; null where no server runs */
  constructor(
    readonly target: Target,
    readonly users: Users | null,
  ) {
    this.#adviser = new Adviser(users ?? new Users(target.table, target.behaviours), target)
  }

  /**
   * Advice on users.acl, without keeping the page from answering: it takes a breath every few milliseconds.
   * @param isStale asked after each breath; where it says yes, the answer is null
   */
  async advise(acl: string, settings: AdviceSettings, isStale: () => boolean): Promise<readonly Finding[] | null> {
    const steps = this.#adviser.adviseInSteps(acl, settings)
    for (let until = performance.now() + SLICE; ;) {
      const step = steps.next()
      if (step.done) return step.value
      if (performance.now() < until) continue
      await breath()
      if (isStale()) return null
      until = performance.now() + SLICE
    }
  }

  /** Advice on redis.conf, in the same way. */
  async adviseConf(
    conf: string,
    acl: string,
    settings: AdviceSettings,
    isStale: () => boolean,
  ): Promise<readonly Finding[] | null> {
    await breath()
    return isStale() ? null : adviseConf(conf, acl, this.target, settings)
  }

  fixAll(acl: string, settings: AdviceSettings): string {
    return this.#adviser.fixAll(acl, settings)
  }

  fixAllConf(conf: string, acl: string, settings: AdviceSettings): string {
    return withSafeFixes(conf, (text) => adviseConf(text, acl, this.target, settings))
  }
}
