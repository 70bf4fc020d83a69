import { fromText, toText } from '../../acl/bytes'
import {
  type Comparison,
  type Upgrade,
  type ChangeGroup,
  compareFiles,
  compareTargets,
  groupChanges,
  namesOf,
} from '../../analysis/compare'
import { emptyServer, loadSide } from '../../analysis/compare/files'
import { simplifyFile } from '../../analysis/simplify/file'
import { unpackTarget } from '../../targets/unpack'
import { encodeFile, encodeLink } from '../../workspace/codec'
import { hideSecrets } from '../../workspace/secrets'
import { describeSimplified } from './simplified'
import type {
  Answer,
  DescribedChange,
  DescribedComparison,
  DescribedSimplification,
  DescribedUpgrade,
  Results,
  SharedLink,
  StoredTarget,
  Work,
} from './protocol'

/** Milliseconds between two reports of progress. */
const REPORT = 200

/** The part of the worker's global scope in use; the DOM types only describe a page's. */
interface Scope {
  onmessage: ((event: MessageEvent<Work>) => void) | null
  postMessage(answer: Answer): void
}
const scope = self as unknown as Scope

const targetOf = ({ id, tables }: StoredTarget): ReturnType<typeof unpackTarget> => unpackTarget(id, tables)

let reported = 0
function report(done: number, of: number): void {
  const now = performance.now()
  if (now - reported < REPORT) return
  reported = now
  scope.postMessage({ kind: 'progress', done, of })
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
    acl,
    added: added.map(({ user, rules }) => ({ user: toText(user), rules: rules.map(toText).join(' ') })),
    repairs,
    complete,
  }
}

async function linkOf({ workspace, keepPasswords }: Extract<Work, { kind: 'link' }>): Promise<SharedLink> {
  const hidden = hideSecrets(workspace)
  const holdsPasswords = JSON.stringify(hidden) !== JSON.stringify(workspace)
  const result = await encodeLink(keepPasswords ? workspace : hidden, { keepPasswords: true })
  return {
    fragment: result.ok ? result.fragment : '',
    problem: result.ok ? '' : result.message,
    holdsPasswords,
  }
}

function simplified(work: Extract<Work, { kind: 'simplify' }>): DescribedSimplification {
  const target = targetOf(work.target)
  const loaded = loadSide({ target, acl: work.acl, conf: work.conf }, 'after')
  if ('side' in loaded)
    return {
      refused: toText(loaded.message),
      shorter: [],
      unchanged: 0,
      undecided: [],
      usesCategory: false,
      content: work.acl,
    }
  const { users } = emptyServer(target, work.conf)
  const only = work.user === null ? null : fromText(work.user)
  return describeSimplified(simplifyFile(fromText(work.acl), users, target, only, report))
}

async function carryOut(work: Work): Promise<Results[keyof Results]> {
  if (work.kind === 'link') return linkOf(work)
  if (work.kind === 'file') return encodeFile(work.workspace, { keepPasswords: work.keepPasswords })
  if (work.kind === 'simplify') return simplified(work)
  if (work.kind === 'sentence-fix') {
    // It needs a whole server, which other work does not wait for.
    const { fixSentence } = await import('./sentence-fix')
    return fixSentence(targetOf(work.target), work)
  }
  const { conf } = work
  if (work.kind === 'upgrade')
    return describeUpgrade(compareTargets(work.acl, targetOf(work.from), targetOf(work.to), conf, report))
  const target = targetOf(work.target)
  return describeComparison(compareFiles({ target, acl: work.before, conf }, { target, acl: work.after, conf }, report))
}

scope.onmessage = ({ data }) => {
  carryOut(data).then(
    (result) => scope.postMessage({ kind: 'done', result }),
    () => scope.postMessage({ kind: 'failed' }),
  )
}
