import type { Bytes } from '../../acl/bytes'
import type { User } from '../../acl/user'
import type { Statement } from '../../analysis/expectations/expectation'
import { type Capture, type ReplayedLine, replayLine } from '../../analysis/replay'
import type { Steps } from '../../analysis/steps'
import type { Target } from '../../targets/target'
import { matter } from '../expectations/lines'
import { isLogIn, statementOf } from '../expectations/statements'

/** The verdicts on a capture. */
export interface JudgedCapture {
  /** The user that they are for. */
  readonly user: Bytes
  readonly now: readonly ReplayedLine[]
  /** The same lines with the rules before the edits; null where nothing was edited. */
  readonly before: readonly ReplayedLine[] | null
  /** The lines as expectations, alike lines once, by what they say. A log-in makes none: it would hold the password that was typed. */
  readonly statements: readonly { readonly said: string; readonly statement: Statement }[]
}

/**
 * Judges the lines of a capture, a line a step.
 * @param old the user before the edits; null where nothing was edited, or there was no such user
 */
export function* judgeCapture(
  capture: Capture,
  user: User | undefined,
  old: User | null,
  target: Target,
): Steps<JudgedCapture> {
  const now: ReplayedLine[] = []
  const before: ReplayedLine[] = []
  const statements = new Map<string, Statement>()
  const { lines } = capture
  for (const line of lines) {
    if (user === undefined) break
    yield { done: now.length, of: lines.length }
    const judged = replayLine(line, user, target)
    now.push(judged)
    if (old !== null) before.push(replayLine(line, old, target))
    if (judged.decision === null || line.partial || isLogIn(line.argv)) continue
    const statement = statementOf(judged.decision, { db: line.db, origin: null })
    const said = matter(statement)
    if (!statements.has(said)) statements.set(said, statement)
  }
  return {
    user: user?.name ?? '',
    now,
    before: old === null ? null : before,
    statements: [...statements].map(([said, statement]) => ({ said, statement })),
  }
}
