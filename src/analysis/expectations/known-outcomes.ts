import type { Bytes } from '../../acl/bytes'
import type { Selector } from '../../acl/selector'
import type { User } from '../../acl/user'
import type { Ways } from '../ways/search'
import type { PolicyExpectation } from './expectation'
import type { Outcome, Question } from './outcome'
import { outcomeFor } from './policy-outcome'

interface Known {
  readonly name: Bytes
  readonly enabled: boolean
  readonly nopass: boolean
  readonly passwords: number
  readonly outcome: Outcome
}

/**
 * The outcomes of one statement on one server, by user: where a file is loaded again, only users whose rules changed are searched
 * through again. Valid as long as the server's configuration stays the same.
 */
export class KnownOutcomes {
  readonly #known = new WeakMap<readonly Selector[], Known>()

  /** Decides a statement for one user, as `outcomeFor` does. */
  decide(question: Question, expectation: PolicyExpectation): Outcome {
    const { user } = question.subject
    const known = this.#known.get(user.selectors)
    if (known !== undefined && isAbout(known, user)) return known.outcome
    let asksOthers = false
    const callers = (): readonly User[] => {
      asksOthers = true
      return question.callers()
    }
    const ways = (): Ways => {
      asksOthers = true
      return question.ways()
    }
    const outcome = outcomeFor({ ...question, callers, ways }, expectation)
    const { name, enabled, nopass, passwords } = user
    // An outcome that depends on other users too is not known for longer.
    if (!asksOthers) this.#known.set(user.selectors, { name, enabled, nopass, passwords: passwords.length, outcome })
    return outcome
  }
}

/** Tells whether an outcome is about a user as it is now; its selectors are the same. */
function isAbout(known: Known, { name, enabled, nopass, passwords }: User): boolean {
  return (
    known.name === name && known.enabled === enabled && known.nopass === nopass && known.passwords === passwords.length
  )
}
