import { fromText, toText } from '../../acl/bytes'
import {
  type ChangeGroup,
  type Comparison,
  type Side,
  type Upgrade,
  groupChanges,
  namesOf,
} from '../../analysis/compare'
import { compareFilesInSteps } from '../../analysis/compare/files'
import { type Texts, withoutRejected } from '../../analysis/compare/without-rejected'
import { compareTargetsInSteps } from '../../analysis/compare/upgrade'
import type { Target } from '../../targets/target'
import type { DescribedChange, DescribedComparison, DescribedUpgrade } from '../described'
import type { Job } from '../job'
import type { Inputs } from '../protocol'
import { only } from './diagnostics'

/** The most times that lines which a server rejects are left out: each time it may reject others. */
const MOST_ROUNDS = 3

/** Compares two versions of users.acl; where a server rejects lines of them, also without these lines. */
export async function compare(
  { before, after, conf }: Inputs['compare'],
  job: Job<'compare'>,
  targets: readonly Target[],
): Promise<DescribedComparison & { readonly rest: DescribedComparison | null }> {
  const target = only(targets)
  const side = (acl: string): Side => ({ target, acl: fromText(acl), conf: fromText(conf) })
  const compared = (texts: Texts): Promise<Comparison> =>
    job.take(compareFilesInSteps(side(texts.before), side(texts.after)))
  const whole = await compared({ before, after })
  let texts: Texts | null = { before, after }
  let found = whole
  for (let round = 0; round < MOST_ROUNDS && found.refused.length > 0; round++) {
    texts = texts && withoutRejected(texts, found)
    if (texts === null) break
    found = await compared(texts)
  }
  const rest = found === whole || found.refused.length > 0 ? null : describeComparison(found)
  return { ...describeComparison(whole), rest }
}

/** Compares one users.acl on two servers. */
export async function upgrade(
  { acl, conf }: Inputs['upgrade'],
  job: Job<'upgrade'>,
  [from, to]: readonly Target[],
): Promise<DescribedUpgrade> {
  if (from === undefined || to === undefined) throw new Error('The question names no two targets.')
  return describeUpgrade(await job.take(compareTargetsInSteps(fromText(acl), from, to, fromText(conf))))
}

function describeChange({ users, lines, full, hasId }: ChangeGroup): DescribedChange | [] {
  const [first] = users
  if (first === undefined) return []
  const isCut = lines.some((line) => / and \d+ more$/.test(line))
  const names = users.map(({ name }) => toText(name))
  const { kind, relation } = first
  return { name: namesOf(users), users: names, hasId, kind, relation, lines, full: isCut ? full : null }
}

function describeComparison({ refused, same, notes, users }: Comparison): DescribedComparison {
  return {
    refused: refused.map(({ side, message, problems }) => ({
      side,
      messages:
        problems.length > 0 ? [...new Set(problems.map((problem) => toText(problem.message)))] : [toText(message)],
    })),
    same,
    notes,
    changes: groupChanges(users).flatMap(describeChange),
  }
}

function describeUpgrade({ comparison, remaining, acl, added, repairs, complete }: Upgrade): DescribedUpgrade {
  return {
    comparison: describeComparison(comparison),
    remaining: describeComparison(remaining),
    acl: toText(acl),
    added: added.map(({ user, rules }) => ({ user: toText(user), rules: rules.map(toText).join(' ') })),
    repairs,
    complete,
  }
}
