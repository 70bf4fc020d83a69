import { type Bytes, toText } from '../../acl/bytes'
import { decide } from '../../acl/check'
import type { Rule } from '../../acl/decision'
import type { User } from '../../acl/user'
import type { HeldEscalation } from '../../analysis/escalation'
import type { PolicyStatement } from '../../analysis/expectations/expectation'
import { maxLineLength } from '../../analysis/expectations/parse'
import { printExpectation } from '../../analysis/expectations/print'
import {
  channelReach,
  channelStatementOf,
  needs,
  patternReach,
  statementOf,
  type Extent,
  type Reach,
} from '../../analysis/key-access/reach'
import { typedLine } from '../../analysis/typed-line'
import { findFormsInSteps } from '../../proof/forms'
import { channelUses } from '../../proof/reached'
import type { SimulatedServer } from '../../server/server'
import { usesOf } from '../../targets/uses'
import type { Pace } from '../state/pace'

/** The extent of an access, with an example as text. */
export interface ExtentCell {
  readonly kind: Extent['kind']
  /** A command line that reaches a key or channel of the pattern; null where none is known. */
  readonly example: { readonly text: string; readonly db: number; readonly argv: readonly Bytes[] } | null
  /** A key or channel of the pattern that the user cannot reach; null where there is none, or none is known. */
  readonly missing: string | null
}

/** A user's access to the keys or channels of a pattern. */
export interface PatternLine {
  readonly name: string
  readonly user: Bytes
  /** The reason why nobody can log in as the user; null where it can log in. */
  readonly shut: 'off' | 'no password' | null
  /** Reading a key, writing it, and naming it in any way; or publishing, subscribing, and subscribing by a pattern. */
  readonly cells: readonly ExtentCell[]
  readonly escalations: readonly HeldEscalation[]
}

/** A statement about the pattern that holds now, as a line of users.expect. */
export interface PatternStatement {
  readonly statement: PolicyStatement
  readonly text: string
}

export interface PatternAnswer {
  readonly kind: 'key' | 'channel'
  readonly pattern: Bytes
  /** Users that reach some of them first, then those that get around their rules. */
  readonly lines: readonly PatternLine[]
  readonly statements: readonly PatternStatement[]
}

/**
 * Answers who reaches the keys or channels of a pattern, with pauses. Resolves to null where `pace` was stopped.
 * @param report called at each pause with the number of users done
 */
export async function answerPattern(
  kind: 'key' | 'channel',
  server: SimulatedServer,
  pattern: Bytes,
  pace: Pace,
  report: (done: number) => void,
): Promise<PatternAnswer | null> {
  // The first user would take as long as all forms together.
  if ((await collect(findFormsInSteps(server.target), pace, () => report(0))) === null) return null
  if (kind === 'key') {
    const found = await collect(patternReach(server, pattern), pace, report)
    if (found === null) return null
    const statements = needs.map((need) => statementOf(found, need, pattern))
    return { kind, pattern, lines: linesOf(server, found, needs), statements: printed(statements) }
  }
  const found = await collect(channelReach(server, pattern), pace, report)
  if (found === null) return null
  const statements = [channelStatementOf(found, pattern)]
  return { kind, pattern, lines: linesOf(server, found, channelUses), statements: printed(statements) }
}

async function collect<T>(all: Iterable<T>, pace: Pace, report: (done: number) => void): Promise<readonly T[] | null> {
  const found: T[] = []
  for (const one of all) {
    found.push(one)
    if (!pace.isDue) continue
    report(found.length)
    await pace.breath()
    if (pace.stopped) return null
  }
  return found
}

function printed(statements: readonly (PolicyStatement | null)[]): PatternStatement[] {
  return statements.flatMap((statement) => {
    if (statement === null) return []
    const text = printExpectation(statement)
    return text.length > maxLineLength ? [] : [{ statement, text }]
  })
}

function linesOf<Use extends string>(
  server: SimulatedServer,
  found: readonly Reach<Use>[],
  uses: readonly Use[],
): PatternLine[] {
  const rankOf = ({ extents, escalations }: Reach<Use>): number =>
    uses.some((use) => extents[use].kind !== 'none') ? 0 : escalations.length > 0 ? 1 : 2
  return found
    .map((reach) => ({ reach, rank: rankOf(reach) }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ reach: { user, canLogIn, extents, escalations } }) => ({
      name: toText(user.name),
      user: user.name,
      shut: canLogIn ? null : user.enabled ? 'no password' : 'off',
      cells: uses.map((use) => cellOf(server, extents[use])),
      escalations,
    }))
}

/** Returns the rules by whose patterns a user may run an example. */
export function rulesOfExample(
  { target }: SimulatedServer,
  user: User | undefined,
  { argv, db }: NonNullable<ExtentCell['example']>,
): readonly Rule[] {
  const command = target.table.resolve(argv)
  if (user === undefined || command === undefined) return []
  const { decidedBy, selectors } = decide(user, command, argv, usesOf(target, command, argv, db))
  const { keys = [], channels = [] } = selectors.find(({ selector }) => selector === decidedBy) ?? {}
  const found = [...keys.flatMap(({ grantedBy }) => grantedBy), ...channels.flatMap(({ grantedBy }) => grantedBy ?? [])]
  return [...new Set(found)]
}

function cellOf(server: SimulatedServer, extent: Extent): ExtentCell {
  const line = extent.kind === 'none' ? null : extent.line
  return {
    kind: extent.kind,
    example:
      line === null
        ? null
        : { text: toText(typedLine(server, line.line).text), db: line.line.db, argv: line.line.argv },
    missing: extent.kind === 'some' ? toText(extent.missing) : null,
  }
}
