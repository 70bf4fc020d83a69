import { Users } from '../../acl/users'
import { Adviser, type AdviceSettings } from '../../analysis/advice/advise'
import { adviseConf } from '../../analysis/advice/conf'
import type { Finding } from '../../analysis/finding'
import type { Target } from '../../targets/target'

/** Advice on both files for as long as the target and its users stay: what was said of a line is kept. */
export class FileAdviser {
  readonly #adviser: Adviser

  /** @param users give the rules that a new user starts with; null where no server runs */
  constructor(readonly target: Target, readonly users: Users | null) {
    this.#adviser = new Adviser(users ?? new Users(target.table, target.behaviours), target)
  }

  advise(acl: string, settings: AdviceSettings): readonly Finding[] {
    return this.#adviser.advise(acl, settings)
  }

  adviseConf(conf: string, acl: string, settings: AdviceSettings): readonly Finding[] {
    return adviseConf(conf, acl, this.target, settings)
  }

  fixAll(acl: string, settings: AdviceSettings): string {
    return this.#adviser.fixAll(acl, settings)
  }
}
